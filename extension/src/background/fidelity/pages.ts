// The two sides of a comparison: the page as it was, and its replay; both are trees of documents.
import type { DocumentMeasure, ReplayMeasure } from "../../capture/measure/types.ts";
import type { PartRole, PartStatus, Viewport } from "../../protocol/messages.ts";

export interface LiveDocument {
  part: number;
  /** The parts of its frames, in document order. */
  frames: number[];
  /** The parts of its canvases' pixels, in document order. */
  canvases: number[];
  measure: DocumentMeasure;
  /** Places in `measure.elements` of what changes by itself. */
  moving: number[];
}

export interface LivePage {
  viewport: Viewport;
  documents: LiveDocument[];
}

export interface ReplayDocument {
  /** Ordinals of the frames that lead to it; empty for the page itself. */
  path: number[];
  measure: ReplayMeasure;
}

/** A part of the snapshot as it is kept. */
export interface KeptPart {
  n: number;
  role: PartRole;
  /** hashAddress() of its address; 0 when it has none. */
  url: number;
  status: PartStatus;
}

/** In the order of docs/protocol.md. */
export const regionKinds = [
  "text",
  "box",
  "style",
  "image",
  "canvas",
  "font",
  "sheet",
  "frame",
  "state",
  "scroll",
  "layer",
  "structure",
] as const;
export type RegionKind = (typeof regionKinds)[number];
