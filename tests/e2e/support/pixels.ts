// Pictures of pages, compared. What two pictures of the same live page differ by is the noise that a snapshot may
// differ by, too.
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import type { Page } from "puppeteer-core";

export interface Viewport {
  width: number;
  height: number;
}

export async function picture(page: Page, viewport: Viewport): Promise<PNG> {
  await page.setViewport(viewport);
  // Fonts and images first, then the caret and whatever still moves.
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
    (document.activeElement as HTMLElement | null)?.blur?.();
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
  return PNG.sync.read(Buffer.from(await page.screenshot({ type: "png" })));
}

/** The share of pixels that differ, 0 … 1. */
export function difference(a: PNG, b: PNG): number {
  if (a.width !== b.width || a.height !== b.height) return 1;
  const differing = pixelmatch(a.data, b.data, undefined, a.width, a.height, { threshold: 0.1 });
  return differing / (a.width * a.height);
}
