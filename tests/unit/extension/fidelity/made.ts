// Measures made by hand: a page of a few elements, and its replay, which is the same until a test damages it.

import type {
  KeptPart,
  LiveDocument,
  LivePage,
} from "../../../../extension/src/background/fidelity/pages.ts";
import { hash } from "../../../../extension/src/capture/measure/hash.ts";
import type {
  DocumentMeasure,
  MeasuredElement,
  Rect,
  ReplayMeasure,
} from "../../../../extension/src/capture/measure/types.ts";

export const viewport = { width: 1000, height: 800, scale: 1 };

export interface Said extends Partial<MeasuredElement> {
  name?: string;
  says?: string;
}

/** Below each other, 1000 × 20 pixels each, unless they say otherwise. */
export function elements(...said: Said[]): MeasuredElement[] {
  return said.map(({ name = "p", says = "", ...rest }, order) => ({
    path: hash(`${name} at ${order}`),
    look: hash(`${name} ${says}`),
    order,
    rect: [0, order * 20, 1000, 20] as Rect,
    text: says === "" ? 0 : hash(says),
    length: says.length,
    style: 1,
    ...rest,
  }));
}

export function measured(list: MeasuredElement[], more: Partial<DocumentMeasure> = {}): DocumentMeasure {
  return {
    viewport,
    size: [1000, Math.max(800, list.length * 20)],
    elements: list,
    count: list.length,
    bands: [],
    sheets: [],
    fonts: [],
    ...more,
  };
}

export function live(measure: DocumentMeasure, more: Partial<LiveDocument> = {}): LiveDocument {
  return { part: 0, frames: [], canvases: [], measure, moving: [], ...more };
}

export function page(...documents: LiveDocument[]): LivePage {
  return { viewport, documents };
}

/** What an undamaged replay of it says. */
export function replayOf(measure: DocumentMeasure): ReplayMeasure {
  const { sheets, fonts, ...same } = structuredClone(measure);
  return {
    ...same,
    selectors: sheets.flatMap(({ selectors }) => selectors),
    faces: fonts.map(({ face }) => face),
  };
}

export const part = (
  n: number,
  role: KeptPart["role"],
  url = "",
  status: KeptPart["status"] = "ok",
): KeptPart => ({
  n,
  role,
  url: url === "" ? 0 : hash(url),
  status,
});

/** Twenty paragraphs. */
export const paragraphs = (count = 20): MeasuredElement[] =>
  elements(...Array.from({ length: count }, (_, index) => ({ says: `Paragraph ${index} of this page` })));
