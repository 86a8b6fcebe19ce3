// What travels between a frame and the background about measuring, over a port of its own.
import type { DocumentMeasure } from "./types.ts";

export const measurePort = "keepleaf-measure";

export type ToMeasured = { op: "measure" } | { op: "again" };

export type FromMeasured =
  | { measure: DocumentMeasure }
  /** Places in `elements` of what has changed since. */
  | { moving: number[] }
  | { failed: string };
