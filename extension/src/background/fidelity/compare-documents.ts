// One live document against its replay.
import { spread } from "../../capture/measure/sample.ts";
import type { MeasuredElement, Rect, ReplayMeasure } from "../../capture/measure/types.ts";
import { compareFonts, compareSheets } from "./compare-sheets.ts";
import { areaUnit, type Finding, type Findings } from "./findings.ts";
import { matchElements, type Pair } from "./match.ts";
import type { KeptPart, LiveDocument, RegionKind } from "./pages.ts";
import { around } from "./rects.ts";

/** A frame of a document: whether it is lost is told by what is inside. */
export interface Difference {
  finding: Finding;
  /** Its ordinal in the replay; undefined when it is not there. */
  ordinal: number | undefined;
}

/** CSS pixels that count as none: zoom and fonts round differently. */
const tolerance = 3;
/** CSS pixels by which a box is displaced or resized that counts as lost. */
const farAway = 50;
/** Of how much a cell of a canvas may differ, from 0 to 1, on average. */
const paintTolerance = 0.06;

export function compareDocuments(
  document: LiveDocument,
  replay: ReplayMeasure,
  parts: readonly KeptPart[],
  findings: Findings,
): Difference[] {
  const moving = new Set(document.moving);
  const pairs = matchElements(document.measure.elements, replay.elements).filter(
    ({ index }) => !moving.has(index),
  );
  const comparison = new Comparison(document, parts, findings);
  for (const pair of pairs) comparison.element(pair);
  comparison.textBeyond(replay, pairs);
  const restyled = pairs.filter(({ live, replay: found }) => !found || found.style !== live.style);
  const where = around(restyled.map(({ live }) => live.rect));
  compareSheets(document, replay, parts, findings, where, pageRect(document));
  compareFonts(document, replay, parts, findings, pageRect(document));
  return comparison.frames;
}

class Comparison {
  readonly frames: Difference[] = [];
  private readonly document_: LiveDocument;
  private readonly parts_: readonly KeptPart[];
  private readonly findings_: Findings;
  /** By how much the replay is lower or higher here; only where that changes is a box in another place. */
  private shift_ = 0;
  private canvas_ = 0;

  constructor(document: LiveDocument, parts: readonly KeptPart[], findings: Findings) {
    this.document_ = document;
    this.parts_ = parts;
    this.findings_ = findings;
  }

  element({ live, replay, moved }: Pair): void {
    const state = live.state ?? {};
    const seen = live.rect !== null;
    const rect = live.rect ?? pageRect(this.document_);
    this.weigh_("structure", 1, !replay, rect);
    // What only stands elsewhere in the tree may look as before: it costs a little, and says why if it doesn't.
    if (moved) this.lose_("structure", 0.05, rect);
    if (seen && live.length > 0) {
      this.weigh_("text", live.length, !replay?.rect || replay.text !== live.text, rect);
    }
    if (seen) {
      const displaced = replay ? this.displacement_(live, replay) : 1;
      this.findings_.seen("box", 1);
      if (displaced > 0) this.lose_("box", displaced, rect);
      this.weigh_("style", 1, !replay || replay.style !== live.style, rect);
    }
    if (state.frame !== undefined && seen) {
      const part = this.document_.frames[state.frame];
      const finding = this.finding_("frame", areaWeight(rect), rect, part);
      if (part !== undefined) this.frames.push({ finding, ordinal: replay?.state?.frame });
    }
    this.pictures_(live, replay, rect);
    this.state_(live, replay, rect);
  }

  private pictures_(live: MeasuredElement, replay: MeasuredElement | undefined, rect: Rect): void {
    const { image, url, background, pixels } = live.state ?? {};
    if (pixels !== undefined) {
      const part = this.document_.canvases[this.canvas_++];
      // Empty, or WebGL's, which are gone once they were shown: that was kept as it was seen.
      const lost = /[^0]/.test(pixels) && paintDistance(pixels, replay?.state?.pixels) > paintTolerance;
      this.weigh_("canvas", areaWeight(rect), lost, rect, part);
    }
    if (!live.rect) return;
    if (image) {
      const lost = !replay || !sameShape(image, replay.state?.image);
      this.weigh_("image", areaWeight(rect), lost, rect, this.partAt_(url));
    }
    if (background !== undefined) {
      const part = this.parts_.find((one) => one.url === background && one.role === "image");
      // Where its server refused it, nobody has seen it.
      if (part?.status.startsWith("http_")) return;
      this.weigh_("image", areaWeight(rect), !replay?.state?.background, rect, part?.n);
    }
  }

  private state_(live: MeasuredElement, replay: MeasuredElement | undefined, rect: Rect): void {
    const { layer, scroll } = live.state ?? {};
    const shown = replay?.state ?? {};
    const fields = ["value", "checked", "mixed", "open"] as const;
    if (fields.some((name) => live.state?.[name] !== undefined || shown[name] !== undefined)) {
      this.weigh_(
        "state",
        1,
        fields.some((name) => live.state?.[name] !== shown[name]),
        rect,
      );
    }
    if (layer) this.weigh_("layer", 1, shown.layer !== layer, rect);
    if (scroll) {
      const at = shown.scroll ?? [0, 0];
      const lost = scroll.some((offset, axis) => Math.abs(offset - (at[axis] ?? 0)) > tolerance);
      this.weigh_("scroll", 1, lost, rect);
    }
  }

  /** Text of elements beyond those that were measured: by bands of the whole document. */
  textBeyond(replay: ReplayMeasure, pairs: readonly Pair[]): void {
    const { bands, count, elements } = this.document_.measure;
    if (bands.length === 0) return;
    const measured = pairs.reduce((sum, { live }) => sum + live.length, 0);
    // About as much again for each element that was left out.
    const weight = (measured * (count / Math.max(1, elements.length) - 1)) / bands.length;
    bands.forEach((band, index) => {
      const lost = replay.bands[index] !== band;
      const inside = elements.filter(({ order }) => Math.floor((order * bands.length) / count) === index);
      const known = inside.some(
        (live) => pairs.find((pair) => pair.live === live)?.replay?.text !== live.text,
      );
      // A difference that a measured element explains is counted there.
      const rect = around(spread(inside, 200).map((live) => live.rect)) ?? pageRect(this.document_);
      this.weigh_("text", weight, lost && !known && replay.count === count, rect);
    });
  }

  /** How far a box is from where and how large it was, from 0 to 1. */
  private displacement_(live: MeasuredElement, replay: MeasuredElement): number {
    if (!live.rect || !replay.rect) return live.rect === replay.rect ? 0 : 1;
    const [x, y, width, height] = live.rect;
    const [nowX, nowY, nowWidth, nowHeight] = replay.rect;
    const before = this.shift_;
    this.shift_ = nowY - y;
    const off = [
      beyond(this.shift_ - before, tolerance),
      beyond(nowX - x, tolerance),
      beyond(nowWidth - width, Math.max(tolerance, width / 100)),
      beyond(nowHeight - height, Math.max(tolerance, height / 100)),
    ];
    return Math.min(1, Math.max(...off) / farAway);
  }

  private partAt_(url: number | undefined): number | undefined {
    return url === undefined ? undefined : this.parts_.find((part) => part.url === url)?.n;
  }

  private weigh_(kind: RegionKind, weight: number, lost: boolean, rect: Rect, part?: number): void {
    this.findings_.seen(kind, weight);
    if (lost) this.lose_(kind, weight, rect, part);
  }

  private lose_(kind: RegionKind, weight: number, rect: Rect, part?: number): void {
    this.findings_.lost(this.finding_(kind, weight, rect, part));
  }

  private finding_(kind: RegionKind, weight: number, rect: Rect, part?: number): Finding {
    const document = this.document_.part;
    return { kind, part: part ?? document, document, rect, weight };
  }
}

export function pageRect({ measure }: LiveDocument): Rect {
  return [0, 0, measure.size[0], measure.size[1]];
}

/** A picture counts by its size: as much as 100 × 100 pixels, or more. */
function areaWeight([, , width, height]: Rect): number {
  return Math.max(1, (width * height) / areaUnit);
}

function beyond(difference: number, allowed: number): number {
  return Math.abs(difference) > allowed ? Math.abs(difference) : 0;
}

function sameShape([width, height]: [number, number], shown: [number, number] | undefined): boolean {
  if (!shown) return false;
  const [nowWidth, nowHeight] = shown;
  // Not told: a video's poster.
  if (nowWidth === 0 || width === 0) return true;
  return (
    Math.abs(nowWidth * height - width * nowHeight) <= 0.02 * width * nowHeight + Math.max(width, nowWidth)
  );
}

function paintDistance(live: string, replay: string | undefined): number {
  if (replay?.length !== live.length) return 1;
  let sum = 0;
  for (let at = 0; at < live.length; at++) {
    sum += Math.abs(Number.parseInt(live[at] ?? "0", 16) - Number.parseInt(replay[at] ?? "0", 16));
  }
  return sum / (15 * live.length);
}
