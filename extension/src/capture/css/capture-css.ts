// A style sheet's text as it is kept in a captured text: addresses absolute, and each of them referred to.
import type { Inline, TextBuilder } from "../html/text-builder.ts";
import { usedFonts } from "./fonts.ts";
import { absoluteInCss, rewriteCss } from "./rewrite.ts";
import { scanCss } from "./scan.ts";

export interface CssOrigin {
  baseUrl: string;
  /** The live sheet that the text belongs to, for following its imports; null in style attributes. */
  sheet: { index: number; imports: number[] } | null;
  loadedFonts: ReadonlySet<string> | null;
}

const fetchable = /^(?:https?|blob|file|ftp):/i;

export function captureCss(text: string, origin: CssOrigin, out: TextBuilder): Inline[] {
  let importCount = 0;
  const pieces = rewriteCss(text, (reference) => {
    const ordinal = reference.kind === "import" ? importCount++ : -1;
    const url = absoluteInCss(reference.url, origin.baseUrl);
    if (url === undefined || !fetchable.test(url)) return url;
    if (reference.kind === "font") {
      return url.startsWith("blob:") ? out.refer({ kind: "resource", role: "font", url }) : url;
    }
    if (reference.kind === "import" && origin.sheet) {
      const { index, imports } = origin.sheet;
      return out.refer({ kind: "sheet", url, sheet: index, imports: [...imports, ordinal] });
    }
    const marker = out.refer({ kind: "resource", role: "image", url: url.replace(/#.*$/s, "") });
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
