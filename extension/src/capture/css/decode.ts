// A sheet's bytes as text, in the encoding that a browser would take ("determine the fallback encoding", CSS Syntax 3
// §3.2): byte order mark, then the Content-Type, then @charset, then the document's.
import { declaredCharset } from "./scan.ts";

export function decodeSheet(bytes: Uint8Array, mediaType: string, fallback: string): string {
  return new TextDecoder(sheetCharset(bytes, mediaType, fallback)).decode(bytes);
}

export function sheetCharset(bytes: Uint8Array, mediaType: string, fallback: string): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  const declared = declaredCharset(bytes);
  // "utf-16" in @charset can't be true, or it could not have been read.
  const own = declared && /^utf-16/i.test(declared) ? "utf-8" : declared;
  const candidates = [/charset\s*=\s*["']?([^"';\s]+)/i.exec(mediaType)?.[1], own, fallback];
  for (const candidate of candidates) {
    if (candidate === undefined) continue;
    try {
      return new TextDecoder(candidate).encoding;
    } catch {
      // Not an encoding that browsers know: they go on as well.
    }
  }
  return "utf-8";
}
