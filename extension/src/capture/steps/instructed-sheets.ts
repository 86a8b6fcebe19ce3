// <?xml-stylesheet?> before the root of an XML document ("Associating Style Sheets with XML documents 1.0"): a <link> in
// the page that is kept.
import type { CaptureContext } from "../html/context.ts";
import * as dom from "../html/dom.ts";

interface Instruction extends ProcessingInstruction {
  readonly sheet: CSSStyleSheet | null;
}

export function writeInstructedSheets(context: CaptureContext): void {
  for (let node = dom.firstChild(context.document); node; node = dom.nextSibling(node)) {
    if (dom.nodeType(node) !== Node.PROCESSING_INSTRUCTION_NODE) continue;
    const { target, sheet } = node as Instruction;
    if (target === "xml-stylesheet" && sheet && !sheet.disabled && sheet.href) writeLink(sheet, context);
  }
}

function writeLink(sheet: CSSStyleSheet, context: CaptureContext): void {
  context.sheets.push(sheet);
  const marker = context.out.refer({
    kind: "sheet",
    url: sheet.href ?? "",
    sheet: context.sheets.length - 1,
    imports: [],
  });
  const media = sheet.media.mediaText.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
  context.out.write('<link data-keepleaf-was="xml-stylesheet" rel="stylesheet" href="');
  context.out.mark(marker);
  context.out.write(media === "" ? '">' : `" media="${media}">`);
}
