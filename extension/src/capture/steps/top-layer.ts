// Modal dialogs, popovers and full-screen elements live in the browser's top layer, which only script can enter. Their
// computed box and their backdrop are written as inline style, so that they stand where they stood without script; the
// attribute lets the replay agent do better.
import { appendStyle, type ElementDraft, type ElementStep } from "../html/context.ts";
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
const above = "2147483647";

export const topLayer: ElementStep = {
  name: "top-layer",
  tags: "every",
  apply(draft, context) {
    if (context.inert) return;
    const kind = topLayerKind(draft);
    if (!kind) return;
    draft.attributes.set("data-keepleaf-top-layer", kind);
    const style = context.window.getComputedStyle(draft.element);
    const declarations = [`position:fixed!important`, `z-index:${above}!important`];
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

function topLayerKind(draft: ElementDraft): "modal" | "popover" | "fullscreen" | undefined {
  if (draft.name === "dialog" && matches(draft.element, ":modal")) return "modal";
  if (draft.attributes.has("popover") && matches(draft.element, ":popover-open")) return "popover";
  const document = draft.element.ownerDocument;
  return document.fullscreenElement === draft.element ? "fullscreen" : undefined;
}
