// A snippet with its matches marked. Offsets count UTF-8 bytes (docs/protocol.md), strings count UTF-16 units.
import { h } from "../../ui/dom.ts";

export function highlighted(text: string, matches: [number, number][]): DocumentFragment {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  const piece = (begin: number, end: number) => decoder.decode(bytes.subarray(begin, end));
  const fragment = document.createDocumentFragment();
  let at = 0;
  for (const [begin, end] of matches) {
    if (begin < at || end > bytes.length || begin >= end) continue;
    fragment.append(piece(at, begin), h("mark", {}, piece(begin, end)));
    at = end;
  }
  fragment.append(piece(at, bytes.length));
  return fragment;
}
