// Style attributes, and SVG's presentation attributes: their addresses become absolute and are kept.
import { captureCss } from "../css/capture-css.ts";
import type { ElementStep } from "../html/context.ts";

const withAddresses = [
  "style",
  "fill",
  "stroke",
  "filter",
  "mask",
  "clip-path",
  "cursor",
  "marker-start",
  "marker-mid",
  "marker-end",
  "background",
];

export const inlineStyle: ElementStep = {
  name: "inline-style",
  tags: "every",
  apply(draft, context) {
    for (const name of withAddresses) {
      const value = draft.attributes.get(name);
      if (typeof value !== "string" || !/url|src|image-set/i.test(value) || !value.includes("(")) continue;
      if (context.inert) continue;
      draft.attributes.set(
        name,
        captureCss(value, { baseUrl: context.baseUrl, sheet: null, loadedFonts: null }, context.out),
      );
    }
    const background = draft.attributes.get("background");
    if (typeof background === "string" && !background.includes("(") && background !== "") {
      const pieces = captureCss(
        `url("${background.replace(/["\\\n]/g, "\\$&")}")`,
        { baseUrl: context.baseUrl, sheet: null, loadedFonts: null },
        context.out,
      );
      const markup = pieces.map((piece) =>
        typeof piece === "string" ? piece.replace(/^url\("|"\)$/g, "") : piece,
      );
      draft.attributes.set("background", markup);
    }
  },
};
