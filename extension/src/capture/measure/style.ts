// What is painted beside boxes, as one number.
import { hash } from "./hash.ts";

const properties = [
  "color",
  "background-color",
  "font-size",
  "font-weight",
  "font-style",
  "text-transform",
  "text-decoration-line",
  "text-shadow",
  "visibility",
  "display",
  "position",
  "transform",
  "filter",
  "list-style-type",
  "border-top-width",
  "border-top-style",
  "border-top-color",
  "border-left-width",
  "border-top-left-radius",
  "box-shadow",
];

/** Opacity is left out where it is nearly 1, as in the last frame of a transition. */
export function styleOf(style: CSSStyleDeclaration, name: string): number {
  const values = properties.map((name) => style.getPropertyValue(name));
  const opacity = Math.round(Number(style.opacity) * 10);
  return hash(`${values.join(";")};${opacity};${paintsBackground(style, name)}`);
}

/** The first address among the background's layers that may give a picture; what was lost has another, or none. */
export function backgroundAddress(style: CSSStyleDeclaration): string | undefined {
  const image = style.backgroundImage;
  if (image === "none") return undefined;
  return /url\("((?:https?:|blob:|file:|data:(?!,))(?:[^"\\]|\\.)*)"\)/.exec(image)?.[1];
}

// Whether addresses work is the business of `background`: here a gradient counts, and that there is something.
// That of a canvas in a replay is its pixels.
function paintsBackground(style: CSSStyleDeclaration, name: string): string {
  const image = style.backgroundImage;
  if (image === "none" || image === "" || name === "canvas") return "";
  return image.replace(/url\("(?:[^"\\]|\\.)*"\)/g, "url");
}

export function firstFamily(style: CSSStyleDeclaration): string {
  return familyName(style.fontFamily.split(",")[0] ?? "");
}

export function familyName(written: string): string {
  return written
    .trim()
    .replace(/^(["'])(.*)\1$/, "$2")
    .toLowerCase();
}
