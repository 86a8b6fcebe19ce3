// Style sheets by their selectors, and the fonts that they load.
import { faceKey } from "../css/fonts.ts";
import { documentFonts } from "../html/dom.ts";
import { hash, hashAddress } from "./hash.ts";
import { spread } from "./sample.ts";
import { familyName } from "./style.ts";
import type { MeasuredFont, MeasuredSheet } from "./types.ts";

const someSelectors = 24;
/** Beyond so many rules a sheet is not read further. */
const mostRules = 20_000;

const importRule = 3; // CSSRule.type: instanceof fails across worlds.
const fontFaceRule = 5;

interface Rules {
  selectors: number[];
  fontFaces: { rule: CSSFontFaceRule; base: string }[];
}

export function* readSheets(sheets: readonly CSSStyleSheet[], base: string): Generator<void, SheetsRead> {
  const measured: MeasuredSheet[] = [];
  const selectors: number[] = [];
  const faces: Rules["fontFaces"] = [];
  for (const sheet of sheets) {
    if (sheet.disabled) continue;
    const rules: Rules = { selectors: [], fontFaces: [] };
    yield* collect(sheet, sheet.href ?? base, rules);
    faces.push(...rules.fontFaces);
    for (const selector of rules.selectors) selectors.push(selector);
    if (rules.selectors.length === 0) continue;
    measured.push({
      url: sheet.href ? hashAddress(sheet.href) : 0,
      selectors: [...new Set(spread(rules.selectors, someSelectors))],
    });
  }
  return { measured, selectors, faces };
}

export interface SheetsRead {
  measured: MeasuredSheet[];
  selectors: number[];
  faces: Rules["fontFaces"];
}

function* collect(
  owner: CSSStyleSheet | CSSGroupingRule,
  base: string,
  rules: Rules,
  depth = 0,
): Generator<void> {
  let list: CSSRuleList;
  try {
    list = owner.cssRules;
  } catch {
    return; // Of another site: nobody may read it.
  }
  for (const rule of list) {
    if (rules.selectors.length >= mostRules || depth > 16) return;
    const { selectorText } = rule as CSSStyleRule;
    if (selectorText !== undefined) {
      rules.selectors.push(hash(asWritten(selectorText)));
      if (rules.selectors.length % 200 === 0) yield;
    } else if (rule.type === importRule) {
      const { styleSheet } = rule as CSSImportRule;
      if (styleSheet) yield* collect(styleSheet, styleSheet.href ?? base, rules, depth + 1);
    } else if (rule.type === fontFaceRule) {
      rules.fontFaces.push({ rule: rule as CSSFontFaceRule, base });
    } else if ((rule as CSSGroupingRule).cssRules) {
      yield* collect(rule as CSSGroupingRule, base, rules, depth + 1);
    }
  }
}

/** The faces that the page has loaded, with the addresses that their rules name. */
export function loadedFonts(document: Document, faces: SheetsRead["faces"]): MeasuredFont[] {
  const urls = new Map<string, number[]>();
  for (const { rule, base } of faces) {
    const { style } = rule;
    const value = (name: string, otherwise: string): string => style.getPropertyValue(name) || otherwise;
    const key = faceKey({
      family: value("font-family", ""),
      weight: value("font-weight", "normal"),
      style: value("font-style", "normal"),
      unicodeRange: value("unicode-range", "U+0-10FFFF"),
    });
    const found = [...style.getPropertyValue("src").matchAll(/url\("?([^")]*)"?\)/g)];
    urls.set(
      key,
      found.map(([, url = ""]) => hashAddress(absolute(url, base))),
    );
  }
  const loaded = new Map<number, MeasuredFont>();
  documentFonts(document).forEach((face) => {
    if (face.status !== "loaded") return;
    const key = faceKey(face);
    const measured = { face: hash(key), family: hash(familyName(face.family)), urls: urls.get(key) ?? [] };
    loaded.set(measured.face, measured);
  });
  return [...loaded.values()];
}

/** The faces that did not fail. */
export function workingFaces(document: Document): number[] {
  const faces = new Set<number>();
  documentFonts(document).forEach((face) => {
    if (face.status !== "error") faces.add(hash(faceKey(face)));
  });
  return [...faces];
}

function absolute(url: string, base: string): string {
  try {
    return new URL(url, base).href;
  } catch {
    return url;
  }
}

/** A kept page says some selectors in other words (host/src/page/css_selectors.h). */
function asWritten(selector: string): string {
  if (!selector.includes("data-keepleaf-")) return selector;
  return selector
    .replace(/:is\((:defined|:fullscreen|:state\([^()]*\)), ?\[data-keepleaf-[^\]]*\]\)/g, "$1")
    .replace(/:is\((object|embed), ?:where\(\[data-keepleaf-was=[^\]]*\]\)\)/g, "$1")
    .replace(/:where\(:not\(\[data-keepleaf-was\]\)\)/g, "");
}
