// A linked or imported sheet: its bytes as the server sent them, or its rules as text where script has edited them.
import { captureCss } from "../css/capture-css.ts";
import { decodeSheet } from "../css/decode.ts";
import { importedSheet, isEdited, rulesText } from "../css/live.ts";
import { TextBuilder } from "../html/text-builder.ts";
import type { ByteSource } from "../types.ts";
import type { OpenedStream } from "./frame-capture.ts";
import { openUrl, readLimited } from "./open-url.ts";

export interface LiveSheet {
  window: Window;
  sheet: CSSStyleSheet | null;
  charset: string;
  loadedFonts: ReadonlySet<string> | null;
}

export async function openSheet(
  source: Extract<ByteSource, { kind: "sheet" }>,
  limit: number,
  signal: AbortSignal,
  live: LiveSheet,
): Promise<OpenedStream> {
  const head = await openUrl(source.url, live.window, limit, signal);
  const bytes = head.body && (await readLimited(head.body, limit));
  if (head.body && !bytes) return { status: "too_large", mediaType: head.mediaType, url: head.url };
  const sheet = importedSheet(live.sheet, source.imports);
  const text = bytes && decodeSheet(await bytes.arrayBuffer(), head.mediaType, live.charset);
  // Without its text there is nothing to compare with: the rules, if they can be read, are all there is.
  const edited = sheet && (text === undefined ? rulesText(sheet) !== "" : isEdited(sheet, text, head.url));
  if (sheet && edited) {
    const out = new TextBuilder();
    const pieces = captureCss(
      rulesText(sheet),
      {
        baseUrl: head.url,
        sheet: { index: source.sheet, imports: source.imports },
        loadedFonts: live.loadedFonts,
      },
      out,
    );
    out.writeInline(pieces, (piece) => piece);
    const written = out.finish();
    return {
      status: "ok",
      mediaType: "text/css; charset=utf-8",
      url: head.url,
      size: written.bytes.size,
      body: written.bytes.stream(),
      captured: written.captured,
    };
  }
  if (!bytes) return { status: head.status, mediaType: head.mediaType, url: head.url };
  if (source.known) return { status: "ok", mediaType: head.mediaType, url: head.url, unchanged: true };
  return { ...head, size: bytes.size, body: bytes.stream() };
}
