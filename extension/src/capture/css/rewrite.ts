// Writes a style sheet or a style attribute with absolute addresses. Everything but the addresses stays as it was.
import { type CssReference, scanCss } from "./scan.ts";

export type CssPiece<Marker> = string | Marker;

/**
 * `target` tells what stands for an address: another address, a marker that is filled in later, or undefined to leave
 * the token as it is.
 */
export function rewriteCss<Marker extends object>(
  text: string,
  target: (reference: CssReference) => string | Marker | undefined,
): CssPiece<Marker>[] {
  const pieces: CssPiece<Marker>[] = [];
  let done = 0;
  for (const reference of scanCss(text)) {
    const replacement = target(reference);
    if (replacement === undefined) continue;
    pieces.push(text.slice(done, reference.start));
    if (typeof replacement === "string") pieces.push(`url("${escapeInString(replacement)}")`);
    else pieces.push('url("', replacement, '")');
    done = reference.end;
  }
  pieces.push(text.slice(done));
  return pieces;
}

/** The absolute form of an address in a sheet; undefined for what must stay as it is (fragments, data:, nonsense). */
export function absoluteInCss(url: string, base: string): string | undefined {
  const trimmed = url.trim();
  if (trimmed === "" || trimmed.startsWith("#") || /^data:/i.test(trimmed)) return undefined;
  try {
    return new URL(trimmed, base).href;
  } catch {
    return undefined;
  }
}

export function escapeInString(text: string): string {
  return text.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\a ");
}
