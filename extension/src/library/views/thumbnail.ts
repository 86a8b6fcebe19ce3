// The small picture of a snapshot: asked for when it comes near the window, gone where it can't be had.
import type { SnapshotSummary } from "../../protocol/messages.ts";
import { h } from "../../ui/dom.ts";
import type { LibraryApi } from "../api/library-api.ts";
import { readPicture } from "../api/read-snapshot.ts";

const near = "400px";
const wanted = new WeakMap<Element, () => void>();
const watcher = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      wanted.get(target)?.();
      wanted.delete(target);
    }
  },
  { rootMargin: near },
);

/** Null: the snapshot has none. Decoration beside the title, so that it has no words of its own. */
export function thumbnail(
  api: LibraryApi,
  snapshot: Pick<SnapshotSummary, "id" | "pictures"> | undefined,
): HTMLElement | null {
  if (!snapshot?.pictures?.includes("thumbnail")) return null;
  const image = h("img", { class: "thumbnail", alt: "" });
  wanted.set(image, () => void load(api, snapshot.id, image));
  watcher.observe(image);
  return image;
}

async function load(api: LibraryApi, id: string, image: HTMLImageElement): Promise<void> {
  const picture = await readPicture(api, id, "thumbnail").catch(() => null);
  if (!picture?.ok) return image.remove();
  const url = URL.createObjectURL(new Blob([picture.value.bytes], { type: picture.value.type }));
  const done = () => URL.revokeObjectURL(url);
  image.addEventListener("load", done, { once: true });
  image.addEventListener(
    "error",
    () => {
      done();
      image.remove();
    },
    { once: true },
  );
  image.src = url;
}
