// Fonts that script made (`new FontFace`) and gave to the document: no sheet names them, and a face does not tell what it
// was made of. What the page loaded and no sheet accounts for is matched with them, by name where the names tell, else
// in order; as @font-face rules they are kept like any other.
import { captureCss } from "../css/capture-css.ts";
import { faceKey } from "../css/fonts.ts";
import { escapeInString } from "../css/rewrite.ts";
import { scanCss } from "../css/scan.ts";
import type { CaptureContext } from "../html/context.ts";
import { documentFonts } from "../html/dom.ts";

const looksLikeFont = /\.(?:woff2?|ttf|otf|ttc)(?:[?#]|$)/i;

export function writeScriptFonts(context: CaptureContext): void {
  const { window, document } = context;
  const made = madeByScript(document);
  if (made.length === 0) return;
  const named = new Set(sheetFonts(document));
  const loaded = window.performance
    .getEntriesByType("resource")
    .map(({ name }) => name)
    .filter((url) => looksLikeFont.test(url) && !named.has(url));
  const text = match(made, [...new Set(loaded)])
    .map(([face, url]) => rule(face, url))
    .join("\n");
  if (text === "") return;
  const origin = { baseUrl: context.baseUrl, sheet: null, loadedFonts: null };
  context.out.write('<style data-keepleaf-was="FontFace">');
  context.out.writeInline(captureCss(text, origin, context.out), (piece) => piece.replace(/</g, "\\3c "));
  context.out.write("</style>");
}

/** Loaded faces that no readable rule describes. Where a sheet can't be read, its faces can't be told from script's. */
function madeByScript(document: Document): FontFace[] {
  const described = new Set<string>();
  for (const sheet of sheetsOf(document)) {
    try {
      collectFaces(sheet, described);
    } catch {
      return [];
    }
  }
  const found: FontFace[] = [];
  documentFonts(document).forEach((face) => {
    const { family, weight, style, unicodeRange } = face;
    if (face.status === "loaded" && !described.has(faceKey({ family, weight, style, unicodeRange })))
      found.push(face);
  });
  return found;
}

function sheetsOf(document: Document): CSSStyleSheet[] {
  return [...document.styleSheets, ...document.adoptedStyleSheets];
}

function collectFaces(sheet: CSSStyleSheet, described: Set<string>): void {
  for (const rule of facesIn(sheet.cssRules)) {
    for (const { face } of scanCss(rule.cssText)) if (face) described.add(faceKey(face));
  }
}

function* facesIn(rules: CSSRuleList): Generator<CSSRule> {
  for (const rule of rules) {
    if (rule.type === 5) yield rule; // CSSRule.FONT_FACE_RULE
    const inner = (rule as CSSImportRule).styleSheet?.cssRules ?? (rule as CSSMediaRule).cssRules;
    // A style rule holds no faces, and there may be very many.
    if (inner && rule.type !== 1) yield* facesIn(inner);
  }
}

function sheetFonts(document: Document): string[] {
  return sheetsOf(document).flatMap((sheet) =>
    [...facesIn(sheet.cssRules)].flatMap(({ cssText, parentStyleSheet }) =>
      scanCss(cssText).flatMap(({ url }) => {
        try {
          return [new URL(url, parentStyleSheet?.href ?? document.baseURI).href];
        } catch {
          return [];
        }
      }),
    ),
  );
}

function match(faces: readonly FontFace[], urls: readonly string[]): [FontFace, string][] {
  const free = new Set(urls);
  const matched = new Map<FontFace, string>();
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  for (const face of faces) {
    const family = plain(face.family);
    const url =
      family === "" ? undefined : [...free].find((one) => plain(new URL(one).pathname).includes(family));
    if (url === undefined) continue;
    matched.set(face, url);
    free.delete(url);
  }
  // In order only when there is one for each: else it is a guess.
  const left = faces.filter((face) => !matched.has(face));
  if (left.length === free.size)
    for (const [index, url] of [...free].entries()) matched.set(left[index] as FontFace, url);
  return faces.flatMap((face): [FontFace, string][] => {
    const url = matched.get(face);
    return url === undefined ? [] : [[face, url]];
  });
}

const descriptors: readonly [string, keyof FontFace, string][] = [
  ["font-style", "style", "normal"],
  ["font-weight", "weight", "normal"],
  ["font-stretch", "stretch", "normal"],
  ["unicode-range", "unicodeRange", "U+0-10FFFF"],
  ["font-feature-settings", "featureSettings", "normal"],
  ["font-variation-settings" as const, "variationSettings" as keyof FontFace, "normal"],
  ["ascent-override", "ascentOverride", "normal"],
  ["descent-override", "descentOverride", "normal"],
  ["line-gap-override", "lineGapOverride", "normal"],
  ["size-adjust", "sizeAdjust" as keyof FontFace, "100%"],
];

function rule(face: FontFace, url: string): string {
  const family = face.family.replace(/^(["'])(.*)\1$/, "$2");
  const lines = descriptors.flatMap(([name, property, initial]) => {
    const value = face[property];
    return typeof value !== "string" || value === initial || value === "" ? [] : [`${name}:${value};`];
  });
  return `@font-face{font-family:"${escapeInString(family)}";src:url("${escapeInString(url)}");${lines.join("")}}`;
}
