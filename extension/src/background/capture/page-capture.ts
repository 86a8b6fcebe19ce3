// The browser's own snapshot of a tab as a source of bytes: in Chromium, where the person allowed it, the renderer writes
// what it holds in memory, pictures of other sites included, without asking the network or the cache. Never a source of
// documents or names, and of style sheets only where no script may read the server's. It fails on some pages and leaves out some resources: whoever asks has another way.
import { type Bytes, sizeOf } from "../../capture/bytes.ts";
import type { Opened } from "../../capture/types.ts";
import { browser, hasPageCapture } from "../../platform/browser.ts";
import { MhtmlFile } from "./mhtml.ts";

/** Milliseconds; a page whose snapshot takes longer is read the other way. */
const patience = 10_000;

export class RenderedBytes {
  readonly #tabId: number;
  #file: Promise<MhtmlFile | null> | null = null;

  private constructor(tabId: number) {
    this.#tabId = tabId;
  }

  /** Undefined where there is no such thing, or no leave. */
  static async of(tabId: number): Promise<RenderedBytes | undefined> {
    if (!hasPageCapture) return undefined;
    const allowed = await browser.permissions.contains({ permissions: ["pageCapture"] });
    return allowed ? new RenderedBytes(tabId) : undefined;
  }

  /** Keeps the page busy for a while: what else is asked of it should have been asked before. */
  begin(): void {
    this.#file = snapshot(this.#tabId)
      .then((file) => file && MhtmlFile.open(file))
      .catch(() => null);
  }

  /** Undefined: there is no snapshot, or no bytes in it; the frame may have them. */
  async get(url: string, limit: number): Promise<Opened | "absent" | undefined> {
    const rendered = await this.#file;
    if (!rendered || rendered.parts.size === 0) return undefined;
    const part = rendered.parts.get(url);
    if (!part) return "absent";
    if (!part.isWhole) return undefined;
    const { mediaType } = part;
    // Base64 is a third longer than what it says.
    if ((part.to - part.from) * 0.7 > limit) return { status: "too_large", mediaType, url };
    const bytes: Bytes | undefined = await rendered.bytes(part).catch(() => undefined);
    if (!bytes || sizeOf(bytes) === 0) return undefined;
    if (sizeOf(bytes) > limit) return { status: "too_large", mediaType, url };
    return { status: "ok", mediaType, url, bytes };
  }

  /** A style sheet as the renderer holds it, written anew. */
  async sheet(url: string): Promise<string | undefined> {
    const rendered = await this.#file;
    const part = rendered?.parts.get(url.replace(/#.*$/s, ""));
    return part && /^text\/css\b/i.test(part.mediaType) ? rendered?.text(part) : undefined;
  }
}

function snapshot(tabId: number): Promise<Blob | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patience, null);
    const done = (file: Blob | null): void => {
      clearTimeout(timer);
      resolve(file);
    };
    browser.pageCapture.saveAsMHTML({ tabId }).then(
      (file) => done(file ?? null),
      () => done(null),
    );
  });
}
