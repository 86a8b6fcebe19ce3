// What travels between a headless browser and the host that drives it, as JSON texts: the collector runs in an empty page
// of its own, the capture bundle in a world of its own in each frame, and the host carries messages between them. Names
// of functions: `keepleafSend(text)` is the browser's way out, `keepleafReceive(…)` the way in.
import type { PartDraft } from "../background/capture-writer.ts";
import type { CapturedPage, PartStatus } from "../protocol/messages.ts";

/** The first letter of a frame's text: for the collector, or a question to the host itself. */
export const forCollector = "C";
export const forHost = "H";

/** A frame's question to the host, which knows every answer that the page got. */
export interface FrameQuestion {
  id: number;
  url: string;
}
export interface FrameAnswer {
  re: number;
  /** As HTTP has it; 0: there is none. */
  status: number;
  mediaType: string;
  url: string;
  /** Base64. */
  data: string;
}

export type ToHost =
  /** An object, piece by piece; after the last one the answer names it. */
  | { op: "bytes"; id: number; data: string; last: boolean }
  /** What the page got from this address. */
  | { op: "rendered"; id: number; url: string; limit: number }
  /** The same, and where it is unknown a request for it. */
  | { op: "open"; id: number; url: string; from: string; limit: number }
  /** A picture of what the window shows. */
  | { op: "picture"; id: number }
  | { op: "frame"; frame: number; message: string }
  | { op: "progress"; done: number; total: number }
  | { op: "parts"; parts: PartDraft[] }
  | { op: "finish"; page: Omit<CapturedPage, "taken_at" | "engine"> }
  | { op: "failed"; reason: string };

export type FromHost =
  | { re: number; object: string }
  /** PNG in base64; empty: there is none. */
  | { re: number; picture: string }
  /** Null: the page did not ask for it. */
  | { re: number; opened: HostOpened | null };

export interface HostOpened {
  status: PartStatus;
  mediaType: string;
  url: string;
  object?: string;
}

export interface CollectRequest {
  /** Frames have the numbers from 0, which is the page, to frames - 1. */
  frames: number;
  resource: number;
  media: number;
  parts: number;
}
