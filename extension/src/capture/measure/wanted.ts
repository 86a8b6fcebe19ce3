// What to ask a replay about. Free of the DOM, for a background without one.
import type { DocumentMeasure, Wanted } from "./types.ts";

export function wantedOf(measures: readonly DocumentMeasure[]): Wanted {
  const paths = new Set<number>();
  const looks = new Set<number>();
  const families = new Set<number>();
  for (const { elements, fonts } of measures) {
    for (const { path, look } of elements) {
      paths.add(path);
      looks.add(look);
    }
    for (const { family } of fonts) families.add(family);
  }
  return { paths: [...paths], looks: [...looks], families: [...families] };
}
