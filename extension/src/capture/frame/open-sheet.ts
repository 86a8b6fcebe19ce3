// A linked or imported sheet: its bytes as the server sent them, or its rules as text where script has edited them.
import { captureCss } from "../css/capture-css.ts";
import { decodeSheet } from "../css/decode.ts";
import { importedSheet, isCircular, isEdited, rulesText } from "../css/live.ts";
import { TextBuilder } from "../html/text-builder.ts";
import type { ByteSource } from "../types.ts";
import type { OpenedStream } from "./frame-capture.ts";
import { openUrl } from "./open-url.ts";

/** Bytes up to which a sheet is compared with its live rules. */
const comparable = 4 * 1024 * 1024;

export interface LiveSheet {
  window: Pick<Window, "fetch">;
  sheet: CSSStyleSheet | null;
  charset: string;
  loadedFonts: ReadonlySet<string> | null;
  begun: Promise<Response> | undefined;
}

export async function openSheet(
  source: Extract<ByteSource, { kind: "sheet" }>,
  limit: number,
  signal: AbortSignal,
  live: LiveSheet,
): Promise<OpenedStream> {
  const head = await openUrl(source.url, live.window, limit, signal, "same-origin", live.begun);
  const bytes = head.body && (await readAll(head.body, limit));
  if (head.body && !bytes) return { status: "too_large", mediaType: head.mediaType, url: head.url };
  const found = importedSheet(live.sheet, source.imports);
  const sheet = found && isCircular(found) ? null : found;
  // Comparing parses it once more, in one task: a larger one is kept as the server sent it.
  if (bytes && bytes.byteLength > comparable) {
    if (source.known) return { status: "ok", mediaType: head.mediaType, url: head.url, unchanged: true };
    return { ...head, size: bytes.byteLength, body: bytes };
  }
  const text = bytes && decodeSheet(bytes, head.mediaType, live.charset);
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
      size: written.bytes.byteLength,
      body: written.bytes,
      captured: written.captured,
    };
  }
  if (!bytes) return { status: head.status, mediaType: head.mediaType, url: head.url };
  if (source.known) return { status: "ok", mediaType: head.mediaType, url: head.url, unchanged: true };
  return { ...head, size: bytes.byteLength, body: bytes };
}

// Copied piece by piece: in Firefox, a buffer that the browser made for the page can be read by a content script, but not
// wrapped in a view of its own.
async function readAll(
  body: ReadableStream<Uint8Array>,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  let all = new Uint8Array(64 * 1024);
  let size = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return all.subarray(0, size);
    if (size + value.byteLength > limit) {
      await reader.cancel();
      return undefined;
    }
    if (size + value.byteLength > all.byteLength) {
      const larger = new Uint8Array(Math.max(all.byteLength * 2, size + value.byteLength));
      larger.set(all.subarray(0, size));
      all = larger;
    }
    all.set(value, size);
    size += value.byteLength;
  }
}
