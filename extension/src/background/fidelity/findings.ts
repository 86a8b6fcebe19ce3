// What is found while two documents are compared, and what that makes of a score.
import type { Rect } from "../../capture/measure/types.ts";
import type { Viewport } from "../../protocol/messages.ts";
import type { RegionKind } from "./pages.ts";

export interface Finding {
  kind: RegionKind;
  part: number;
  /** The document in whose pixels `rect` is. */
  document: number;
  rect: Rect;
  /** Its share of its kind. */
  weight: number;
}

/** How far the score falls when everything of one kind is lost. Together they need not be 1: kinds multiply. */
const gravity: Record<RegionKind, number> = {
  text: 1,
  frame: 0.9,
  image: 0.7,
  canvas: 0.7,
  state: 0.7,
  box: 0.6,
  structure: 0.6,
  style: 0.5,
  layer: 0.5,
  font: 0.4,
  sheet: 0.4,
  scroll: 0.4,
};

/** What is measured by area; its weight is in units of 100 × 100 pixels. */
export const areaUnit = 10_000;
const byArea = new Set<RegionKind>(["image", "canvas", "frame"]);

export class Findings {
  readonly list: Finding[] = [];
  private readonly halfScreen_: number;
  private readonly totals_ = new Map<RegionKind, number>();

  constructor({ width, height }: Viewport) {
    this.halfScreen_ = (width * height) / 2 / areaUnit;
  }

  /** Something of this kind was looked at; `weight` says how much of it there was. */
  seen(kind: RegionKind, weight: number): void {
    this.totals_.set(kind, (this.totals_.get(kind) ?? 0) + weight);
  }

  lost(finding: Finding): void {
    this.list.push(finding);
  }

  /** How much a finding takes from the score, at most. */
  cost({ kind, weight }: Finding): number {
    const total = this.total_(kind);
    return total > 0 ? (gravity[kind] * Math.min(weight, total)) / total : 0;
  }

  get score(): number {
    let score = 1;
    for (const kind of this.totals_.keys()) {
      const total = this.total_(kind);
      let lost = 0;
      for (const finding of this.list) if (finding.kind === kind) lost += finding.weight;
      if (total > 0) score *= 1 - gravity[kind] * Math.min(1, lost / total);
    }
    return score;
  }

  // The only picture of a page is not all of it: what is small on the screen is a small loss.
  private total_(kind: RegionKind): number {
    const total = this.totals_.get(kind) ?? 0;
    return byArea.has(kind) ? Math.max(total, this.halfScreen_) : total;
  }
}
