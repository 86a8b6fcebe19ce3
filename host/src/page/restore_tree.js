// Makes the tree again that no parser makes of a kept page: elements nested as only script can nest them, slots that were
// assigned by hand, sheets that were adopted, and the target of the address (docs/capture.md, "Marks"). Runs before
// restore_state.js, under the same rules; see its head. What it reads was written by a hostile page: an element may become
// one of the names below, which load and run nothing, and its attributes have been through the rules for that name.

const read = (prototype, name) => {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name);
  return (owner) => get.call(owner);
};
const nodesOf = read(Node.prototype, "childNodes");
const parentNodeOf = read(Node.prototype, "parentNode");
const nameOf = read(Element.prototype, "localName");
const attributesOf = read(Element.prototype, "attributes");
const rootOf = read(Element.prototype, "shadowRoot");
const contentOf = read(Node.prototype, "textContent");
const innerOf = read(HTMLTemplateElement.prototype, "content");
const previousOf = read(Element.prototype, "previousElementSibling");
const valueOf = (element, name) => Element.prototype.getAttribute.call(element, name);
const append = (parent, node) => Node.prototype.appendChild.call(parent, node);
const drop = (element, name) => Element.prototype.removeAttribute.call(element, name);

const prefix = "keepleaf-as-";
const nestable = new Set(
  ("a abbr address article aside b bdi bdo big blockquote button caption center cite code col colgroup data dd del details " +
    "dfn dialog dir div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hgroup hr i ins kbd li " +
    "listing main mark menu nav nobr ol optgroup option p pre q s samp search section small span strike strong sub summary " +
    "sup table tbody td tfoot th thead time tr tt u ul var").split(" "),
);

export function restoreTree(document) {
  const sheets = new Map();
  const trees = [document];
  let target = null;
  for (const style of elementsOf(document)) {
    if (valueOf(style, "data-keepleaf-nesting") !== null) Element.prototype.remove.call(style);
    if (nameOf(style) === "body") break;
  }
  for (const tree of trees) {
    for (let element of elementsOf(tree)) {
      const name = nameOf(element);
      if (valueOf(element, "data-keepleaf-unseen") !== null) {
        unseen(element);
        continue;
      }
      if (name.startsWith(prefix)) element = renamed(element, name.slice(prefix.length));
      if (rootOf(element)) element = assigned(element);
      if (rootOf(element)) trees.push(rootOf(element));
      if (valueOf(element, "data-keepleaf-adopted") !== null) adopt(tree, element, sheets);
      if (valueOf(element, "data-keepleaf-target") !== null) target = valueOf(element, "id");
    }
  }
  if (target) enter(target);
}

function elementsOf(tree) {
  const prototype = tree instanceof Document ? Document.prototype : DocumentFragment.prototype;
  return prototype.querySelectorAll.call(tree, "*");
}

function renamed(element, name) {
  return nestable.has(name) ? rebuilt(element, name, "named") : element;
}

/** The element again, under another name or with slots to be assigned by hand; its root's content and its own move. */
function rebuilt(element, name, slotAssignment) {
  const made = document.createElement(name);
  for (const attribute of attributesOf(element)) made.setAttributeNode(attribute.cloneNode());
  const root = rootOf(element);
  if (root) {
    const { delegatesFocus, clonable, serializable } = root;
    const again = made.attachShadow({ mode: "open", delegatesFocus, clonable, serializable, slotAssignment });
    for (const node of [...nodesOf(root)]) append(again, node);
  }
  for (const node of [...nodesOf(element)]) append(made, node);
  Node.prototype.replaceChild.call(parentNodeOf(element), made, element);
  return made;
}

// What a page says as text must not become a style sheet's.
const voids = new Set("area br col hr img input link meta source track wbr".split(" "));

/** What no browser shows stands in a template: into what lies before it, or, under a name, in its place. */
function unseen(template) {
  if (!(template instanceof HTMLTemplateElement)) return;
  const name = valueOf(template, "data-keepleaf-unseen");
  const before = previousOf(template);
  const known = name === "" ? before instanceof HTMLElement && voids.has(nameOf(before)) : nestable.has(name);
  if (!known) return;
  const into = name === "" ? before : document.createElement(name);
  for (const node of [...nodesOf(innerOf(template))]) append(into, node);
  if (name === "") {
    Element.prototype.remove.call(template);
    return;
  }
  for (const attribute of attributesOf(template)) into.setAttributeNode(attribute.cloneNode());
  drop(into, "data-keepleaf-unseen");
  Node.prototype.replaceChild.call(parentNodeOf(template), into, template);
}

/** Slots and what they hold carry "SLOT PLACE" and, after a space, what their attribute said before. */
function assigned(host) {
  const slots = new Map();
  for (const slot of elementsOf(rootOf(host))) {
    const mark = valueOf(slot, "data-keepleaf-slot");
    if (mark === null || !(slot instanceof HTMLSlotElement)) continue;
    slots.set(mark, { slot, nodes: [] });
    Element.prototype.setAttribute.call(slot, "name", valueOf(slot, "data-keepleaf-slot-name") ?? "");
    if (valueOf(slot, "data-keepleaf-slot-name") === null) drop(slot, "name");
    for (const name of ["data-keepleaf-slot", "data-keepleaf-slot-name"]) drop(slot, name);
  }
  if (slots.size === 0) return host;
  const made = rebuilt(host, nameOf(host), "manual");
  for (const child of [...nodesOf(made)]) {
    if (!(child instanceof Element)) continue;
    const mark = valueOf(child, "data-keepleaf-in");
    if (mark === null) continue;
    const [slot, place] = mark.split(" ");
    const isText = valueOf(child, "data-keepleaf-text") !== null;
    const node = isText ? new Text(contentOf(child)) : child;
    if (isText) Node.prototype.replaceChild.call(made, node, child);
    else {
      const before = valueOf(child, "data-keepleaf-slot-was");
      if (before === null) drop(child, "slot");
      else Element.prototype.setAttribute.call(child, "slot", before);
      for (const name of ["data-keepleaf-in", "data-keepleaf-slot-was"]) drop(child, name);
    }
    slots.get(slot)?.nodes.push({ node, place: Number(place) });
  }
  for (const { slot, nodes } of slots.values()) {
    nodes.sort((one, other) => one.place - other.place);
    HTMLSlotElement.prototype.assign.call(slot, ...nodes.map(({ node }) => node));
  }
  return made;
}

function adopt(tree, style, sheets) {
  if (!(style instanceof HTMLStyleElement)) return;
  const text = contentOf(style);
  const media = valueOf(style, "media") ?? "";
  const key = media + "\n" + text;
  if (!sheets.has(key)) {
    const sheet = new CSSStyleSheet({ media });
    sheet.replaceSync(text);
    sheets.set(key, sheet);
  }
  tree.adoptedStyleSheets = [...tree.adoptedStyleSheets, sheets.get(key)];
  Element.prototype.remove.call(style);
}

/** Only where the address that was opened names no place of its own. */
function enter(id) {
  if (location.hash !== "") return;
  location.hash = encodeURIComponent(id);
}
