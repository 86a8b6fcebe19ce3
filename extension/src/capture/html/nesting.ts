// Which elements an HTML parser would not leave where they stand ("13.2.6 Tree construction"): script can put a <p> into a
// <p>, a row into a table without a body. Such an element is written under a stand-in name, `keepleaf-as-p`, which stays
// anywhere, and gets its own again from Keepleaf's script (host/src/page/restore_tree.js).
import * as dom from "./dom.ts";

const prefix = "keepleaf-as-";

/** What the elements around a place mean for those inside it. */
export interface Nesting {
  /** The name of the nearest, as written. */
  readonly parent: string;
  /** Open elements that another of the same kind would close. */
  readonly open: ReadonlySet<"p" | "a" | "button" | "nobr" | "form" | "li" | "dt">;
  /** In SVG or MathML, where HTML is never shown, and ends it for a parser. */
  readonly foreign?: boolean;
}

export const nowhere: Nesting = { parent: "", open: new Set() };

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const closesParagraph = words(
  "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3 h4 " +
    "h5 h6 header hgroup hr li dd dt listing main menu nav ol p pre search section summary ul",
);
const inTables = words("caption col colgroup tbody td tfoot th thead tr");
const rightParents: Readonly<Record<string, ReadonlySet<string>>> = {
  caption: words("table"),
  colgroup: words("table"),
  tbody: words("table"),
  thead: words("table"),
  tfoot: words("table"),
  col: words("colgroup"),
  tr: words("tbody thead tfoot"),
  td: words("tr"),
  th: words("tr"),
};
/** Where the parser stops to look for what is open ("scope", and markers among formatting elements). */
const scopes = words("applet caption html table td th marquee object template");
const markers = words("applet caption td th marquee object template");
// Between these and an open <li>, a new <li> closes that one.
const passedByItems = words("address div p");
const special = words(
  "address applet area article aside base basefont bgsound blockquote body br button caption center col colgroup dd " +
    "details dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header " +
    "hgroup hr html iframe img input keygen li link listing main marquee menu meta nav noembed noframes noscript object " +
    "ol p param plaintext pre script search section select source style summary table tbody td template textarea tfoot th " +
    "thead title tr track ul wbr xmp",
);
const opens = words("p a button nobr form li dt dd");
const headings = words("h1 h2 h3 h4 h5 h6");
const inHead = words("base basefont bgsound link meta noframes noscript script style template title");

// What Keepleaf's script makes again where no browser shows it and no parser leaves it: names that load nothing.
const unseen = words(
  "a abbr address article aside b bdi bdo big blockquote center cite code data dd del details dfn dir div dl dt em " +
    "fieldset figcaption figure font footer h1 h2 h3 h4 h5 h6 header i ins kbd li main mark menu nav ol p pre q s samp " +
    "search section small span strike strong sub summary sup time tt u ul var",
);

/** Whether an element in the head, which would end it for a parser, is written into a <template> there. */
export function isKeptInHead(name: string, around: Nesting): boolean {
  return around.parent === "head" && !inHead.has(name) && unseen.has(name);
}

/** Whether what script put into a void element is written into a <template> behind it. */
export function mayFollowVoid(name: string, around: Nesting): boolean {
  return name !== "frame" && around.parent !== "frameset" && around.foreign !== true;
}

/** The name to write; undefined for what is never shown where it is, and that no parser leaves there. */
export function nameAt(element: Element, name: string, around: Nesting, quirks: boolean): string | undefined {
  const { parent, open } = around;
  if (around.foreign) return unseen.has(name) ? prefix + name : undefined;
  if (parent === "head") return inHead.has(name) ? name : undefined;
  if (parent === "template" || parent === "html" || parent === "frameset") return name;
  const moved =
    (open.has("p") && (closesParagraph.has(name) || (name === "table" && !quirks))) ||
    (headings.has(name) && headings.has(parent)) ||
    (name === "li" && open.has("li")) ||
    ((name === "dt" || name === "dd") && open.has("dt")) ||
    ((name === "a" || name === "button" || name === "nobr" || name === "form") && open.has(name)) ||
    (parent === "option" && (name === "option" || name === "optgroup")) ||
    (parent === "optgroup" && name === "optgroup") ||
    (inTables.has(name) && rightParents[name]?.has(parent) !== true) ||
    (name === "table" && isOdd(element, "table"));
  return moved ? prefix + name : name;
}

/** What holds inside an element that is written under `name`. */
export function inside(name: string, around: Nesting): Nesting {
  const closes = scopes.has(name) || (special.has(name) && !passedByItems.has(name) && around.open.size > 0);
  if (!closes && !opens.has(name)) return { parent: name, open: around.open };
  const open = new Set(around.open);
  if (scopes.has(name)) for (const one of ["p", "button", "nobr"] as const) open.delete(one);
  if (name === "button") open.delete("p");
  if (markers.has(name)) open.delete("a");
  if (name === "template") open.delete("form");
  if (special.has(name) && !passedByItems.has(name)) {
    open.delete("li");
    open.delete("dt");
  }
  if (
    name === "p" ||
    name === "a" ||
    name === "button" ||
    name === "nobr" ||
    name === "form" ||
    name === "li"
  ) {
    open.add(name);
  }
  if (name === "dt" || name === "dd") open.add("dt");
  return { parent: name, open };
}

const holdsHtml = words("foreignObject desc title mi mo mn ms mtext annotation-xml");

export function insideForeign(name: string, around: Nesting): Nesting {
  if (!holdsHtml.has(name)) return { ...around, parent: name, foreign: true };
  return { parent: name, open: new Set([...around.open].filter((one) => one === "a" || one === "form")) };
}

/** Whether something stands in a table where the parser would move it out, or put rows or bodies around it. */
function isOdd(element: Element, name: string): boolean {
  for (let node = dom.firstChild(element); node; node = dom.nextSibling(node)) {
    const type = dom.nodeType(node);
    if (type === Node.TEXT_NODE && (node as Text).data.trim() !== "") return true;
    if (type !== Node.ELEMENT_NODE) continue;
    const child = dom.localName(node as Element);
    if (child === "script" || child === "style" || child === "template" || child === "noscript") continue;
    if (name === "table" && isEmptyForm(node as Element, child)) continue;
    if (rightParents[child]?.has(name) !== true) return true;
    if (child !== "td" && child !== "th" && child !== "caption" && isOdd(node as Element, child)) return true;
  }
  return false;
}

// The parser leaves a form in a table, but puts nothing into it.
function isEmptyForm(element: Element, name: string): boolean {
  return name === "form" && dom.firstChild(element) === null;
}
