// A copy of an article that holds words, structure and kept pictures, and nothing else: what is not named here is not
// copied. Only data: pictures are, so that nothing is left that could be asked of the network.

const html = "http://www.w3.org/1999/xhtml";
const mathMl = "http://www.w3.org/1998/Math/MathML";

const structure = new Set(
  (
    "a abbr address article aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em " +
    "figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q rp rt ruby s samp " +
    "section small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr"
  ).split(" "),
);
const mathematics = new Set(
  (
    "math mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub " +
    "msubsup msup mtable mtd mtext mtr munder munderover semantics"
  ).split(" "),
);
/** Gone with all that is in them; of other unknown elements the content stays. */
const dropped = new Set(
  (
    "annotation annotation-xml applet audio base button canvas datalist dialog embed frame frameset iframe input link " +
    "map meta meter nav noembed noframes noscript object option output param progress script select source style svg " +
    "template textarea title track video"
  ).split(" "),
);

const everywhere = ["dir", "id", "lang", "title"];
const attributes: Record<string, string[]> = {
  bdo: ["dir"],
  col: ["span"],
  colgroup: ["span"],
  details: ["open"],
  img: ["alt"],
  li: ["value"],
  ol: ["reversed", "start", "type"],
  td: ["colspan", "headers", "rowspan"],
  th: ["colspan", "headers", "rowspan", "scope"],
  time: ["datetime"],
};

export function cleaned(content: Node): DocumentFragment {
  const fragment = document.createDocumentFragment();
  copyChildren(content, fragment);
  return fragment;
}

function copyChildren(from: Node, into: Node): void {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) into.appendChild(document.createTextNode(child.nodeValue ?? ""));
    else if (child.nodeType === Node.ELEMENT_NODE) copyElement(child as Element, into);
  }
}

function copyElement(element: Element, into: Node): void {
  const name = element.localName;
  if (dropped.has(name)) return;
  const isMath = element.namespaceURI === mathMl && mathematics.has(name);
  if (!isMath && !(element.namespaceURI === html && structure.has(name))) {
    copyChildren(element, into);
    return;
  }
  const copy = document.createElementNS(isMath ? mathMl : html, name);
  for (const attribute of [...everywhere, ...(attributes[name] ?? [])]) {
    const value = element.getAttribute(attribute);
    if (value !== null) copy.setAttribute(attribute, value);
  }
  if (name === "a") setLink(element, copy);
  if (name === "img" && !setPicture(element, copy)) return;
  into.appendChild(copy);
  copyChildren(element, copy);
}

function setLink(element: Element, copy: Element): void {
  const address = element.getAttribute("href")?.trim() ?? "";
  if (/^(?:https?:\/\/|#)/i.test(address)) copy.setAttribute("href", address);
}

/** Whether it is kept: a picture without bytes of its own would be an empty place. */
function setPicture(element: Element, copy: Element): boolean {
  const kept = /^data:image\/[^\s]+$/i;
  const offered = (element.getAttribute("srcset") ?? "").split(/\s+/);
  const source = [element.getAttribute("src")?.trim() ?? "", ...offered].find((one) => kept.test(one));
  if (!source) return false;
  copy.setAttribute("src", source.replace(/,$/, ""));
  for (const side of ["width", "height"]) {
    const value = element.getAttribute(side) ?? "";
    if (/^\d{1,5}$/.test(value)) copy.setAttribute(side, value);
  }
  return true;
}
