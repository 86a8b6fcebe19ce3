// A picture of a whole kept page: the replay in this very window is scrolled piece by piece, each piece is pictured by the
// browser, and the pieces are put together. The live page is not touched; it may be long gone.
import { encode } from "../background/pictures/thumbnail.ts";
import { browser } from "../platform/browser.ts";
import { visibleTab } from "../platform/visible-tab.ts";
import { fromBase64 } from "../protocol/bytes.ts";
import { isAgentReport } from "../replay-agent/messages.ts";
import { isPieceReport, type PieceReport, type PieceRequest } from "../replay-agent/piece-messages.ts";
import type { MessageKey } from "../ui/text.ts";

export interface PagePicture {
  blob: Blob;
  width: number;
  height: number;
  /** The page goes on below it. */
  partial: boolean;
}

/** Why there is none: a key of _locales. */
export class NoPicture extends Error {
  readonly reason: MessageKey;
  constructor(reason: MessageKey) {
    super(reason);
    this.reason = reason;
  }
}

/** CSS pixels: WebP holds 16,383 in a column. */
export const mostHeight = 16_000;
/** Pixels of the picture; wider and higher ones are made smaller. */
const mostPixels = 32_000_000;
/** Chromium gives two pictures a second. */
const pace = 520;
const patience = 15_000;

/** `frame` shows the replay and is wholly inside the window. `progress` is told the part that is done. */
export async function takePagePicture(
  frame: HTMLIFrameElement,
  mostBytes: number,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<PagePicture> {
  const left = new AbortController();
  const look = () => {
    if (document.visibilityState !== "visible") left.abort();
  };
  document.addEventListener("visibilitychange", look);
  try {
    return await encoded(await pieces(frame, progress, AbortSignal.any([signal, left.signal])), mostBytes);
  } finally {
    document.removeEventListener("visibilitychange", look);
    frame.contentWindow?.postMessage({ keepleaf: "piece", top: null } satisfies PieceRequest, "*");
  }
}

interface Assembled {
  canvas: OffscreenCanvas;
  partial: boolean;
}

async function pieces(
  frame: HTMLIFrameElement,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<Assembled> {
  let assembled: Assembled | undefined;
  let scale = 1;
  let whole = 0;
  let next = 0;
  do {
    const piece = await bring(frame, next, signal);
    if (!assembled) {
      // The page is as long as it says at the beginning: one that grows while it is pictured would never end.
      whole = Math.min(piece.total, mostHeight);
      scale = Math.min(1, Math.sqrt(mostPixels / (piece.width * whole)));
      const canvas = new OffscreenCanvas(Math.round(piece.width * scale), Math.round(whole * scale));
      assembled = { canvas, partial: piece.total > mostHeight };
    }
    const image = await shoot(frame, piece, signal);
    draw(assembled.canvas, image, piece, scale);
    image.close();
    const end = piece.top + piece.height;
    if (end <= next) break; // it can't be scrolled any further
    next = end;
    progress(Math.min(1, next / whole));
  } while (next < whole);
  return assembled;
}

/** The agent in the page listens once it has said that it is ready. */
async function bring(frame: HTMLIFrameElement, top: number, signal: AbortSignal): Promise<PieceReport> {
  const isReady = (data: unknown) => isAgentReport(data) && data.keepleaf === "ready";
  if (!frame.dataset.ready) await answer(frame, isReady, signal);
  const brought = answer(frame, isPieceReport, signal);
  frame.contentWindow?.postMessage({ keepleaf: "piece", top } satisfies PieceRequest, "*");
  return (await brought) as PieceReport;
}

function answer(
  frame: HTMLIFrameElement,
  isWanted: (data: unknown) => boolean,
  signal: AbortSignal,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const end = new AbortController();
    const fail = () => {
      end.abort();
      reject(new NoPicture(signal.aborted ? "library_picture_left" : "library_picture_failed"));
    };
    if (signal.aborted) return fail();
    const timer = setTimeout(fail, patience);
    end.signal.addEventListener("abort", () => clearTimeout(timer));
    signal.addEventListener("abort", fail, { signal: end.signal });
    addEventListener(
      "message",
      ({ source, data }: MessageEvent<unknown>) => {
        if (source !== frame.contentWindow || !isWanted(data)) return;
        end.abort();
        resolve(data);
      },
      { signal: end.signal },
    );
  });
}

let last = 0;

/** What the frame shows of the page now, without its scroll bars. */
async function shoot(
  frame: HTMLIFrameElement,
  { width, height }: PieceReport,
  signal: AbortSignal,
): Promise<ImageBitmap> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, last + pace - Date.now())));
  const before = place(frame, signal);
  try {
    const url = await visibleTab(browser.windows.WINDOW_ID_CURRENT, { format: "png" });
    const after = place(frame, signal);
    if (JSON.stringify(before) !== JSON.stringify(after)) throw new NoPicture("library_picture_left");
    const [x, y] = before;
    const [right, bottom] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
    return await createImageBitmap(blobOf(url), x, y, right, bottom);
  } catch (error) {
    throw error instanceof NoPicture ? error : new NoPicture("library_picture_failed");
  } finally {
    last = Date.now();
  }
}

/** Not fetched: the policy of this page lets nothing be, not even what it holds already. */
function blobOf(url: string): Blob {
  const [head = "", data = ""] = url.split(",");
  return new Blob([fromBase64(data) as Uint8Array<ArrayBuffer>], {
    type: /image\/\w+/.exec(head)?.[0] ?? "",
  });
}

/** In pixels of the screen. This tab must stay in front, and the window as large as it is. */
function place(frame: HTMLIFrameElement, signal: AbortSignal): [number, number, number, number] {
  if (signal.aborted) throw new NoPicture("library_picture_left");
  const { x, y, width, height } = frame.getBoundingClientRect();
  const [left, top] = [Math.round(x * devicePixelRatio), Math.round(y * devicePixelRatio)];
  return [left, top, Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
}

function draw(
  canvas: OffscreenCanvas,
  image: ImageBitmap,
  { top, height }: PieceReport,
  scale: number,
): void {
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, Math.round(top * scale), canvas.width, Math.round(height * scale));
}

async function encoded({ canvas, partial }: Assembled, mostBytes: number): Promise<PagePicture> {
  const { width, height } = canvas;
  for (const quality of [0.85, 0.7, 0.5, 0.3]) {
    const blob = await encode(canvas, quality);
    if (blob.size <= mostBytes) return { blob, width, height, partial };
  }
  throw new NoPicture("library_picture_too_large");
}
