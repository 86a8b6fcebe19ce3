// Bytes of an address, fetched as the page would: from the HTTP cache where they are, with the page's own permission.
import type { PartStatus } from "../../protocol/messages.ts";
import { type Bytes, joined, largeFrom } from "../bytes.ts";
import { withoutCredentials } from "./plain-address.ts";

export interface BytesHead {
  status: PartStatus;
  mediaType: string;
  /** After redirects. */
  url: string;
  /** When the server told; for progress only. */
  size?: number;
  body?: ReadableStream<Uint8Array>;
}

export async function openUrl(
  address: string,
  window: Pick<Window, "fetch">,
  limit: number,
  signal: AbortSignal,
  credentials: RequestCredentials = "same-origin",
  begun?: Promise<Response>,
): Promise<BytesHead> {
  return open(address, window, limit, { cache: "force-cache", credentials, signal }, begun);
}

/** Without a request to the network. Browsers tell a page only of its own site what their cache holds. */
export async function openCached(
  address: string,
  window: Pick<Window, "fetch" | "origin">,
  limit: number,
  signal: AbortSignal,
): Promise<BytesHead> {
  if (URL.parse(address)?.origin !== window.origin)
    return { status: "unreachable", mediaType: "", url: address };
  const head = await open(address, window, limit, { cache: "only-if-cached", mode: "same-origin", signal });
  // What browsers answer in place of what they don't hold.
  return head.status === "http_504" ? { ...head, status: "unreachable" } : head;
}

async function open(
  address: string,
  window: Pick<Window, "fetch">,
  limit: number,
  init: RequestInit & { signal: AbortSignal },
  begun?: Promise<Response>,
): Promise<BytesHead> {
  const url = withoutCredentials(address);
  if (!/^(?:https?|blob|data|file):/i.test(url)) return { status: "blocked", mediaType: "", url };
  let response: Response;
  try {
    response = await (begun ?? window.fetch(url, init));
  } catch (error) {
    if (init.signal.aborted) throw error;
    return { status: "unreachable", mediaType: "", url };
  }
  const mediaType = response.headers.get("content-type") ?? "";
  const head = { mediaType, url: response.url || url };
  if (!response.ok) {
    await response.body?.cancel();
    return { status: `http_${response.status}`, ...head };
  }
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  if (length > limit) {
    await response.body?.cancel();
    return { status: "too_large", ...head };
  }
  return {
    status: "ok",
    ...head,
    ...(Number.isFinite(length) ? { size: length } : {}),
    body: response.body ?? new Blob([]).stream(),
  };
}

/** Reads a stream up to `limit` bytes; undefined above it. */
export async function readLimited(
  body: ReadableStream<Uint8Array>,
  limit: number,
): Promise<Bytes | undefined> {
  const blobs: Blob[] = [];
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  let pending = 0;
  let total = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    total += value.byteLength;
    if (total > limit) {
      await reader.cancel();
      return undefined;
    }
    pieces.push(value as Uint8Array<ArrayBuffer>);
    pending += value.byteLength;
    if (pending >= 4 << 20) {
      blobs.push(new Blob(pieces));
      pieces = [];
      pending = 0;
    }
  }
  return total < largeFrom ? joined(pieces) : new Blob([...blobs, ...pieces]);
}
