// Before a replay is measured, everything that it holds is there: pictures have come, fonts are loaded, and what stands
// for a canvas is painted on it. Only an off-screen copy is changed so; what a person looks at is not measured.
import { treesOf } from "./trees.ts";

const patience = 10_000;

export async function settle(document: Document): Promise<void> {
  const loaded = new Promise<unknown>((resolve) => {
    if (document.readyState === "complete") resolve(undefined);
    else addEventListener("load", resolve, { once: true });
  });
  await within(loaded);
  const trees = [...treesOf(document)];
  const images = trees.flatMap((tree) => [...tree.querySelectorAll("img")]);
  // Nothing off-screen would ever come near enough to be loaded.
  for (const image of images) image.loading = "eager";
  await within(Promise.all(images.map(arrived)));
  document.documentElement.getBoundingClientRect(); // fonts load once text is laid out
  await within(document.fonts.ready);
  const canvases = trees.flatMap((tree) => [...tree.querySelectorAll("canvas")]);
  await within(Promise.allSettled(canvases.map(paint)));
}

/** The first background layer is the picture that the capture took of it (capture/steps/canvas.ts). */
async function paint(canvas: HTMLCanvasElement): Promise<void> {
  const [, source] = /^url\("(data:[^"]*)"\)/.exec(getComputedStyle(canvas).backgroundImage) ?? [];
  if (!source || canvas.width === 0 || canvas.height === 0) return;
  const image = new Image();
  image.src = source;
  await arrived(image);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
}

/** Not decode(): it waits for a frame to be painted, which off-screen none is. */
function arrived(image: HTMLImageElement): Promise<void> {
  return new Promise((resolve) => {
    if (image.complete) return resolve();
    const end = (): void => resolve();
    image.addEventListener("load", end, { once: true });
    image.addEventListener("error", end, { once: true });
  });
}

/** What does not come is measured as it is. */
export function within(work: Promise<unknown>, milliseconds = patience): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    void work
      .catch(() => undefined)
      .then(() => {
        clearTimeout(timer);
        resolve();
      });
  });
}
