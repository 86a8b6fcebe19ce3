// Constructed sheets that script gave to the document or to a shadow root: written as <style> at the end of that tree,
// which is where they stand in the cascade.
import { captureCss } from "../css/capture-css.ts";
import { rulesText } from "../css/live.ts";
import type { CaptureContext } from "../html/context.ts";
import { writeFrozenRules } from "./animations.ts";

export function writeAdoptedSheets(scope: Document | ShadowRoot, context: CaptureContext): void {
  for (const sheet of context.platform.adoptedSheets(scope)) {
    if (sheet.disabled) continue;
    const media = sheet.media.mediaText;
    const pieces = captureCss(
      rulesText(sheet),
      { baseUrl: context.baseUrl, sheet: null, loadedFonts: context.loadedFonts },
      context.out,
    );
    const condition = media === "" ? "" : ` media="${media.replace(/&/g, "&amp;").replace(/"/g, "&quot;")}"`;
    context.out.write(`<style data-keepleaf-adopted=""${condition}>`);
    context.out.writeInline(pieces, (text) => text.replace(/<\/(?=style)/gi, "<\\/"));
    context.out.write("</style>");
  }
  writeFrozenRules(scope, context);
}
