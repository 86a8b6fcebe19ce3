// Whether a sheet is applied. Sheets with a title form sets, of which one is preferred and the others are alternatives
// (CSSOM §6.2); which are on is a state that no markup shows. Firefox tells by `disabled`. Chromium leaves `disabled`
// false for a set that is off, and true says little about one that script switched on: there, what the page looks like
// has to tell.
import type { CaptureContext } from "../html/context.ts";

const most = { rules: 200, declarations: 60 };

export function isOn(sheet: CSSStyleSheet, context: CaptureContext): boolean {
  if (sheet.disabled) return false;
  const title = sheet.title ?? "";
  const tellsByDisabled = CSS.supports("-moz-appearance", "none");
  if (title === "" || tellsByDisabled || title === preferredSet(context.document)) return true;
  return shows(sheet, context);
}

/** The first set that is not an alternative, unless the page names another. */
function preferredSet(document: Document): string {
  const all = (selector: string): Iterable<Element> =>
    Document.prototype.querySelectorAll.call(document, selector);
  for (const meta of all('meta[http-equiv="default-style" i]')) return meta.getAttribute("content") ?? "";
  for (const one of all('link[rel~="stylesheet" i][title], style[title]')) {
    const title = one.getAttribute("title") ?? "";
    if (title !== "" && !/(?:^|\s)alternate(?:\s|$)/i.test(one.getAttribute("rel") ?? "")) return title;
  }
  return "";
}

/** Whether at least half of what the sheet says plainly is what its elements look like. */
function shows(sheet: CSSStyleSheet, context: CaptureContext): boolean {
  let same = 0;
  let compared = 0;
  try {
    for (const rule of [...sheet.cssRules].slice(0, most.rules)) {
      const { selectorText, style } = rule as CSSStyleRule;
      const element = selectorText && Document.prototype.querySelector.call(context.document, selectorText);
      if (!element) continue;
      const computed = context.window.getComputedStyle(element);
      for (const property of style) {
        const said = comparable(style.getPropertyValue(property));
        if (said === undefined) continue;
        compared++;
        if (said === comparable(computed.getPropertyValue(property))) same++;
      }
      if (compared >= most.declarations) break;
    }
  } catch {
    return false; // From another site: it can't be read, and alternatives are off unless somebody chose them.
  }
  return same > 0 && same * 2 >= compared;
}

/** Colours and keywords in one spelling; undefined for what is computed in other terms than it is written. */
function comparable(value: string): string | undefined {
  if (/^-?[\d.]+px$|^0$/.test(value)) return String(Number.parseFloat(value));
  if (CSS.supports("color", value) && !/var\(|^(?:currentcolor|inherit|initial|unset|revert)/i.test(value)) {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d");
    if (!canvas) return undefined;
    canvas.fillStyle = value;
    return String(canvas.fillStyle);
  }
  return /^[a-z-]+$/i.test(value) && !/^(?:inherit|initial|unset|revert)/i.test(value) ? value : undefined;
}
