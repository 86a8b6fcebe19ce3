// One frame's capture: reads the document once, then hands out bytes. Lives as long as its transport does; no browser
// API beyond the DOM, so that the same code runs in a tab and in a headless browser.
import { type Bytes, sizeOf } from "../bytes.ts";
import type { LoadedFace } from "../css/fonts.ts";
import { faceKey } from "../css/fonts.ts";
import { Chosen } from "../html/chosen.ts";
import type { CaptureContext, HeldBytes } from "../html/context.ts";
import { withoutFragment } from "../html/context.ts";
import { attributes, documentElement, documentFonts, documentTitle } from "../html/dom.ts";
import { serializeDocument } from "../html/serialize.ts";
import { TextBuilder } from "../html/text-builder.ts";
import { isWalkable } from "../html/xml-document.ts";
import type { CaptureScope } from "../scope.ts";
import type { ByteSource, CapturePlatform, FrameReading, Opened } from "../types.ts";
import { openSheet } from "./open-sheet.ts";
import { type BytesHead, openUrl } from "./open-url.ts";
import type { ByteFlow } from "./pieces.ts";
import { withoutCredentials } from "./plain-address.ts";

/** What is opened: bytes come as a stream, so that a large resource is never whole in memory. */
export interface OpenedStream extends Omit<BytesHead, "body"> {
  body?: ByteFlow;
  captured?: Opened["captured"];
  unchanged?: boolean;
}

export class FrameCapture {
  private readonly window_: Window;
  private readonly platform_: CapturePlatform;
  private readonly held_: (Bytes | null)[] = [];
  private sheets_: (CSSStyleSheet | null)[] = [];
  private loadedFonts_: ReadonlySet<string> | null = null;
  private charset_ = "utf-8";

  constructor(window: Window, platform: CapturePlatform) {
    this.window_ = window;
    this.platform_ = platform;
  }

  /** Reads the document in one go; afterwards the live page is only asked for bytes and for edits of its sheets. */
  async read(part: CaptureScope["part"] = "whole"): Promise<FrameReading> {
    const window = this.window_;
    const document = window.document;
    await parsed(document);
    const root = documentElement(document);
    const fonts = loadedFonts(document);
    this.loadedFonts_ = fonts && new Set(fonts.map(faceKey));
    this.charset_ = document.characterSet;
    const url = withoutCredentials(document.URL);
    const reading: FrameReading = {
      path: framePath(window),
      url,
      title: documentTitle(document).toWellFormed(),
      language: (root && attributes(root).getNamedItem("lang")?.value.toWellFormed()) || "",
      viewport: {
        width: window.innerWidth,
        height: window.innerHeight,
        scale: window.devicePixelRatio,
      },
      charset: document.characterSet,
      contentType: document.contentType,
      document: null,
      fonts,
    };
    if (!isWalkable(document)) return reading;

    const chosen = part === "selection" ? Chosen.of(window) : undefined;
    if (chosen === null) throw new Error("nothing is selected");
    const context: CaptureContext = {
      ...(chosen ? { chosen } : {}),
      document,
      window,
      platform: this.platform_,
      out: new TextBuilder(),
      baseUrl: withoutCredentials(document.baseURI),
      documentUrl: withoutFragment(url),
      inert: false,
      sheets: [],
      held: [] as HeldBytes[],
      sheetInBody: false,
      slotNames: new WeakMap(),
      slotCount: 0,
      loadedFonts: this.loadedFonts_,
    };
    serializeDocument(context);
    this.sheets_ = context.sheets;
    const { bytes, captured } = context.out.finish();
    for (const held of context.held) this.held_.push(await held.bytes);
    this.held_.push(bytes);
    reading.document = { ...captured, held: this.held_.length - 1 };
    return reading;
  }

  /** Held bytes that are given away at once and not kept here; undefined above `limit`. */
  takeText(held: number, limit: number): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.held_[held];
    if (!(bytes instanceof Uint8Array) || bytes.byteLength > limit) return undefined;
    this.held_[held] = null;
    return bytes;
  }

  async open(source: ByteSource, limit: number, signal: AbortSignal): Promise<OpenedStream> {
    switch (source.kind) {
      case "held": {
        const bytes = this.held_[source.held];
        if (!bytes) return { status: "unsupported", mediaType: "", url: "" };
        const mediaType = bytes instanceof Blob ? bytes.type : "";
        return {
          status: "ok",
          mediaType,
          url: "",
          size: sizeOf(bytes),
          body: bytes instanceof Blob ? bytes.stream() : bytes,
        };
      }
      case "url":
        return openUrl(source.url, this.window_, limit, signal);
      default:
        return openSheet(source, limit, signal, {
          window: this.window_,
          sheet: this.sheets_[source.sheet] ?? null,
          charset: this.charset_,
          loadedFonts: this.loadedFonts_,
        });
    }
  }
}

/** A document that is still being parsed gets a few seconds to arrive. Polled: the page gets no listener from us. */
async function parsed(document: Document): Promise<void> {
  for (let waited = 0; document.readyState === "loading" && waited < 5000; waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Which faces the page has loaded; null when it can't tell. */
function loadedFonts(document: Document): LoadedFace[] | null {
  try {
    const found: LoadedFace[] = [];
    documentFonts(document).forEach((face) => {
      if (face.status !== "loaded") return;
      found.push({
        family: face.family,
        weight: face.weight,
        style: face.style,
        unicodeRange: face.unicodeRange,
      });
    });
    return found;
  } catch {
    return null;
  }
}

/** The indexes that lead from the top window to this one; readable across origins. */
function framePath(window: Window): number[] | null {
  const path: number[] = [];
  let current = window;
  while (current.parent !== current) {
    const { parent } = current;
    let index = parent.length - 1;
    while (index >= 0 && parent[index] !== current) index--;
    if (index < 0) return null; // In a shadow tree, which window.frames does not count.
    path.unshift(index);
    current = parent;
  }
  return path;
}
