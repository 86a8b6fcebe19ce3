// Marking what was searched for in a replayed page, and bringing the first place into view. It uses the CSS Custom
// Highlight API, which draws ranges without touching the document.
const highlightName = "keepleaf-match";
const mostMarks = 500;

export function clearMarks(document: Document): void {
  CSS.highlights.delete(highlightName);
  document.getElementById("keepleaf-mark-style")?.remove();
}

/** Marks every occurrence of the words, at most 500; how many were found. */
export function markText(document: Document, words: string[]): number {
  const wanted = words.map(fold).filter((word) => word !== "");
  if (wanted.length === 0 || !document.body) return 0;
  const ranges: Range[] = [];
  collect(document.body, wanted, ranges);
  if (ranges.length === 0) return 0;

  const style = document.createElement("style");
  style.id = "keepleaf-mark-style";
  style.textContent = `::highlight(${highlightName}) { background-color: #ffe08a; color: #1c1a10; }`;
  document.head.append(style);
  CSS.highlights.set(highlightName, new Highlight(...ranges));
  ranges[0]?.startContainer.parentElement?.scrollIntoView({ block: "center" });
  return ranges.length;
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
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node && ranges.length < mostMarks; node = walker.nextNode()) {
    if (node instanceof Element) {
      if (node.shadowRoot) collect(node.shadowRoot, words, ranges);
      continue;
    }
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
