// Compares what a person saw with what is shown of the snapshot. Pure. docs/fidelity-measure.md explains what is compared
// and how a score comes of it.
import type { Fidelity } from "../../protocol/messages.ts";
import { compareDocuments, type Difference } from "./compare-documents.ts";
import { Findings } from "./findings.ts";
import type { KeptPart, LiveDocument, LivePage, ReplayDocument } from "./pages.ts";
import { regionsOf } from "./regions.ts";

/** Undefined when the replay did not answer for the page itself. */
export function compare(
  live: LivePage,
  replay: readonly ReplayDocument[],
  parts: readonly KeptPart[],
): Fidelity | undefined {
  const findings = new Findings(live.viewport);
  const documents = new Map(live.documents.map((document) => [document.part, document]));
  const replayed = new Map(replay.map((document) => [document.path.join("."), document]));
  const page = documents.get(0);
  const shown = replayed.get("");
  if (!page || !shown) return undefined;
  const open: [LiveDocument, ReplayDocument][] = [[page, shown]];
  for (let next = open.shift(); next; next = open.shift()) {
    const [document, itsReplay] = next;
    for (const nested of compareDocuments(document, itsReplay.measure, parts, findings)) {
      const { finding } = nested;
      findings.seen("frame", finding.weight);
      const kept = parts.find(({ n }) => n === finding.part);
      const inside = nested.ordinal === undefined ? undefined : [...itsReplay.path, nested.ordinal];
      const child = documents.get(finding.part);
      const itsChild = inside && replayed.get(inside.join("."));
      if (kept?.status !== "ok" || !inside || (child && itsChild && isAnother(child, itsChild))) {
        findings.lost(finding);
      } else if (child && itsChild) {
        open.push([child, itsChild]);
      }
    }
  }
  return {
    score: Math.max(0, Math.min(1, findings.score)),
    method: "boxes",
    viewport: live.viewport,
    regions: regionsOf(findings),
  };
}

/** Nearly nothing of it is there: what is shown in its place is another document. */
function isAnother(live: LiveDocument, replay: ReplayDocument): boolean {
  const { elements } = live.measure;
  const looks = new Set(replay.measure.elements.map(({ look }) => look));
  const lost = elements.filter(({ look }) => !looks.has(look)).length;
  return elements.length > 0 && lost / elements.length > 0.7;
}

export type { Difference };
