// Which elements are measured when there are too many: first what people look at (pictures, frames, fields, headings),
// then text, then boxes. The same page gives the same sample.
import type { Found } from "./walk.ts";

/** Enough for all of nearly every page, and at most about 200 kB of JSON. */
export const mostMeasured = 1_500;

const first = new Set(
  (
    "img frame canvas video svg input select textarea button dialog details summary h1 h2 h3 h4 h5 h6 " +
    "html body header nav main aside footer article section table form"
  ).split(" "),
);

export function sample(found: readonly Found[], most = mostMeasured): Found[] {
  if (found.length <= most) return [...found];
  const tiers: Found[][] = [[], [], []];
  for (const one of found) tiers[first.has(one.name) ? 0 : one.text !== "" ? 1 : 2]?.push(one);
  const chosen: Found[] = [];
  // No tier may leave nothing for the next: a gallery has text too.
  const shares = [0.5, 0.8, 1];
  tiers.forEach((tier, index) => {
    const room = Math.floor(most * (shares[index] ?? 1)) - chosen.length;
    chosen.push(...spread(tier, room));
  });
  return chosen.sort((one, other) => one.order - other.order);
}

/** At most so many of a list, evenly over it, its first and its last among them. */
export function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  const chosen: T[] = [];
  for (let index = 0; index < most; index++) {
    const at = most === 1 ? 0 : Math.round((index * (list.length - 1)) / (most - 1));
    chosen.push(list[at] as T);
  }
  return chosen;
}
