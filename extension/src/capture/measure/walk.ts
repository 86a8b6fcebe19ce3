// All elements that can be seen, in the order in which the capture writes them. What the capture leaves out, adds or
// replaces is not counted, so that the live page and its replay give the same elements the same paths.
import * as dom from "../html/dom.ts";
import { combine, hash } from "./hash.ts";

export interface Found {
  element: Element;
  /** Local name; "frame" for what holds another document, "img" for what else a replay shows as a picture. */
  name: string;
  path: number;
  look: number;
  order: number;
  /** Its own text, with white space collapsed. */
  text: string;
}

export interface WalkedTree {
  found: Found[];
  /** The document and the shadow roots in it. */
  scopes: (Document | ShadowRoot)[];
}

/** Beyond so many, elements are not looked at. */
export const mostElements = 50_000;

const unseen = new Set(
  "head script noscript style link meta title base template source track param datalist area map".split(" "),
);
/** What is inside is its state, or is drawn by the browser. */
const leaves = new Set("frame select textarea video audio canvas svg img input".split(" "));

interface Level {
  next: Node | null;
  path: number;
  /** Children counted so far. */
  place: number;
  into?: Found;
}

/** Yields now and then: whoever runs it may pause there. */
export function* walk(
  document: Document,
  shadowRoot: (element: Element) => ShadowRoot | null,
): Generator<void, WalkedTree> {
  const found: Found[] = [];
  const scopes: WalkedTree["scopes"] = [document];
  const levels: Level[] = [{ next: dom.firstChild(document), path: hash("document"), place: 0 }];
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const node = level.next;
    if (!node || found.length >= mostElements) {
      if (level.into) finish(level.into);
      levels.pop();
      continue;
    }
    level.next = dom.nextSibling(node);
    const type = dom.nodeType(node);
    if (type === Node.TEXT_NODE && level.into) level.into.text += (node as Text).data;
    if (type !== Node.ELEMENT_NODE) continue;
    const element = node as Element;
    const name = nameOf(element);
    if (unseen.has(name)) continue;
    const path = combine(level.path, hash(name), level.place++);
    const into: Found = { element, name, path, look: 0, order: found.length, text: "" };
    found.push(into);
    if (found.length % 200 === 0) yield;
    if (leaves.has(name)) {
      finish(into);
      continue;
    }
    levels.push({ next: dom.firstChild(element), path, place: 0, into });
    const root = shadowRoot(element);
    if (!root) continue;
    scopes.push(root);
    levels.push({ next: dom.firstChild(root), path: combine(path, hash("#shadow")), place: 0 });
  }
  return { found, scopes };
}

function nameOf(element: Element): string {
  const name = dom.localName(element);
  switch (name) {
    case "iframe":
      return "frame";
    case "object":
      return (element as HTMLObjectElement).contentWindow ? "frame" : "img";
    case "embed":
      return "img";
    default:
      return name;
  }
}

function finish(found: Found): void {
  found.text = found.text.replace(/\s+/g, " ").trim();
  const { element, name, text } = found;
  const id = dom.attribute(element, "id") ?? "";
  const classes = dom.attribute(element, "class") ?? "";
  found.look = hash(`${name}#${id}.${classes} ${text}`);
}
