// A canvas, or the picture that stands for one, as 8 × 8 cells.
const cells = 8;

/** Undefined when the browser does not give the pixels. */
export function pixelsOf(source: CanvasImageSource): string | undefined {
  try {
    const canvas = new OffscreenCanvas(cells, cells);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return undefined;
    context.drawImage(source, 0, 0, cells, cells);
    const { data } = context.getImageData(0, 0, cells, cells);
    return Array.from(data, (value) => (value >> 4).toString(16)).join("");
  } catch {
    return undefined; // Tainted, transferred, or without pixels.
  }
}
