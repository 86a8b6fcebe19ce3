// A page is a tree of trees: the document, and the shadow trees in it.
export type Tree = Document | ShadowRoot;

/** The tree itself and, in document order, those below it. */
export function* treesOf(tree: Tree): Generator<Tree> {
  yield tree;
  for (const element of tree.querySelectorAll("*")) {
    if (element.shadowRoot) yield* treesOf(element.shadowRoot);
  }
}
