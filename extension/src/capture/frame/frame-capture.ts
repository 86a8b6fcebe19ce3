// One frame's capture: reads the document once, then hands out bytes. Lives as long as its transport does; no browser
// API beyond the DOM, so that the same code runs in a tab and in a headless browser.
import { type Bytes, sizeOf } from "../bytes.ts";
import type { LoadedFace } from "../css/fonts.ts";
import { faceKey } from "../css/fonts.ts";
import { isShown } from "../css/shown.ts";
import { Chosen } from "../html/chosen.ts";
import type { CaptureContext, HeldBytes } from "../html/context.ts";
import { withoutFragment } from "../html/context.ts";
import { attribute, documentElement, documentFonts, documentTitle } from "../html/dom.ts";
import { serializeDocument } from "../html/serialize.ts";
import { TextBuilder } from "../html/text-builder.ts";
import { isWalkable } from "../html/xml-document.ts";
import type { CaptureScope } from "../scope.ts";
import { isStillThere } from "../steps/on-screen.ts";
import type { ByteSource, CapturePlatform, FrameReading, Opened } from "../types.ts";
import { walkCalmly } from "./calm-walk.ts";
import { EarlyFetch } from "./early-fetch.ts";
import { openSheet } from "./open-sheet.ts";
import { type BytesHead, openCached, openUrl } from "./open-url.ts";
import type { ByteFlow } from "./pieces.ts";
import { withoutCredentials } from "./plain-address.ts";
import { shownPicture } from "./shown-picture.ts";

/** What is opened: bytes come as a stream, so that a large resource is never whole in memory. */
export interface OpenedStream extends Omit<BytesHead, "body"> {
  body?: ByteFlow;
  captured?: Opened["captured"];
  unchanged?: boolean;
}

/** How often a document is walked that changes meanwhile. */
const rounds = 3;

export class FrameCapture {
  private readonly window_: Window;
  private readonly platform_: CapturePlatform;
  private readonly fetching_: Pick<Window, "fetch">;
  private readonly early_: EarlyFetch;
  private readonly held_: (Bytes | null)[] = [];
  private sheets_: (CSSStyleSheet | null)[] = [];
  private roots_: readonly Node[] = [];
  private seen_: CaptureContext["seen"] = [];
  private loadedFonts_: ReadonlySet<string> | null = null;
  private charset_ = "utf-8";

  constructor(window: Window, platform: CapturePlatform) {
    this.window_ = window;
    this.early_ = new EarlyFetch(window);
    this.platform_ = platform;
    this.fetching_ = platform.fetch ? { fetch: platform.fetch } : window;
  }

  /** Reads the document; afterwards the live page is only asked for bytes and for edits of its sheets. */
  async read(part: CaptureScope["part"] = "whole", withPictures = true): Promise<FrameReading> {
    const window = this.window_;
    const document = window.document;
    await parsed(document);
    if (!this.platform_.fetch) this.early_.begin(withPictures);
    const root = documentElement(document);
    const fonts = loadedFonts(document);
    this.loadedFonts_ = fonts && new Set(fonts.map(faceKey));
    this.charset_ = document.characterSet;
    const url = withoutCredentials(document.URL);
    const reading: FrameReading = {
      path: framePath(window),
      url,
      title: documentTitle(document).toWellFormed(),
      language: (root && attribute(root, "lang")?.toWellFormed()) || "",
      viewport: {
        width: window.innerWidth,
        height: window.innerHeight,
        scale: window.devicePixelRatio,
      },
      charset: document.characterSet,
      contentType: document.contentType,
      document: null,
      fonts,
      refused: refusedAddresses(window),
    };
    if (!isWalkable(document)) return reading;

    const chosen = part === "selection" ? Chosen.of(window) : undefined;
    if (chosen === null) throw new Error("nothing is selected");
    const newContext = (): CaptureContext => ({
      ...(chosen ? { chosen } : {}),
      document,
      window,
      roots: [document],
      torn: { text: "" },
      platform: this.platform_,
      out: new TextBuilder(),
      baseUrl: withoutCredentials(document.baseURI),
      documentUrl: withoutFragment(url),
      inert: false,
      sheets: [],
      held: [] as HeldBytes[],
      seen: [],
      sheetInBody: false,
      slots: new WeakMap(),
      slotCount: 0,
      loadedFonts: this.loadedFonts_,
    });
    const context = await this.walk_(newContext);
    this.sheets_ = context.sheets;
    this.roots_ = context.roots;
    this.seen_ = context.seen;
    const { bytes, captured } = context.out.finish();
    for (const held of context.held) this.held_.push(await held.bytes);
    this.held_.push(bytes);
    reading.document = { ...captured, held: this.held_.length - 1 };
    return reading;
  }

  /** Again, when the page changed behind the walk; what it never lets be read in peace is marked. */
  private async walk_(newContext: () => CaptureContext): Promise<CaptureContext> {
    for (let round = 1; ; round++) {
      const context = newContext();
      const changed = await walkCalmly(this.window_, serializeDocument(context), context.roots);
      if (changed && round < rounds) continue;
      if (changed) context.torn.text = ' data-keepleaf-torn=""';
      return context;
    }
  }

  /** Held bytes that are given away at once and not kept here; undefined above `limit`. */
  takeText(held: number, limit: number): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.held_[held];
    if (!(bytes instanceof Uint8Array) || bytes.byteLength > limit) return undefined;
    this.held_[held] = null;
    return bytes;
  }

  shown(selectors: readonly string[]): boolean[] {
    return selectors.map((selector) => isShown(selector, this.roots_));
  }

  /** Nothing more is asked for. */
  stop(): void {
    this.early_.stop();
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
      case "seen": {
        const seen = this.seen_[source.seen];
        const there = seen !== undefined && isStillThere(seen, this.window_);
        return { status: there ? "ok" : "changed", mediaType: "", url: "" };
      }
      case "url": {
        const { url, cached } = source;
        if (cached) return openCached(url, this.window_, limit, signal);
        const begun = this.early_.take(url);
        const opened = await openUrl(url, this.fetching_, limit, signal, "same-origin", begun);
        if (opened.status === "ok" || !url.startsWith("blob:")) return opened;
        return (await shownPicture(url, this.roots_)) ?? opened;
      }
      default:
        return openSheet(source, limit, signal, {
          window: this.fetching_,
          sheet: this.sheets_[source.sheet] ?? null,
          charset: this.charset_,
          loadedFonts: this.loadedFonts_,
          begun: this.early_.take(source.url),
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

/** What the page's timeline, which holds 250 resources as a rule, says of answers that were errors. */
function refusedAddresses(window: Window): FrameReading["refused"] {
  const refused: FrameReading["refused"] = {};
  const entries = window.performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  for (const { name, responseStatus } of entries) {
    if (responseStatus >= 400) refused[name] = responseStatus;
    else delete refused[name];
  }
  return refused;
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
