// A canvas keeps its element and shows its pixels as a background image over its content box, placed as object-fit says.
// Canvases drawn by WebGL without preserveDrawingBuffer may give an empty picture.
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
    // The pixels are copied during the call; only their encoding comes later.
    let settle: (blob: Blob | null) => void = () => undefined;
    const bytes = new Promise<Blob | null>((resolve) => {
      settle = resolve;
    });
    element.toBlob((blob) => settle(blob), "image/png");
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
