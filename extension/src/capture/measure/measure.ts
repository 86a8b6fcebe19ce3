// Measures a document without changing it: what it shows (types.ts), in slices, so that the page stays fluid. Used by the
// capture bundle in the live page and by the replay agent in the kept one.
import * as dom from "../html/dom.ts";
import type { CapturePlatform } from "../types.ts";
import { hash } from "./hash.ts";
import { sample } from "./sample.ts";
import { loadedFonts, readSheets, type SheetsRead, workingFaces } from "./sheets.ts";
import { inSlices } from "./slices.ts";
import { stateOf } from "./state.ts";
import { firstFamily, styleOf } from "./style.ts";
import type { DocumentMeasure, MeasuredElement, Rect, ReplayMeasure, Wanted } from "./types.ts";
import { type Found, mostElements, type WalkedTree, walk } from "./walk.ts";

type Platform = Pick<CapturePlatform, "shadowRoot" | "adoptedSheets">;

const bandCount = 64;

/** Measures one live document, and later tells what has changed by itself. */
export class LiveMeasurer {
  private readonly window_: Window;
  private readonly platform_: Platform;
  private measured_: { found: Found[]; elements: MeasuredElement[] } | undefined;

  constructor(window: Window, platform: Platform) {
    this.window_ = window;
    this.platform_ = platform;
  }

  measure(): Promise<DocumentMeasure> {
    return inSlices(this.measureAll_());
  }

  /**
   * What of the measured elements looks or reads otherwise now: a clock, a carousel, an animation. By their place in
   * `elements`.
   */
  again(): Promise<number[]> {
    return inSlices(this.compare_());
  }

  private *measureAll_(): Generator<void, DocumentMeasure> {
    const { window_: window, platform_: platform } = this;
    const { document } = window;
    const tree = yield* walk(document, platform.shadowRoot);
    const chosen = sample(tree.found);
    const sheets = yield* readSheets(sheetsOf(tree, platform), document.baseURI);
    const fonts = loadedFonts(document, sheets.faces);
    const families = new Set(fonts.map(({ family }) => family));
    const elements = yield* readElements(window, chosen, families, framesOf(tree.found));
    this.measured_ = { found: chosen, elements };
    return {
      ...outlineOf(window),
      elements,
      count: tree.found.length,
      bands: chosen.length === tree.found.length ? [] : bandsOf(tree.found),
      sheets: sheets.measured,
      fonts,
    };
  }

  private *compare_(): Generator<void, number[]> {
    const { measured_: before, window_: window, platform_: platform } = this;
    if (!before) return [];
    const tree = yield* walk(window.document, platform.shadowRoot);
    const now = new Map(tree.found.map((found) => [found.element, found]));
    const moving: number[] = [];
    for (const [index, { element }] of before.found.entries()) {
      const found = now.get(element);
      const then = before.elements[index] as MeasuredElement;
      const today = found && readElement(window, found, new Set());
      if (!today || differs(then, today)) moving.push(index);
      if (index % 20 === 19) yield;
    }
    return moving;
  }
}

/** Measures a replayed document: only what was measured live. */
export function measureReplay(window: Window, platform: Platform, wanted: Wanted): Promise<ReplayMeasure> {
  const { paths, looks, families } = wanted;
  return inSlices(
    replayed(window, platform, { paths: new Set(paths), looks: new Set(looks), families: new Set(families) }),
  );
}

function* replayed(
  window: Window,
  platform: Platform,
  wanted: { [name in keyof Wanted]: ReadonlySet<number> },
): Generator<void, ReplayMeasure> {
  const { document } = window;
  const tree = yield* walk(document, platform.shadowRoot);
  const asked = tree.found.filter(({ path, look }) => wanted.paths.has(path) || wanted.looks.has(look));
  const sheets: SheetsRead = yield* readSheets(sheetsOf(tree, platform), document.baseURI);
  return {
    ...outlineOf(window),
    elements: yield* readElements(window, asked, wanted.families, framesOf(tree.found)),
    count: tree.found.length,
    bands: bandsOf(tree.found),
    selectors: [...new Set(sheets.selectors)],
    faces: workingFaces(document),
  };
}

export function differs(one: MeasuredElement, other: MeasuredElement): boolean {
  return (
    one.text !== other.text ||
    one.style !== other.style ||
    !sameRect(one.rect, other.rect) ||
    JSON.stringify(one.state?.scroll) !== JSON.stringify(other.state?.scroll) ||
    one.state?.value !== other.state?.value ||
    one.state?.checked !== other.state?.checked ||
    one.state?.pixels !== other.state?.pixels ||
    one.state?.url !== other.state?.url
  );
}

function sameRect(one: Rect | null, other: Rect | null): boolean {
  if (!one || !other) return one === other;
  return one.every((value, index) => Math.abs(value - (other[index] ?? 0)) <= 1);
}

function outlineOf(window: Window): Pick<DocumentMeasure, "viewport" | "size"> {
  const root = dom.documentElement(window.document);
  return {
    viewport: { width: window.innerWidth, height: window.innerHeight, scale: window.devicePixelRatio },
    size: [root?.scrollWidth ?? 0, root?.scrollHeight ?? 0],
  };
}

function sheetsOf({ scopes }: WalkedTree, platform: Platform): CSSStyleSheet[] {
  return scopes.flatMap((scope) => [...scope.styleSheets, ...platform.adoptedSheets(scope)]);
}

function* readElements(
  window: Window,
  found: readonly Found[],
  families: ReadonlySet<number>,
  frames: ReadonlyMap<Element, number>,
): Generator<void, MeasuredElement[]> {
  const elements: MeasuredElement[] = [];
  for (const one of found) {
    const measured = readElement(window, one, families);
    const frame = frames.get(one.element);
    if (frame !== undefined) measured.state = { ...measured.state, frame };
    elements.push(measured);
    yield;
  }
  return elements;
}

/** Elements that hold a document of their own, in the order in which the capture numbers those. */
export function framesOf(found: readonly Found[]): Map<Element, number> {
  const frames = new Map<Element, number>();
  for (const { name, element } of found) {
    if (name === "frame") frames.set(element, frames.size);
  }
  return frames;
}

function readElement(window: Window, found: Found, families: ReadonlySet<number>): MeasuredElement {
  const { element, path, look, order, text } = found;
  const style = window.getComputedStyle(element);
  const state = stateOf(found, style);
  if (text !== "" && families.size > 0) {
    const family = hash(firstFamily(style));
    if (families.has(family)) state.font = family;
  }
  return {
    path,
    look,
    order,
    rect: rectOf(element, window),
    text: text === "" ? 0 : hash(text),
    length: text.length,
    style: styleOf(style, found.name),
    ...(Object.keys(state).length > 0 ? { state } : {}),
  };
}

function rectOf(element: Element, window: Window): Rect | null {
  const { x, y, width, height } = Element.prototype.getBoundingClientRect.call(element);
  if (width === 0 && height === 0) return null;
  return [
    Math.round(x + window.scrollX),
    Math.round(y + window.scrollY),
    Math.round(width),
    Math.round(height),
  ];
}

function bandsOf(found: readonly Found[]): number[] {
  const bands = new Array<number>(bandCount).fill(0);
  for (const { text, order } of found) {
    if (text === "") continue;
    const band = Math.floor((order * bandCount) / Math.min(found.length, mostElements));
    bands[band] = hash(text, bands[band] || undefined);
  }
  return bands;
}
