// What the off-screen page that measures a replay and the agents in its frames say to each other.
import type { ReplayMeasure, Wanted } from "../capture/measure/types.ts";

export interface MeasureRequest {
  keepleaf: "measure";
  wanted: Wanted;
}

export type MeasureReport =
  /** `path`: ordinals of the frames that lead to the document. */
  | { keepleaf: "measured"; path: number[]; measure: ReplayMeasure }
  /** This document and all below it that answered. */
  | { keepleaf: "measured_all" };

export function isMeasureRequest(value: unknown): value is MeasureRequest {
  const { keepleaf, wanted } = (value ?? {}) as Partial<MeasureRequest>;
  return keepleaf === "measure" && typeof wanted === "object" && wanted !== null;
}

export function isMeasureReport(value: unknown): value is MeasureReport {
  const { keepleaf } = (value ?? {}) as { keepleaf?: unknown };
  if (keepleaf === "measured_all") return true;
  if (keepleaf !== "measured") return false;
  const { path, measure } = value as { path?: unknown; measure?: Partial<ReplayMeasure> };
  return (
    Array.isArray(path) &&
    path.every(Number.isSafeInteger) &&
    typeof measure === "object" &&
    measure !== null &&
    [measure.elements, measure.bands, measure.selectors, measure.faces].every(Array.isArray)
  );
}
