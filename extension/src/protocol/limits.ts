// The limits of docs/protocol.md. A sender keeps to those that the host named in `hello`; these stand where no host
// has spoken yet.
import type { Limits } from "./messages.ts";

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

export const defaultLimits: Required<Limits> = {
  frame_in: 8 * MiB,
  chunk: 384 * KiB,
  window: 4 * MiB,
  reply: 256 * KiB,
  part: 2 * GiB,
  capture: 4 * GiB,
  parts: 20_000,
  parts_batch: 500,
  have_batch: 1_000,
  url: 64 * KiB,
  title: 4 * KiB,
  note: 1 * MiB,
  tag: 512,
  tag_depth: 16,
  tags_per_link: 500,
  text: 16 * MiB,
  page_items: 200,
  read: 180 * KiB,
  picture: 4 * MiB,
};

/** Regions of one snapshot's fidelity; more are refused. */
export const mostRegions = 200;

/** What may wait in the extension for a host, all captures together. */
export const outboxLimit = 2 * GiB;

const encoder = new TextEncoder();

export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}

/** The longest beginning of `text` that fits into `limit` bytes of UTF-8, cut between characters. */
export function fitUtf8(text: string, limit: number): string {
  const whole = text.toWellFormed();
  if (whole.length * 3 <= limit) return whole;
  const bytes = encoder.encode(whole);
  if (bytes.length <= limit) return whole;
  let end = limit;
  while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(bytes.subarray(0, end));
}
