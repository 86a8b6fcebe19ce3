// A page is a tree of trees: the document, and the shadow trees in it. A kept page is hostile: elements that it names like
// a document's own properties ("body", "title", "querySelectorAll") stand in their place, so the prototypes are asked.
export type Tree = Document | ShadowRoot;

const prototypeOf = (tree: Tree) =>
  tree instanceof Document ? Document.prototype : DocumentFragment.prototype;

export function all(tree: Tree, selector: string): NodeListOf<Element> {
  return prototypeOf(tree).querySelectorAll.call(tree, selector);
}

export function byId(tree: Tree, id: string): Element | null {
  return prototypeOf(tree).getElementById.call(tree, id);
}

export function create<Name extends keyof HTMLElementTagNameMap>(
  document: Document,
  name: Name,
): HTMLElementTagNameMap[Name] {
  return Document.prototype.createElement.call(document, name) as HTMLElementTagNameMap[Name];
}

export function titleOf(document: Document): string {
  return Object.getOwnPropertyDescriptor(Document.prototype, "title")?.get?.call(document) as string;
}

export function scrollerOf(document: Document): Element | null {
  return Object.getOwnPropertyDescriptor(Document.prototype, "scrollingElement")?.get?.call(
    document,
  ) as Element;
}

/** The tree itself and, in document order, those below it. */
export function* treesOf(tree: Tree): Generator<Tree> {
  yield tree;
  for (const element of all(tree, "*")) {
    if (element.shadowRoot instanceof DocumentFragment) yield* treesOf(element.shadowRoot);
  }
}
