// From a picture of a window to a thumbnail: small enough to be kept with every page and shown in lists.

export interface DrawnPicture {
  blob: Blob;
  width: number;
  height: number;
}

/** Pixels. Of a window that is higher than wide the upper part is kept. */
export const thumbnailWidth = 640;
const mostHeight = 640;
const mostBytes = 40_000;
/** Tried in turn, until the bytes suffice. */
const attempts = [
  { share: 1, quality: 0.8 },
  { share: 1, quality: 0.6 },
  { share: 1, quality: 0.4 },
  { share: 0.75, quality: 0.4 },
  { share: 0.5, quality: 0.4 },
];

export async function thumbnailOf(shot: Blob): Promise<DrawnPicture> {
  const image = await createImageBitmap(shot);
  try {
    const width = Math.min(thumbnailWidth, image.width);
    const whole = Math.max(1, Math.round((image.height * width) / image.width));
    const height = Math.min(mostHeight, whole);
    const rows = Math.round((image.height * height) / whole);
    let drawn: DrawnPicture | undefined;
    for (const { share, quality } of attempts) {
      const canvas = draw(image, rows, Math.round(width * share), Math.max(1, Math.round(height * share)));
      drawn = { blob: await encode(canvas, quality), width: canvas.width, height: canvas.height };
      if (drawn.blob.size <= mostBytes) break;
    }
    return drawn as DrawnPicture;
  } finally {
    image.close();
  }
}

/** Halved until it is near: drawn at once, every second line of small print would be left out. */
function draw(image: ImageBitmap, rows: number, width: number, height: number): OffscreenCanvas {
  let from: ImageBitmap | OffscreenCanvas = image;
  let [fromWidth, fromHeight] = [image.width, rows];
  for (;;) {
    const isNear = fromWidth <= width * 2;
    const toWidth = isNear ? width : Math.round(fromWidth / 2);
    const toHeight = isNear ? height : Math.round(fromHeight / 2);
    const canvas = new OffscreenCanvas(toWidth, toHeight);
    const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
    context.imageSmoothingQuality = "high";
    context.drawImage(from, 0, 0, fromWidth, fromHeight, 0, 0, toWidth, toHeight);
    if (isNear) return canvas;
    [from, fromWidth, fromHeight] = [canvas, toWidth, toHeight];
  }
}

/** WebP; where a browser can't write it, it says so by the type of what it gives (PNG), and JPEG is asked for. */
export async function encode(canvas: OffscreenCanvas, quality: number): Promise<Blob> {
  const webp = await canvas.convertToBlob({ type: "image/webp", quality });
  return webp.type === "image/webp" ? webp : canvas.convertToBlob({ type: "image/jpeg", quality });
}
