// A canvas keeps its element and shows its pixels as a background image over its content box, placed as object-fit says.
// One drawn by WebGL without preserveDrawingBuffer is empty as soon as it has been shown: then its next frame is read,
// which a page that draws continually has ready when our callback runs. One that it drew once, and one that holds a
// picture of another site, is cut out of a picture of the tab where it can be seen (on-screen.ts).
import type { PartStatus } from "../../protocol/messages.ts";
import { appendStyle, type CaptureContext, type ElementStep } from "../html/context.ts";
import type { Marker } from "../html/text-builder.ts";
import type { Reference } from "../types.ts";
import { onScreen } from "./on-screen.ts";

export const canvas: ElementStep = {
  name: "canvas",
  tags: ["canvas"],
  apply(draft, context) {
    const element = draft.element as HTMLCanvasElement;
    if (context.inert || element.width === 0 || element.height === 0) return;
    const marker = holdPixels(element, element, context);
    if (!marker) return;
    const style = context.window.getComputedStyle(element);
    const fits: Record<string, string> = { contain: "contain", cover: "cover", none: "auto" };
    const has = style.backgroundImage !== "" && style.backgroundImage !== "none";
    const layered = (first: string, rest: string): string => (has ? `${first},${rest}` : first);
    appendStyle(draft, [
      'background-image:url("',
      marker,
      `")${has ? `,${style.backgroundImage}` : ""}!important;` +
        `background-size:${layered(fits[style.objectFit] ?? "100% 100%", style.backgroundSize)}!important;` +
        `background-position:${layered(style.objectPosition || "50% 50%", style.backgroundPosition)}!important;` +
        `background-repeat:${layered("no-repeat", style.backgroundRepeat)}!important;` +
        `background-origin:${layered("content-box", style.backgroundOrigin)}!important;` +
        `background-clip:${layered("content-box", style.backgroundClip)}!important`,
    ]);
  },
};

/**
 * The pixels as they are now, of `shown`'s content; where no script may read them, as the screen shows them. Undefined
 * when neither gives them; that is noted.
 */
export function holdPixels(
  pixels: HTMLCanvasElement,
  shown: HTMLElement,
  context: CaptureContext,
): Marker | undefined {
  const { out, window } = context;
  try {
    const now = pixelsOf(pixels);
    if (!isEmpty(pixels, context.document)) return out.refer(hold(now, context));
    const next = pixelsOfNextFrame(pixels, window);
    const reference = hold(
      next.then((bytes) => bytes ?? now),
      context,
    );
    const { held } = reference;
    const onlySeen = fromScreen(shown, true, { held, status: "unsupported" }, context);
    const marker = out.refer(onlySeen ?? reference);
    if (onlySeen) {
      // Read before anybody is told of the reference.
      void next.then((bytes) => {
        if (bytes) out.references[marker.reference] = reference;
      });
    }
    return marker;
  } catch (error) {
    const status = (error as Error).name === "SecurityError" ? "tainted" : "unsupported";
    const seen = fromScreen(shown, false, { held: null, status }, context);
    if (seen) return out.refer(seen);
    out.refer({ kind: "absent", role: "canvas", url: "", status });
    return undefined;
  }
}

function hold(bytes: Promise<Blob | null>, context: CaptureContext): Extract<Reference, { kind: "held" }> {
  context.held.push({ bytes });
  return { kind: "held", role: "canvas", held: context.held.length - 1, mediaType: "image/png" };
}

function fromScreen(
  element: HTMLElement,
  alone: boolean,
  otherwise: { held: number | null; status: PartStatus },
  context: CaptureContext,
): Reference | undefined {
  // The piece is of the whole box: it can't be placed as what is shown at its own size.
  if (context.window.getComputedStyle(element).objectFit === "none") return undefined;
  const place = onScreen(element, context.window, alone);
  if (!place) return undefined;
  context.seen.push({ element, place });
  return { kind: "screen", role: "canvas", place, seen: context.seen.length - 1, ...otherwise };
}

/** The pixels are copied during the call; only their encoding comes later. Throws when they may not be read. */
function pixelsOf(element: HTMLCanvasElement): Promise<Blob | null> {
  let settle: (blob: Blob | null) => void = () => undefined;
  const bytes = new Promise<Blob | null>((resolve) => {
    settle = resolve;
  });
  HTMLCanvasElement.prototype.toBlob.call(element, (blob) => settle(blob), "image/png");
  return bytes;
}

const longestFrame = 250; // milliseconds; a tab that is not shown has no frames at all
const sampled = 64;

function pixelsOfNextFrame(element: HTMLCanvasElement, window: Window): Promise<Blob | null> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(() => resolve(null), longestFrame);
    window.requestAnimationFrame(() => {
      window.clearTimeout(timer);
      try {
        resolve(isEmpty(element, window.document) ? null : pixelsOf(element));
      } catch {
        resolve(null); // Tainted meanwhile.
      }
    });
  });
}

/** Whether nothing at all is drawn on it, told from a small copy that is never inserted. */
function isEmpty(element: HTMLCanvasElement, document: Document): boolean {
  const copy = document.createElement("canvas");
  copy.width = copy.height = sampled;
  const context = copy.getContext("2d", { willReadFrequently: true });
  if (!context) return false;
  context.drawImage(element, 0, 0, sampled, sampled);
  const { data } = context.getImageData(0, 0, sampled, sampled);
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 0) return false;
  return true;
}
