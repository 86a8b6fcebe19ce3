// The article in a kept page: what a person would read of it, without what stands around. Found anew each time that it is
// looked at (docs/decisions/reader-version.md); the page itself is parsed into a document that runs and fetches nothing.
import { Readability } from "@mozilla/readability";
import { cleaned } from "./clean.ts";
import { flattenShadowTrees } from "./flatten.ts";
import { openSections } from "./sections.ts";

export interface Article {
  title: string;
  byline: string;
  site: string;
  /** Of the article's words, where the page names it or its script shows it. */
  language: string;
  direction: string;
  content: DocumentFragment;
}

const clauses = /[,\u060c\u3001\u3002\uff0c\uff0e\uff1b\ufe50\ufe51]/g;
const cjk = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]/g;
const kana = /[\u3040-\u30ff]/;
const hangul = /[\uac00-\ud7af]/;

/**
 * Readability counts commas to tell prose from lists of links. Chinese and Japanese have others, and a character of theirs
 * says as much as two or three letters.
 */
class ProseFinder extends Readability<Node> {
  constructor(document: Document, isCjk: boolean) {
    super(document, { charThreshold: isCjk ? 200 : 500, serializer: (node) => node });
    const inside = this as unknown as { REGEXPS: Record<string, RegExp> };
    inside.REGEXPS = { ...inside.REGEXPS, commas: clauses };
  }

  _getCharCount(element: Element): number {
    return element.textContent?.match(clauses)?.length ?? 0;
  }
}

/** Null: there is none in this page, nor in a frame of it. */
export function findArticle(html: string): Article | null {
  return inDocument(new DOMParser().parseFromString(html, "text/html"), 2);
}

function inDocument(document: Document, depth: number): Article | null {
  const frames = [...document.querySelectorAll("iframe[srcdoc]")].map(
    (frame) => frame.getAttribute("srcdoc") ?? "",
  );
  const found = ofDocument(document);
  if (found || depth === 0) return found;
  for (const html of frames) {
    const inFrame = inDocument(new DOMParser().parseFromString(html, "text/html"), depth - 1);
    if (inFrame) return inFrame;
  }
  return null;
}

function ofDocument(document: Document): Article | null {
  flattenShadowTrees(document);
  openSections(document);
  const language = document.documentElement.lang;
  const found = new ProseFinder(document, isMostlyCjk(document.body?.textContent ?? "")).parse();
  if (!found?.content) return null;
  const content = cleaned(found.content);
  if (!isProse(content)) return null;
  const text = content.textContent ?? "";
  const title = found.title?.trim() || document.title;
  withoutTitle(content, title);
  return {
    title,
    byline: found.byline?.trim() ?? "",
    site: found.siteName?.trim() ?? "",
    language: found.lang || language || languageOf(text),
    direction: found.dir === "rtl" ? "rtl" : "",
    content,
  };
}

/** It stands above the article already. Readability takes Latin letters alone for words when it compares the two. */
function withoutTitle(content: DocumentFragment, title: string): void {
  const heading = content.querySelector("h1, h2");
  const plain = (words: string) => words.replace(/\s+/g, "");
  if (heading && plain(heading.textContent ?? "") === plain(title)) heading.remove();
}

/** Enough words of its own that are no links: what is left of a front page or a search form is none. */
function isProse(content: DocumentFragment): boolean {
  const all = weight(content.textContent ?? "");
  const linked = [...content.querySelectorAll("a[href]")].reduce(
    (sum, link) => sum + weight(link.textContent ?? ""),
    0,
  );
  return all - linked >= 250 && linked < all / 2;
}

function weight(text: string): number {
  const characters = text.replace(/\s+/g, " ").trim();
  return characters.length + 1.5 * (characters.match(cjk)?.length ?? 0);
}

const isMostlyCjk = (text: string) => shareOfCjk(text) > 1 / 3;

function shareOfCjk(text: string): number {
  const characters = text.replace(/[\s\d\p{P}]+/gu, "");
  return (characters.match(cjk)?.length ?? 0) / Math.max(1, characters.length);
}

function languageOf(text: string): string {
  if (shareOfCjk(text) < 0.1) return ""; // names and quotations
  if (kana.test(text)) return "ja";
  return hangul.test(text) ? "ko" : "zh";
}
