// From findings to the few places that a person can look at: the innermost, those that touch as one, the weightiest first.
import type { Rect } from "../../capture/measure/types.ts";
import type { FidelityRegion } from "../../protocol/messages.ts";
import type { Finding, Findings } from "./findings.ts";
import { around, contains, isNear } from "./rects.ts";

const mostRegions = 60;
/** CSS pixels between what is told as one place. */
const gap = 24;
/** Kinds that a container has only because of what it contains. */
const inherited = new Set(["box", "style", "text"]);

interface Place {
  finding: Finding;
  rect: Rect;
  cost: number;
}

export function regionsOf(findings: Findings): FidelityRegion[] {
  const groups = new Map<string, Place[]>();
  for (const finding of findings.list) {
    const key = `${finding.kind} ${finding.part} ${finding.document}`;
    const place = { finding, rect: finding.rect, cost: findings.cost(finding) };
    const group = groups.get(key);
    if (group) group.push(place);
    else groups.set(key, [place]);
  }
  const places = [...groups.values()].flatMap(merged);
  places.sort((one, other) => other.cost - one.cost);
  return places.slice(0, mostRegions).map(({ finding, rect: [x, y, width, height] }) => ({
    part: finding.part,
    kind: finding.kind,
    rect: { x, y, width, height },
  }));
}

/** Of one kind, part and document. */
function merged(group: Place[]): Place[] {
  const kind = group[0]?.finding.kind ?? "";
  const innermost = inherited.has(kind) ? group.filter((place) => !holdsAnother(place, group)) : group;
  const open = innermost.sort((one, other) => one.rect[1] - other.rect[1]);
  const done: Place[] = [];
  for (const place of open) {
    const last = done.find(({ rect }) => isNear(rect, place.rect, gap));
    if (!last) {
      done.push({ ...place });
      continue;
    }
    last.rect = around([last.rect, place.rect]) ?? last.rect;
    last.cost += place.cost;
  }
  return done;
}

function holdsAnother(place: Place, group: readonly Place[]): boolean {
  return group.some(
    (other) => other !== place && contains(place.rect, other.rect) && !contains(other.rect, place.rect),
  );
}
