// The comparison of what was seen with what is shown: each loss lowers the score and is found in its place, and what is
// no loss costs nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compare } from "../../../../extension/src/background/fidelity/compare.ts";
import type { KeptPart, LivePage } from "../../../../extension/src/background/fidelity/pages.ts";
import { hash } from "../../../../extension/src/capture/measure/hash.ts";
import type {
  DocumentMeasure,
  MeasuredElement,
  ReplayMeasure,
} from "../../../../extension/src/capture/measure/types.ts";
import type { Fidelity } from "../../../../extension/src/protocol/messages.ts";
import { elements, live, measured, page, paragraphs, part, replayOf, viewport } from "./made.ts";

const documentPart = part(0, "document");

function score(seen: LivePage, replay: ReplayMeasure, parts: KeptPart[] = [documentPart]): Fidelity {
  const fidelity = compare(seen, [{ path: [], measure: replay }], parts);
  assert.ok(fidelity);
  return fidelity;
}

/** A page of paragraphs with one element more, and what becomes of it. */
function damaged(
  one: Partial<MeasuredElement>,
  damage: Partial<MeasuredElement> | ((element: MeasuredElement) => void),
  parts: KeptPart[] = [documentPart],
): Fidelity {
  const list = paragraphs();
  Object.assign(list[10] as MeasuredElement, one);
  const measure = measured(list);
  const replay = replayOf(measure);
  const hurt = replay.elements[10] as MeasuredElement;
  if (typeof damage === "function") damage(hurt);
  else Object.assign(hurt, damage);
  return score(page(live(measure)), replay, parts);
}

function isLocated(fidelity: Fidelity, kind: string, partNumber = 0, y = 200): void {
  assert.ok(fidelity.score < 1, "the score is lower");
  const region = fidelity.regions.find((one) => one.kind === kind);
  assert.ok(region, `a region of kind ${kind} in ${JSON.stringify(fidelity.regions)}`);
  assert.equal(region.part, partNumber);
  assert.ok(region.rect.y <= y && y < region.rect.y + region.rect.height, JSON.stringify(region.rect));
}

test("a replay that is the page scores 1, without regions", () => {
  const measure = measured(paragraphs());
  const fidelity = score(page(live(measure)), replayOf(measure));
  assert.deepEqual(fidelity, { score: 1, method: "boxes", viewport, regions: [] });
});

test("a page without anything on it is what it was", () => {
  const measure = measured([]);
  assert.equal(score(page(live(measure)), replayOf(measure)).score, 1);
});

test("a replay that did not answer for the page itself can't be compared", () => {
  const measure = measured(paragraphs());
  assert.equal(compare(page(live(measure)), [], []), undefined);
  assert.equal(compare(page(live(measure)), [{ path: [0], measure: replayOf(measure) }], []), undefined);
  assert.equal(compare(page(), [{ path: [], measure: replayOf(measure) }], []), undefined);
});

test("text that is another, or is not shown", () => {
  isLocated(damaged({}, { text: 7, look: 7 }), "text");
  isLocated(damaged({}, { rect: null }), "text");
});

test("a box of another size", () => {
  isLocated(damaged({}, { rect: [0, 200, 500, 20] }), "box");
  isLocated(damaged({}, { rect: [0, 200, 1000, 60] }), "box");
  isLocated(damaged({}, { rect: [300, 200, 1000, 20] }), "box");
});

test("rounding of a few pixels is no difference", () => {
  assert.equal(damaged({}, { rect: [2, 202, 998, 22] }).score, 1);
  assert.equal(damaged({ rect: [0, 200, 1000, 2000] }, { rect: [0, 200, 1000, 2018] }).score, 1);
});

test("what lies below a missing picture is lower, not lost: only the place where that begins is told", () => {
  const measure = measured(paragraphs(50));
  const replay = replayOf(measure);
  for (const element of replay.elements.slice(10)) if (element.rect) element.rect[1] -= 300;
  const fidelity = score(page(live(measure)), replay);
  isLocated(fidelity, "box");
  assert.equal(fidelity.regions.length, 1);
  assert.ok(fidelity.score > 0.95, String(fidelity.score));
});

test("another style", () => isLocated(damaged({}, { style: 2 }), "style"));

test("a picture that did not come, by its part", () => {
  const parts = [documentPart, part(1, "image", "https://a/1.png"), part(2, "image", "https://a/2.png")];
  const state = { image: [40, 20] as [number, number], url: hash("https://a/2.png") };
  isLocated(damaged({ state }, { state: {} }, parts), "image", 2);
  isLocated(damaged({ state }, { state: { image: [40, 90] } }, parts), "image", 2);
  assert.equal(
    damaged({ state }, { state: { image: [80, 40] } }, parts).score,
    1,
    "the same at twice the density",
  );
  assert.equal(
    damaged({ state }, { state: { image: [0, 0] } }, parts).score,
    1,
    "a poster's size is not told",
  );
});

test("a picture that had not come when the page was kept is none that was lost", () => {
  assert.equal(damaged({ state: { url: 5 } }, { state: {} }).score, 1);
});

test("a background that did not come, unless its server had refused it", () => {
  const state = { background: hash("https://a/b.png") };
  const parts = (status: KeptPart["status"]) => [documentPart, part(4, "image", "https://a/b.png", status)];
  isLocated(damaged({ state }, { state: {} }, parts("ok")), "image", 4);
  isLocated(damaged({ state }, { state: {} }, parts("no_permission")), "image", 4);
  assert.equal(damaged({ state }, { state: {} }, parts("http_404")).score, 1);
});

test("a canvas whose pixels are gone, or are others, by its part", () => {
  const list = paragraphs();
  const drawn = "f00f".repeat(64);
  for (const at of [3, 10]) Object.assign(list[at] as MeasuredElement, { state: { pixels: drawn } });
  const measure = measured(list);
  const seen = page(live(measure, { canvases: [5, 6] }));
  const parts = [documentPart, part(5, "canvas"), part(6, "canvas")];
  for (const state of [{}, { pixels: "0000".repeat(64) }, { pixels: "0f0f".repeat(64) }]) {
    const replay = replayOf(measure);
    Object.assign(replay.elements[10] as MeasuredElement, { state });
    isLocated(score(seen, replay, parts), "canvas", 6);
  }
  const nearly = replayOf(measure);
  Object.assign(nearly.elements[10] as MeasuredElement, { state: { pixels: "e00f".repeat(64) } });
  assert.equal(score(seen, nearly, parts).score, 1, "resampled a little otherwise");
});

test("what was typed, chosen, checked or opened", () => {
  isLocated(damaged({ state: { value: 4 } }, { state: { value: 5 } }), "state");
  isLocated(damaged({ state: { checked: true } }, { state: {} }), "state");
  isLocated(damaged({}, { state: { checked: true } }), "state");
  isLocated(damaged({ state: { mixed: true } }, { state: {} }), "state");
  isLocated(damaged({ state: { open: true } }, { state: {} }), "state");
});

test("what was scrolled, and what was on top", () => {
  isLocated(damaged({ state: { scroll: [0, 300] } }, { state: {} }), "scroll");
  isLocated(damaged({ state: { scroll: [0, 300] } }, { state: { scroll: [0, 250] } }), "scroll");
  assert.equal(damaged({ state: { scroll: [0, 300] } }, { state: { scroll: [1, 299] } }).score, 1);
  isLocated(damaged({ state: { layer: "modal" } }, { state: {} }), "layer");
});

test("an element that is gone shifts none behind it", () => {
  const measure = measured(paragraphs());
  const replay = replayOf(measure);
  // What follows moves up by one place among its siblings.
  replay.elements = replay.elements
    .filter((_, index) => index !== 10)
    .map((element, index) => ({
      ...element,
      path: (measure.elements[index] as MeasuredElement).path,
      order: index,
    }));
  const fidelity = score(page(live(measure)), replay);
  isLocated(fidelity, "text");
  isLocated(fidelity, "structure");
  assert.ok(fidelity.score > 0.75, `only one of twenty is lost: ${fidelity.score}`);
  const text = fidelity.regions.filter(({ kind }) => kind === "text");
  assert.equal(text.length, 1);
  assert.equal(text[0]?.rect.height, 20);
});

test("an element that a parser put elsewhere is found by its looks, and that is told", () => {
  const fidelity = damaged({}, (element) => {
    element.path = 99;
  });
  isLocated(fidelity, "structure");
  assert.ok(fidelity.score > 0.99);
  assert.deepEqual(
    fidelity.regions.map(({ kind }) => kind),
    ["structure"],
  );
});

const sheets = [
  { url: hash("https://a/1.css"), selectors: [11, 12, 13] },
  { url: hash("https://a/2.css"), selectors: [21, 22, 23, 24] },
  { url: 0, selectors: [31] },
];
const sheetParts = [
  documentPart,
  part(1, "stylesheet", "https://a/1.css"),
  part(2, "stylesheet", "https://a/2.css"),
];

test("a style sheet that is gone, by its part, where things look otherwise", () => {
  const measure = measured(paragraphs(), { sheets });
  const replay = replayOf(measure);
  replay.selectors = replay.selectors.filter((selector) => selector < 20 || selector > 30);
  (replay.elements[10] as MeasuredElement).style = 2;
  const fidelity = score(page(live(measure)), replay, sheetParts);
  isLocated(fidelity, "sheet", 2);
  isLocated(fidelity, "style");
  const sheet = fidelity.regions.find(({ kind }) => kind === "sheet");
  assert.deepEqual(sheet?.rect, { x: 0, y: 200, width: 1000, height: 20 });
});

test("an inline sheet that is gone is told of its document; a selector written otherwise is no loss", () => {
  const many = [{ url: 0, selectors: Array.from({ length: 24 }, (_, index) => index) }, ...sheets.slice(2)];
  const measure = measured(paragraphs(), { sheets: many });
  const replay = replayOf(measure);
  replay.selectors = replay.selectors.filter((selector) => selector !== 5);
  assert.equal(score(page(live(measure)), replay).score, 1);
  replay.selectors = replay.selectors.filter((selector) => selector !== 31);
  isLocated(score(page(live(measure)), replay), "sheet");
});

test("a font that does not work, where it was used", () => {
  const list = paragraphs();
  Object.assign(list[10] as MeasuredElement, { state: { font: 70 } });
  const fonts = [{ face: 700, family: 70, urls: [hash("https://a/f.woff2")] }];
  const measure = measured(list, { fonts });
  const replay = replayOf(measure);
  replay.faces = [];
  const fidelity = score(page(live(measure)), replay, [documentPart, part(3, "font", "https://a/f.woff2")]);
  isLocated(fidelity, "font", 3);
  assert.deepEqual(fidelity.regions[0]?.rect, { x: 0, y: 200, width: 1000, height: 20 });
});

// ---- frames

function withFrame(inner: DocumentMeasure, damageOuter: Partial<MeasuredElement> = {}) {
  const list = paragraphs();
  Object.assign(list[10] as MeasuredElement, { state: { frame: 0 }, rect: [0, 200, 1000, 400] });
  const outer = measured(list);
  const outerReplay = replayOf(outer);
  Object.assign(outerReplay.elements[10] as MeasuredElement, damageOuter);
  const seen = page(live(outer, { frames: [3] }), live(inner, { part: 3 }));
  return { seen, outerReplay, parts: [documentPart, part(3, "frame", "https://a/f")] };
}

test("a frame is compared with the frame in its place", () => {
  const inner = measured(paragraphs());
  const { seen, outerReplay, parts } = withFrame(inner);
  const innerReplay = replayOf(inner);
  const replay = [
    { path: [], measure: outerReplay },
    { path: [0], measure: innerReplay },
  ];
  assert.equal(compare(seen, replay, parts)?.score, 1);
  (innerReplay.elements[10] as MeasuredElement).style = 2;
  const fidelity = compare(seen, replay, parts);
  assert.ok(fidelity);
  isLocated(fidelity, "style", 3);
});

test("a frame without bytes, or with another document in its place, is lost as a whole", () => {
  const inner = measured(paragraphs());
  const { seen, outerReplay, parts } = withFrame(inner);
  const other = replayOf(measured(elements({ says: "This frame was not kept." })));
  const shown = [
    { path: [], measure: outerReplay },
    { path: [0], measure: other },
  ];
  const fidelity = compare(seen, shown, parts);
  assert.ok(fidelity);
  isLocated(fidelity, "frame", 3, 300);
  assert.deepEqual(
    fidelity.regions.map(({ kind }) => kind),
    ["frame"],
  );
  const missing = compare(seen, shown, [documentPart, part(3, "frame", "https://b/f", "no_permission")]);
  assert.ok(missing);
  isLocated(missing, "frame", 3, 300);
});

test("a frame that nobody could measure, but that is kept, is no loss", () => {
  const inner = measured(paragraphs());
  const { seen, outerReplay, parts } = withFrame(inner);
  assert.equal(compare(seen, [{ path: [], measure: outerReplay }], parts)?.score, 1);
});

// ---- what is no loss

test("what changes by itself is not compared", () => {
  const measure = measured(paragraphs());
  const replay = replayOf(measure);
  Object.assign(replay.elements[10] as MeasuredElement, { text: 9, look: 9, style: 9, rect: [9, 9, 9, 9] });
  assert.equal(score(page(live(measure, { moving: [10] })), replay).score, 1);
});

test("what had no box and has none is no loss, whatever it says", () => {
  assert.equal(damaged({ rect: null }, { rect: null, style: 9, text: 9 }).score, 1);
});

test("text beyond what was measured is told by its run of the page", () => {
  const list = paragraphs(40);
  const bands = Array.from({ length: 64 }, (_, index) => index + 1);
  const measure = measured(list, { count: 4000, bands });
  list.forEach((element, index) => {
    element.order = index * 100;
  });
  const replay = replayOf(measure);
  assert.equal(score(page(live(measure)), replay).score, 1);
  replay.bands[32] = 999;
  const fidelity = score(page(live(measure)), replay);
  isLocated(fidelity, "text", 0, 400);
  assert.ok(fidelity.score > 0.97 && fidelity.score < 1, String(fidelity.score));
});

// ---- the score

test("the more is lost, the lower the score; everything lost is near 0", () => {
  const measure = measured(paragraphs());
  const scores = [1, 5, 10, 20].map((count) => {
    const replay = replayOf(measure);
    replay.elements = replay.elements.slice(count);
    return score(page(live(measure)), replay).score;
  });
  assert.deepEqual(
    scores,
    [...scores].sort((one, other) => other - one),
  );
  assert.equal(new Set(scores).size, scores.length);
  assert.ok((scores.at(-1) ?? 1) < 0.01, String(scores));
});

test("many losses are told as a few places, the weightiest first", () => {
  const list = paragraphs(400);
  const measure = measured(list);
  const replay = replayOf(measure);
  for (const [index, element] of replay.elements.entries()) {
    if (index % 2 === 0) element.style = 2;
    if (index === 300) Object.assign(element, { text: 9, look: 9 });
  }
  const fidelity = score(page(live(measure)), replay);
  assert.ok(fidelity.regions.length <= 60);
  const style = fidelity.regions.find(({ kind }) => kind === "style");
  assert.ok(style && style.rect.height > 7000, "touching places are one");
  assert.equal(fidelity.regions[0]?.kind, "style");
});
