// Documents that are not HTML are kept as HTML, which is what replay and export show. XHTML has the same elements; an
// SVG or MathML root gets a page around it that lies out of its way.
import * as dom from "./dom.ts";

const types = new Set([
  "text/html",
  "application/xhtml+xml",
  "image/svg+xml",
  "application/mathml+xml",
  "application/xml",
  "text/xml",
]);
const namespaces = new Set([dom.htmlNamespace, dom.svgNamespace, dom.mathmlNamespace]);

/** Whether the document is read as a tree: others (pictures, PDF, text, XML of other kinds) are kept as their bytes. */
export function isWalkable(document: Document): boolean {
  const root = dom.documentElement(document);
  return root !== null && types.has(document.contentType) && namespaces.has(dom.namespaceUri(root) ?? "");
}

export interface Shell {
  /** Up to the root element; style sheets go after it. */
  head: string;
  body: string;
  close: string;
}

/** What stands around the root; null for HTML, which needs nothing. */
export function shellOf(document: Document): Shell | null {
  const root = dom.documentElement(document);
  const namespace = root && dom.namespaceUri(root);
  if (!root || namespace === dom.htmlNamespace || namespace === null) return null;
  const rules =
    namespace === dom.svgNamespace
      ? `html,body{height:100%;margin:0;overflow:hidden}${svgRules(root)}`
      : "body{margin:0}";
  return {
    head: `<html data-keepleaf-was="${dom.localName(root)}"><head><meta charset="utf-8"><style>${rules}</style>`,
    body: "</head><body>",
    close: "</body></html>",
  };
}

// A root without a size fills the window. Without specificity, so that the document's own sheets win.
function svgRules(root: Element): string {
  const sizes = ["width", "height"].filter((name) => dom.attribute(root, name) === null);
  return `:where(body>svg){display:block;${sizes.map((name) => `${name}:100%`).join(";")}}`;
}
