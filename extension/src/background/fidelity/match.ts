// Which element of the replay is which of the live page. By the way from the root while nothing was moved; what a parser
// put elsewhere is found by its looks.
import type { MeasuredElement } from "../../capture/measure/types.ts";

export interface Pair {
  live: MeasuredElement;
  /** Place of `live` among the elements that were measured. */
  index: number;
  replay: MeasuredElement | undefined;
  /** It was found elsewhere. */
  moved: boolean;
}

export function matchElements(live: readonly MeasuredElement[], replay: readonly MeasuredElement[]): Pair[] {
  const pairs: Pair[] = live.map((element, index) => ({
    live: element,
    index,
    replay: undefined,
    moved: false,
  }));
  const byPath = new Map(replay.map((element) => [element.path, element]));
  const taken = new Set<MeasuredElement>();
  const take = (pair: Pair, found: MeasuredElement, moved: boolean): void => {
    pair.replay = found;
    pair.moved = moved;
    taken.add(found);
  };
  // Same place, same looks: nearly all of nearly every page.
  for (const pair of pairs) {
    const found = byPath.get(pair.live.path);
    if (found?.look === pair.live.look && !taken.has(found)) take(pair, found, false);
  }
  // Same looks elsewhere, in document order: before "same place", or one lost element would shift all behind it.
  const byLook = new Map<number, MeasuredElement[]>();
  for (const element of replay) {
    if (taken.has(element)) continue;
    const same = byLook.get(element.look);
    if (same) same.push(element);
    else byLook.set(element.look, [element]);
  }
  for (const pair of pairs) {
    const found = pair.replay ? undefined : byLook.get(pair.live.look)?.shift();
    if (found) take(pair, found, true);
  }
  // Same place, other text.
  for (const pair of pairs) {
    const found = pair.replay ? undefined : byPath.get(pair.live.path);
    if (found && !taken.has(found)) take(pair, found, false);
  }
  return pairs;
}
