// Shows what markup can't say of a kept page: scroll offsets, checkboxes and lists that show no choice, and what stood in
// the top layer (docs/capture.md, "Marks for the replay agent"). The replay agent imports it; an exported file carries its
// text, allowed by its hash. What it reads was written by a hostile page: numbers and one of two words, nothing else.
//
// Free of the character that begins markup, and plain ASCII, so that no reader can find the script's end, or its hash,
// elsewhere (CMakeLists.txt checks). A page can shadow what it names ("querySelectorAll" as the name of a form): methods
// are taken from their prototypes.

const everything = (tree) => {
  const prototype = tree instanceof Document ? Document.prototype : DocumentFragment.prototype;
  return prototype.querySelectorAll.call(tree, "*");
};
const attribute = (element, name) => Element.prototype.getAttribute.call(element, name);
const parentOf = Object.getOwnPropertyDescriptor(Node.prototype, "parentNode").get;

// What the capture wrote in imitation of the top layer; where the real one can be had, it goes.
const imitated = [
  "position", "z-index", "inset", "margin", "width", "height", "max-width", "max-height", "overflow", "transform",
  "translate", "display", "opacity", "visibility", "box-shadow",
];

/**
 * Restores everything but the offsets, and gives a function that sets those: as often as wanted, since what is loaded
 * meanwhile makes the page longer; what was scrolled otherwise in the meantime stays. Offsets of what is around `shown`
 * are left alone.
 */
export function restoreState(document) {
  const offsets = [];
  const layers = [];
  const trees = [document];
  for (const tree of trees) {
    for (const element of everything(tree)) {
      if (element.shadowRoot instanceof ShadowRoot) trees.push(element.shadowRoot);
      const at = /^(-?\d{1,8}) (-?\d{1,8})$/.exec(attribute(element, "data-keepleaf-scroll") ?? "");
      if (at) offsets.push({ element, left: Number(at[1]), top: Number(at[2]), reached: null });
      if (attribute(element, "data-keepleaf-indeterminate") !== null) {
        if (element instanceof HTMLSelectElement) element.selectedIndex = -1;
        else element.indeterminate = true;
      }
      if (attribute(element, "data-keepleaf-top-layer") !== null) layers.push(element);
    }
  }
  layers.sort((one, other) => place(one) - place(other));
  layers.forEach((element, index) => raise(element, layers.slice(index + 1)));

  return (shown) => {
    for (const offset of offsets) {
      const { element, left, top, reached } = offset;
      if (shown && isAround(element, shown)) continue;
      if (reached && (reached.left !== element.scrollLeft || reached.top !== element.scrollTop)) continue;
      Element.prototype.scrollTo.call(element, { left, top, behavior: "instant" });
      offset.reached = { left: element.scrollLeft, top: element.scrollTop };
    }
  };
}

/** For a file that stands alone. The address's fragment, and where a person was before a reload, come first. */
export function showState(document) {
  const show = restoreState(document);
  const { type } = performance.getEntriesByType("navigation")[0] ?? {};
  const shown = targetOf(document) ?? (/^(reload|back_forward)$/.test(type) ? bodyOf(document) : null);
  show(shown);
  addEventListener("load", () => show(shown));
}

const bodyOf = (document) => Document.prototype.querySelector.call(document, "body");

function targetOf(document) {
  let name = location.hash.slice(1);
  try {
    name = decodeURIComponent(name);
  } catch {
    // A lone percent sign is itself.
  }
  const found = name === "" ? null : Document.prototype.getElementById.call(document, name);
  // The page's own target was entered for it (restore_tree.js); its offsets say where it stood.
  return found && attribute(found, "data-keepleaf-target") === null ? found : null;
}

function isAround(element, shown) {
  for (let at = shown; at; at = at instanceof ShadowRoot ? at.host : parentOf.call(at)) {
    if (at === element) return true;
  }
  return false;
}

/** The place in the top layer, from its bottom; where it is not known, document order holds. */
function place(element) {
  return Number(/^[a-z]+ (\d{1,4})$/.exec(attribute(element, "data-keepleaf-top-layer"))?.[1] ?? 0);
}

// What a popover looks like by itself; one that stands for an element in full screen looks as that did.
const ofPopovers = ["border", "padding", "color", "background-color", "overflow"];

/** No file enters full screen by itself: a popover lies as high, and outside of what would turn or cut it. */
function raiseFullscreen(element) {
  if (!(element instanceof HTMLElement)) return;
  const before = getComputedStyle(element);
  const kept = ofPopovers.map((name) => [name, before.getPropertyValue(name)]);
  const style = attribute(element, "style");
  const popover = attribute(element, "popover");
  try {
    element.setAttribute("popover", "manual");
    element.showPopover();
    const whole = [["width", "100%"], ["height", "100%"], ["box-sizing", "border-box"], ["transform", "none"]];
    for (const [name, value] of [...kept, ...whole]) element.style.setProperty(name, value, "important");
  } catch {
    if (popover === null) element.removeAttribute("popover");
    if (style !== null) element.setAttribute("style", style);
  }
}

function raise(element, above) {
  const [kind] = attribute(element, "data-keepleaf-top-layer").split(" ");
  if (kind === "fullscreen") {
    raiseFullscreen(element);
    return;
  }
  const style = attribute(element, "style");
  const isDialog = kind === "modal" ? element instanceof HTMLDialogElement : false;
  const isPopover = kind === "popover" ? element instanceof HTMLElement : false;
  if (!isDialog) {
    if (!isPopover) return;
  }
  for (const property of imitated) {
    if (element.style.getPropertyPriority(property) === "important") element.style.removeProperty(property);
  }
  try {
    if (isDialog) {
      element.removeAttribute("open");
      element.showModal();
    } else {
      // What opens after it would close one that closes by itself.
      if (above.length > 0) element.setAttribute("popover", "manual");
      element.showPopover();
    }
    // Nothing was focused by a person: no ring.
    document.activeElement?.blur?.();
  } catch {
    // Where the top layer can't be had, the imitation stays.
    if (isDialog) element.setAttribute("open", "");
    if (style !== null) element.setAttribute("style", style);
  }
}
