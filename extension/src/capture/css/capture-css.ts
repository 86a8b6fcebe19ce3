// A style sheet's text as it is kept in a captured text: addresses absolute, and each of them referred to.
import type { Inline, TextBuilder } from "../html/text-builder.ts";
import { usedFonts } from "./fonts.ts";
import { ImportNames } from "./import-names.ts";
import { absoluteInCss, rewriteCss } from "./rewrite.ts";
import { type CssReference, scanCss } from "./scan.ts";
import { isShown } from "./shown.ts";

export interface CssOrigin {
  baseUrl: string;
  /** The live sheet that the text belongs to, for following its imports; null in style attributes. */
  sheet: { index: number; imports: string[] } | null;
  /** The trees that a sheet's rules may select in. */
  roots?: readonly Node[];
  loadedFonts: ReadonlySet<string> | null;
}

const fetchable = /^(?:https?|blob|file|ftp):/i;

export function captureCss(text: string, origin: CssOrigin, out: TextBuilder): Inline[] {
  const names = new ImportNames();
  const pieces = rewriteCss(text, (reference) => {
    const name = reference.kind === "import" ? names.of(reference.url) : "";
    const url = absoluteInCss(reference.url, origin.baseUrl);
    if (url === undefined || !fetchable.test(url)) return url;
    if (reference.kind === "font") {
      return url.startsWith("blob:") ? out.refer({ kind: "resource", role: "font", url }) : url;
    }
    if (reference.kind === "import" && origin.sheet) {
      const { index, imports } = origin.sheet;
      return out.refer({ kind: "sheet", url, sheet: index, imports: [...imports, name] });
    }
    const marker = out.refer({
      kind: "resource",
      role: "image",
      url: url.replace(/#.*$/s, ""),
      // A style attribute belongs to an element that is there.
      ...(origin.sheet && !reference.conditional ? { unseen: unseenOf(reference, origin) } : {}),
    });
    return url.startsWith("blob:") ? marker : url;
  });
  for (const sources of usedFonts(scanCss(text), origin.loadedFonts)) {
    const urls = sources
      .map((source) => absoluteInCss(source.url, origin.baseUrl))
      .filter((url) => url !== undefined && fetchable.test(url) && !url.startsWith("blob:"));
    if (urls.length > 0) out.refer({ kind: "font", urls: urls as string[] });
  }
  return pieces;
}

function unseenOf({ selector }: CssReference, { roots }: CssOrigin): "perhaps" | "surely" {
  return selector === undefined || !roots || isShown(selector, roots) ? "perhaps" : "surely";
}
