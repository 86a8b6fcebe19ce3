// The names of states (`:state(name)`) that style sheets ask for. An element tells whether it is in a state, but not which
// states it has: only those that a sheet names can matter.
import type { CaptureContext } from "../html/context.ts";
import { matches } from "../html/dom.ts";

type Tree = Document | ShadowRoot;

/** In all trees together; what is beyond belongs to pages that would be held up by it. */
const mostRules = 20_000;

interface Names {
  found: Set<string>;
  read: WeakSet<Tree>;
  rules: number;
}
const known = new WeakMap<CaptureContext, Names>();

/** The states that an element is in, of those that are named by a sheet of the page, of its tree or of its own tree. */
export function statesOf(element: Element, context: CaptureContext): string[] {
  let names = known.get(context);
  if (!names) {
    names = { found: new Set(), read: new WeakSet(), rules: 0 };
    known.set(context, names);
  }
  const own = context.platform.shadowRoot(element);
  for (const tree of [context.document, Node.prototype.getRootNode.call(element) as Tree, own]) {
    if (tree) readTree(tree, context, names);
  }
  return [...names.found].filter((name) => matches(element, `:state(${name})`));
}

function readTree(tree: Tree, context: CaptureContext, names: Names): void {
  if (names.read.has(tree)) return;
  names.read.add(tree);
  for (const sheet of [...tree.styleSheets, ...context.platform.adoptedSheets(tree)]) readSheet(sheet, names);
}

function readSheet(sheet: CSSStyleSheet, names: Names): void {
  try {
    readRules(sheet.cssRules, names);
  } catch {
    // From another site: its rules can't be read.
  }
}

function readRules(rules: CSSRuleList, names: Names): void {
  for (const rule of rules) {
    if (++names.rules > mostRules) return;
    const { selectorText, cssRules, styleSheet } = rule as CSSStyleRule & Partial<CSSImportRule>;
    if (selectorText?.includes(":state(")) {
      for (const [, name = ""] of selectorText.matchAll(/:state\(\s*((?:[\w-]|[^\0-\x7f])+)\s*\)/g)) {
        names.found.add(name);
      }
    }
    if (styleSheet) readSheet(styleSheet, names);
    else if (cssRules && cssRules.length > 0) readRules(cssRules, names);
  }
}
