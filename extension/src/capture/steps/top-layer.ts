// Modal dialogs, popovers and full-screen elements live in the browser's top layer, which only script can enter. Their
// computed box and their backdrop are written as inline style, so that they stand where they stood without script; the
// attribute lets the replay agent do better.
import { appendStyle, type CaptureContext, type ElementDraft, type ElementStep } from "../html/context.ts";
import { matches } from "../html/dom.ts";

const box = [
  "inset",
  "margin",
  "width",
  "height",
  "max-width",
  "max-height",
  "overflow",
  "transform",
  "translate",
];
const look = ["display", "opacity", "visibility"];
const highest = 2147483647;

export const topLayer: ElementStep = {
  name: "top-layer",
  tags: "every",
  apply(draft, context) {
    if (context.inert) return;
    const kind = topLayerKind(draft);
    if (!kind) return;
    const order = orderOf(context);
    const place = order.indexOf(draft.element) + 1;
    draft.attributes.set(
      "data-keepleaf-top-layer",
      order.length > 1 && place > 0 ? `${kind} ${place}` : kind,
    );
    const style = context.window.getComputedStyle(draft.element);
    const level = place > 0 ? highest - order.length + place : highest;
    const declarations = [`position:fixed!important`, `z-index:${level}!important`];
    const centred = isCentred(style);
    for (const property of kind === "popover" ? [...box.slice(0, 2), ...look] : [...box, ...look]) {
      const value = property === "margin" && centred ? "auto" : style.getPropertyValue(property);
      if (value !== "") declarations.push(`${property}:${value}!important`);
    }
    const backdrop = context.window.getComputedStyle(draft.element, "::backdrop").backgroundColor;
    if (kind === "modal" && backdrop && !/^rgba\(.*, 0\)$|^transparent$/.test(backdrop)) {
      const shadow = style.boxShadow === "none" ? "" : `${style.boxShadow},`;
      declarations.push(`box-shadow:${shadow}0 0 0 200vmax ${backdrop}!important`);
    }
    appendStyle(draft, [declarations.join(";")]);
  },
};

// Chromium gives automatic margins as lengths; as such they would not follow another window size.
function isCentred(style: CSSStyleDeclaration): boolean {
  const even = (a: string, b: string): boolean => Math.abs(Number.parseFloat(a) - Number.parseFloat(b)) < 2;
  return (
    style.inset === "0px" &&
    even(style.marginLeft, style.marginRight) &&
    even(style.marginTop, style.marginBottom) &&
    Number.parseFloat(style.marginLeft) > 0
  );
}

const orders = new WeakMap<CaptureContext, Element[]>();

/**
 * What is in the top layer outside of shadow trees, from its bottom. No browser tells the order; but only the topmost
 * modal dialog can be hit, and popovers that close by themselves were opened after it, or it would have closed them.
 */
function orderOf(context: CaptureContext): Element[] {
  const known = orders.get(context);
  if (known) return known;
  const { document } = context;
  const found: Element[] = [];
  for (const selector of [":fullscreen", ":modal", ":popover-open"]) {
    try {
      const all = Document.prototype.querySelectorAll.call(document, selector) as NodeListOf<Element>;
      for (const element of all) if (!found.includes(element)) found.push(element);
    } catch {
      // A browser without popovers.
    }
  }
  const level = (element: Element): number => {
    if (matches(element, ":popover-open")) return 2;
    return matches(element, ":modal") && canBeHit(element, document) ? 1 : 0;
  };
  const levels = new Map(found.map((element) => [element, level(element)]));
  found.sort((one, other) => (levels.get(one) ?? 0) - (levels.get(other) ?? 0));
  orders.set(context, found);
  return found;
}

function canBeHit(element: Element, document: Document): boolean {
  const box = element.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return at !== null && element.contains(at);
}

function topLayerKind(draft: ElementDraft): "modal" | "popover" | "fullscreen" | undefined {
  if (draft.name === "dialog" && matches(draft.element, ":modal")) return "modal";
  if (draft.attributes.has("popover") && matches(draft.element, ":popover-open")) return "popover";
  const document = draft.element.ownerDocument;
  return document.fullscreenElement === draft.element ? "fullscreen" : undefined;
}
