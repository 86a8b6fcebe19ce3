// A canvas keeps its element and shows its pixels as a background image over its content box, placed as object-fit says.
// One drawn by WebGL without preserveDrawingBuffer is empty as soon as it has been shown: then its next frame is read,
// which a page that draws continually has ready when our callback runs. One that it drew once gives nothing (capture.md).
import { appendStyle, type CaptureContext, type ElementStep } from "../html/context.ts";
import type { Marker } from "../html/text-builder.ts";

export const canvas: ElementStep = {
  name: "canvas",
  tags: ["canvas"],
  apply(draft, context) {
    const element = draft.element as HTMLCanvasElement;
    if (context.inert || element.width === 0 || element.height === 0) return;
    const marker = holdPixels(element, context);
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

/** The pixels as they are now. Undefined when the browser does not give them; that is noted. */
export function holdPixels(element: HTMLCanvasElement, context: CaptureContext): Marker | undefined {
  try {
    const now = pixelsOf(element);
    const bytes = isEmpty(element, context.document)
      ? pixelsOfNextFrame(element, context.window).then((next) => next ?? now)
      : now;
    context.held.push({ bytes });
  } catch (error) {
    const status = (error as Error).name === "SecurityError" ? "tainted" : "unsupported";
    context.out.refer({ kind: "absent", role: "canvas", url: "", status });
    return undefined;
  }
  return context.out.refer({
    kind: "held",
    role: "canvas",
    held: context.held.length - 1,
    mediaType: "image/png",
  });
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
