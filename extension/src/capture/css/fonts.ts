// Which of a sheet's fonts the page really uses: its document.fonts say which faces were loaded.
import type { CssReference, FontFaceRule } from "./scan.ts";

/** A loaded FontFace as the page's document.fonts shows it. */
export type LoadedFace = FontFaceRule;

/** Formats that neither Chromium nor Firefox reads; a face's first other source is what they load. */
const unreadable = new Set(["embedded-opentype", "eot", "svg"]);

export function faceKey(face: FontFaceRule): string {
  const family = face.family
    .trim()
    .replace(/^(["'])(.*)\1$/, "$2")
    .toLowerCase();
  return [
    family,
    normalWeight(face.weight),
    face.style.trim().toLowerCase().split(/\s+/)[0] ?? "normal",
    normalRange(face.unicodeRange),
  ].join("|");
}

/**
 * The font references worth fetching: of each used face, every readable source in order. `loaded` null means that the
 * page could not tell; then every face counts as used.
 */
export function usedFonts(references: CssReference[], loaded: ReadonlySet<string> | null): CssReference[][] {
  const faces = new Map<FontFaceRule, CssReference[]>();
  for (const reference of references) {
    if (!reference.face || /^\s*data:/i.test(reference.url)) continue;
    if (loaded && !loaded.has(faceKey(reference.face))) continue;
    const format = reference.format ?? /\.(eot|svg)(?:[?#]|$)/i.exec(reference.url)?.[1] ?? "";
    if (unreadable.has(format.toLowerCase())) continue;
    const sources = faces.get(reference.face);
    if (sources) sources.push(reference);
    else faces.set(reference.face, [reference]);
  }
  return [...faces.values()];
}

function normalWeight(weight: string): string {
  const words: Record<string, string> = { normal: "400", bold: "700" };
  const values = weight
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .map((word) => words[word] ?? word);
  // "400 400" is how an engine may write a single weight.
  return values.length === 2 && values[0] === values[1] ? (values[0] ?? "") : values.join(" ");
}

function normalRange(range: string): string {
  const ranges = range.split(",").map((part) => {
    const text = part.trim().toLowerCase().replace(/^u\+/, "");
    const [from = "", to] = text.includes("?")
      ? [text.replaceAll("?", "0"), text.replaceAll("?", "f")]
      : text.split("-");
    return `${Number.parseInt(from, 16).toString(16)}-${Number.parseInt(to ?? from, 16).toString(16)}`;
  });
  return ranges.sort().join(",");
}
