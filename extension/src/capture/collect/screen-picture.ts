// A picture of what the page's window shows, out of which pieces are cut that no script may read: canvases of WebGL, and
// those that hold a picture of another site. Taken once, when it is first needed.
import type { Bytes } from "../bytes.ts";
import type { Area, ScreenPlace } from "../types.ts";

export class ScreenPicture {
  private readonly take_: () => Promise<ImageBitmap | undefined>;
  private taken_: Promise<ImageBitmap | undefined> | undefined;

  /** `take`: undefined when there is no such picture. */
  constructor(take: () => Promise<ImageBitmap | undefined>) {
    this.take_ = take;
  }

  /** Undefined when there is no picture, or nothing is to be seen there. */
  async cut(place: ScreenPlace): Promise<Bytes | undefined> {
    this.taken_ ??= this.take_().catch(() => undefined); // Without it the capture is as it would be.
    const picture = await this.taken_;
    if (!picture) return undefined;
    const scale = picture.width / place.window[0];
    // Something beside the page is in the picture.
    if (Math.abs(picture.height - place.window[1] * scale) > 2) return undefined;
    const [left, top, width, height] = scaled(place.area, scale);
    const [x, y, w, h] = scaled(place.shown, scale);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return undefined;
    context.drawImage(picture, x, y, w, h, x - left, y - top, w, h);
    if (
      place.behind !== undefined &&
      isOnly(context.getImageData(x - left, y - top, w, h).data, place.behind)
    )
      return undefined;
    const blob = await canvas.convertToBlob({ type: "image/png" });
    return new Uint8Array(await blob.arrayBuffer());
  }

  async close(): Promise<void> {
    (await this.taken_)?.close();
  }
}

function scaled([left, top, width, height]: Area, scale: number): Area {
  const from = [Math.round(left * scale), Math.round(top * scale)] as const;
  return [
    ...from,
    Math.max(1, Math.round((left + width) * scale) - from[0]),
    Math.max(1, Math.round((top + height) * scale) - from[1]),
  ];
}

/** `colour` as a computed style says it: rgb(r, g, b). */
function isOnly(data: Uint8ClampedArray, colour: string): boolean {
  const [, ...wanted] = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour) ?? [];
  if (wanted.length === 0) return false;
  for (let at = 0; at < data.length; at += 4) {
    for (let channel = 0; channel < 3; channel++) {
      if (Math.abs((data[at + channel] ?? 0) - Number(wanted[channel])) > 2) return false;
    }
  }
  return true;
}
