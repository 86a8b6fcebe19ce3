// Style sheets and fonts of one live document against its replay: there, sheets have other addresses, imports are merged
// and unused rules may be gone, but selectors stay what they are.
import type { Rect, ReplayMeasure } from "../../capture/measure/types.ts";
import type { Findings } from "./findings.ts";
import type { KeptPart, LiveDocument } from "./pages.ts";
import { around } from "./rects.ts";

/** A sheet counts as lost when more of its selectors are gone; a few may be written otherwise. */
const mayDiffer = 0.1;

/** Of a sheet without which nothing that was measured looks otherwise: it may be one for paper, or for another choice. */
const unseenWeight = 0.1;

/** `where`: what looks otherwise; undefined when nothing does. */
export function compareSheets(
  document: LiveDocument,
  replay: ReplayMeasure,
  parts: readonly KeptPart[],
  findings: Findings,
  where: Rect | undefined,
  page: Rect,
): void {
  const known = new Set(replay.selectors);
  for (const { url, selectors } of document.measure.sheets) {
    const gone = selectors.filter((selector) => !known.has(selector)).length / selectors.length;
    findings.seen("sheet", 1);
    if (gone <= mayDiffer) continue;
    const part = url === 0 ? undefined : parts.find((one) => one.url === url && one.role === "stylesheet")?.n;
    findings.lost({
      kind: "sheet",
      part: part ?? document.part,
      document: document.part,
      rect: where ?? page,
      weight: where ? gone : gone * unseenWeight,
    });
  }
}

export function compareFonts(
  document: LiveDocument,
  replay: ReplayMeasure,
  parts: readonly KeptPart[],
  findings: Findings,
  page: Rect,
): void {
  const working = new Set(replay.faces);
  for (const { face, family, urls } of document.measure.fonts) {
    findings.seen("font", 1);
    if (working.has(face)) continue;
    const written = document.measure.elements.filter(({ state }) => state?.font === family);
    const part = parts.find((one) => one.role === "font" && urls.includes(one.url))?.n;
    findings.lost({
      kind: "font",
      part: part ?? document.part,
      document: document.part,
      rect: around(written.map(({ rect }) => rect)) ?? page,
      weight: 1,
    });
  }
}
