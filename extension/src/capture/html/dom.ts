// Reads the tree past whatever a page put in the way: a form's or a document's own properties can be shadowed by
// elements named "attributes" or "firstChild" ([LegacyOverrideBuiltIns]), so the getters of the prototypes are called.

function getter<Owner, Value>(prototype: object, name: string): (owner: Owner) => Value {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (!get) throw new Error(`this browser has no ${name}`);
  return (owner) => get.call(owner) as Value;
}

export const firstChild = getter<Node, ChildNode | null>(Node.prototype, "firstChild");
export const nextSibling = getter<Node, ChildNode | null>(Node.prototype, "nextSibling");
export const parentNode = getter<Node, ParentNode | null>(Node.prototype, "parentNode");
export const nodeType = getter<Node, number>(Node.prototype, "nodeType");
export const textContent = getter<Node, string | null>(Node.prototype, "textContent");
export const attributes = getter<Element, NamedNodeMap>(Element.prototype, "attributes");
/** By name rather than by `attributes`: an Attr node, once it was asked for, stays with its element. */
export const attributeNames = (element: Element): string[] =>
  Element.prototype.getAttributeNames.call(element);
export const attribute = (element: Element, name: string): string | null =>
  Element.prototype.getAttribute.call(element, name);
export const localName = getter<Element, string>(Element.prototype, "localName");
export const namespaceUri = getter<Element, string | null>(Element.prototype, "namespaceURI");
export const tagName = getter<Element, string>(Element.prototype, "tagName");
export const scrollTop = getter<Element, number>(Element.prototype, "scrollTop");
export const scrollLeft = getter<Element, number>(Element.prototype, "scrollLeft");
export const templateContent = getter<HTMLTemplateElement, DocumentFragment>(
  HTMLTemplateElement.prototype,
  "content",
);
export const documentElement = getter<Document, Element | null>(Document.prototype, "documentElement");
export const documentTitle = getter<Document, string>(Document.prototype, "title");
export const documentType = getter<Document, DocumentType | null>(Document.prototype, "doctype");
export const documentFonts = getter<Document, FontFaceSet>(Document.prototype, "fonts");

export function matches(element: Element, selector: string): boolean {
  try {
    return Element.prototype.matches.call(element, selector);
  } catch {
    return false; // A selector that this browser does not know.
  }
}

export const htmlNamespace = "http://www.w3.org/1999/xhtml";
export const svgNamespace = "http://www.w3.org/2000/svg";
export const mathmlNamespace = "http://www.w3.org/1998/Math/MathML";
