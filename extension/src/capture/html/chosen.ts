// What is selected in a document, asked node by node while it is written: the selected nodes whole, those that hold them
// as a shell, text cut where the selection begins and ends. The live selection is only read.
import * as dom from "./dom.ts";

export class Chosen {
  readonly #document: Document;
  readonly #ranges: Range[];
  readonly #probe: Range;

  private constructor(document: Document, ranges: Range[]) {
    this.#document = document;
    this.#ranges = ranges;
    this.#probe = document.createRange();
  }

  /** Null when nothing is selected. Firefox can have several ranges: cells of a table, or with the control key. */
  static of(window: Window): Chosen | null {
    const selection = window.getSelection();
    const ranges: Range[] = [];
    for (let index = 0; selection && index < selection.rangeCount; index++) {
      const range = tightened(selection.getRangeAt(index));
      if (!range.collapsed) ranges.push(range);
    }
    return ranges.length > 0 ? new Chosen(window.document, ranges) : null;
  }

  /** Whether a node, or something in it, is kept. The head is: it holds the look. */
  keeps(node: Node): boolean {
    if (this.#isElsewhere(node) || this.#isFrameOfPage(node)) return true;
    this.#probe.selectNode(node);
    return this.#ranges.some((range) => overlaps(this.#probe, range));
  }

  textOf(node: Text): string {
    const { data } = node;
    if (this.#isElsewhere(node) || this.#isFrameOfPage(node)) return data;
    this.#probe.selectNodeContents(node);
    return this.#ranges
      .filter((range) => overlaps(this.#probe, range))
      .map((range) =>
        data.slice(
          range.startContainer === node ? range.startOffset : 0,
          range.endContainer === node ? range.endOffset : data.length,
        ),
      )
      .join("");
  }

  /** Shadow trees and templates are no places of the document: they go with what holds them. */
  #isElsewhere(node: Node): boolean {
    return node.getRootNode() !== this.#document;
  }

  #isFrameOfPage(node: Node): boolean {
    const { head, body } = this.#document;
    return node === dom.documentElement(this.#document) || node === body || head?.contains(node) === true;
  }
}

function overlaps(node: Range, range: Range): boolean {
  return (
    node.compareBoundaryPoints(Range.END_TO_START, range) < 0 &&
    node.compareBoundaryPoints(Range.START_TO_END, range) > 0
  );
}

/** A selection of whole lines often ends before the first letter of the next paragraph, which is not selected. */
function tightened(live: Range): Range {
  const range = live.cloneRange();
  const within = range.commonAncestorContainer;
  while (range.endOffset === 0 && range.endContainer !== within) range.setEndBefore(range.endContainer);
  while (range.startOffset === lengthOf(range.startContainer) && range.startContainer !== within)
    range.setStartAfter(range.startContainer);
  return range;
}

function lengthOf(node: Node): number {
  return node.nodeType === Node.TEXT_NODE ? (node as Text).length : node.childNodes.length;
}
