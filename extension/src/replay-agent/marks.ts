// Marking what was searched for in a replayed page, and bringing the first place into view. It uses the CSS Custom
// Highlight API, which draws ranges without touching the document.
import { all, create, type Tree, treesOf } from "./trees.ts";

const highlightName = "keepleaf-match";
const mostMarks = 500;

export interface Marked {
  count: number;
  /** What was brought into view. */
  first: Element | null;
}

/** Marks every occurrence of the words, at most 500. */
export function markText(document: Document, words: string[]): Marked {
  const ranges = findText(document, words);
  if (ranges.length === 0) return { count: 0, first: null };
  CSS.highlights.set(highlightName, new Highlight(...ranges));
  // Rules for highlights hold in their own tree only.
  for (const tree of new Set(ranges.map((range) => range.startContainer.getRootNode() as Tree))) {
    const style = create(document, "style");
    style.textContent = `::highlight(${highlightName}) { background-color: #ffe08a; color: #1c1a10; }`;
    const place = tree instanceof Document ? (all(tree, "head")[0] ?? all(tree, "html")[0]) : tree;
    place?.append(style);
  }
  const first = ranges[0]?.startContainer.parentElement ?? null;
  first?.scrollIntoView({ block: "center" });
  return { count: ranges.length, first };
}

/** Where the words stand in the text, in all trees of the page; the first 500. */
export function findText(document: Document, words: string[]): Range[] {
  const wanted = words.map(fold).filter((word) => word !== "");
  const ranges: Range[] = [];
  const body = all(document, "body")[0];
  if (wanted.length === 0 || !body) return ranges;
  for (const tree of treesOf(document)) collect(tree === document ? body : tree, wanted, ranges);
  return ranges;
}

/** Case and width are no difference; the length stays, so that offsets do. */
function fold(text: string): string {
  return [...text]
    .map((character) => {
      const folded = character.normalize("NFKC").toLowerCase();
      return folded.length === character.length ? folded : character;
    })
    .join("");
}

function collect(root: Node, words: string[], ranges: Range[]): void {
  const document = root.ownerDocument;
  const walker = document && Document.prototype.createTreeWalker.call(document, root, NodeFilter.SHOW_TEXT);
  for (let node = walker?.nextNode(); node && ranges.length < mostMarks; node = walker?.nextNode()) {
    const parent = node.parentElement;
    if (parent && /^(script|style|template|noscript)$/i.test(parent.localName)) continue;
    const text = fold(node.nodeValue ?? "");
    for (const word of words) {
      for (
        let at = text.indexOf(word);
        at >= 0 && ranges.length < mostMarks;
        at = text.indexOf(word, at + word.length)
      ) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        ranges.push(range);
      }
    }
  }
}
