// What a document shows, as numbers: small enough for a message, and with nothing of the page's words in it. The live page
// and its replay are measured by the same code, so that the two can be compared (background/fidelity/).
import type { Viewport } from "../../protocol/messages.ts";

/** x, y, width and height in CSS pixels from the corner of the document. */
export type Rect = [number, number, number, number];

export interface MeasuredElement {
  /** Names and places on the way from the root, hashed: finds the element again unless parsing has moved it. */
  path: number;
  /** Name, id, classes and own text, hashed: finds it again if parsing has moved it. */
  look: number;
  /** Its place among all elements that are counted. */
  order: number;
  /** Null: it has no box. */
  rect: Rect | null;
  /** Of its own text, with white space collapsed; 0 when it has none. */
  text: number;
  length: number;
  /** Of what is painted beside boxes: colours, font size and the like. */
  style: number;
  state?: ElementState;
}

/** What markup does not say, or does not guarantee. Absent: does not apply, or not so. */
export interface ElementState {
  /** Natural size of the picture that is shown: of an image, a video's frame or its poster. */
  image?: [number, number];
  /** Of its address, without fragment. */
  url?: number;
  /** A background image: of its address in the live page, 0 in a replay that shows one. */
  background?: number;
  /** Canvas: 8 × 8 cells of red, green, blue and opacity, a hexadecimal digit each. */
  pixels?: string;
  /** A nested document: which of its document's, in document order. */
  frame?: number;
  /** Of what was typed or chosen; never of what is secret. */
  value?: number;
  checked?: boolean;
  mixed?: boolean;
  open?: boolean;
  layer?: "modal" | "popover";
  scroll?: [number, number];
  /** Of the font family that its text asks for first, if that is a loaded one. */
  font?: number;
}

export interface MeasuredSheet {
  url: number;
  /** Of selectors, spread over the whole sheet, its last one among them. */
  selectors: number[];
}

export interface MeasuredFont {
  /** Of family, weight, style and range. */
  face: number;
  family: number;
  /** Of the addresses that it may come from. */
  urls: number[];
}

export interface DocumentMeasure {
  viewport: Viewport;
  /** Of the whole document, in CSS pixels. */
  size: [number, number];
  /** In document order, shadow trees before the children beside them. */
  elements: MeasuredElement[];
  /** Elements in all; more than `elements` holds on large pages. */
  count: number;
  /** Of all text, in equal runs of elements; empty when `elements` holds every text. */
  bands: number[];
  sheets: MeasuredSheet[];
  fonts: MeasuredFont[];
}

/** What the comparison needs of a replay: the same, with all selectors instead of some, and faces that work. */
export interface ReplayMeasure extends Omit<DocumentMeasure, "sheets" | "fonts"> {
  selectors: number[];
  faces: number[];
}

/** What a replay is asked about: what was measured live, in whatever document. */
export interface Wanted {
  paths: number[];
  looks: number[];
  families: number[];
}
