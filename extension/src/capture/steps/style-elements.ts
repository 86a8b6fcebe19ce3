// <style>: its text, or its rules where script has edited them.
import { captureCss } from "../css/capture-css.ts";
import { isEdited, rulesText } from "../css/live.ts";
import { isOn } from "../css/switched.ts";
import type { CaptureContext, ElementStep } from "../html/context.ts";
import { textContent } from "../html/dom.ts";

export const styleElements: ElementStep = {
  name: "style-elements",
  tags: ["style", "svg:style"],
  apply(draft, context) {
    const text = textContent(draft.element) ?? "";
    const sheet = (draft.element as HTMLStyleElement | SVGStyleElement).sheet;
    if (!sheet || context.inert) {
      draft.content = [text];
      return;
    }
    if (!isOn(sheet, context)) draft.attributes.set("media", "not all");
    else draft.attributes.delete("title");
    draft.content = captureLiveSheet(draft.element, sheet, text, context);
  },
};

function captureLiveSheet(element: Element, sheet: CSSStyleSheet, text: string, context: CaptureContext) {
  const edited = isEdited(sheet, text, context.baseUrl) === true;
  context.sheets.push(sheet);
  return captureCss(
    edited ? rulesText(sheet) : text,
    {
      baseUrl: context.baseUrl,
      sheet: { index: context.sheets.length - 1, imports: [] },
      roots: [Node.prototype.getRootNode.call(element)],
      loadedFonts: context.loadedFonts,
    },
    context.out,
  );
}
