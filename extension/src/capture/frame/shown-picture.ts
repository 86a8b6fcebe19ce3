// A picture whose blob: address was revoked once it was shown: nobody gives its bytes any more, but its pixels are there.
import type { BytesHead } from "./open-url.ts";

/** Undefined when no <img> in these trees shows it, or its pixels may not be read. */
export async function shownPicture(url: string, trees: readonly Node[]): Promise<BytesHead | undefined> {
  for (const tree of trees as (Document | DocumentFragment)[]) {
    const { querySelectorAll } =
      tree.nodeType === Node.DOCUMENT_NODE ? Document.prototype : DocumentFragment.prototype;
    for (const image of querySelectorAll.call(tree, "img") as NodeListOf<HTMLImageElement>) {
      if (image.currentSrc !== url || !image.complete || image.naturalWidth === 0) continue;
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
      try {
        canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
        const blob = await canvas.convertToBlob({ type: "image/png" });
        return { status: "ok", mediaType: blob.type, url, size: blob.size, body: blob.stream() };
      } catch {
        return undefined;
      }
    }
  }
  return undefined;
}
