// What was seen, as a picture: of the whole page when there is one, else of the window; and the offer to add the former.
import type { MessageReply, Picture } from "../../protocol/messages.ts";
import { h } from "../../ui/dom.ts";
import { formatBytes, formatNumber, formatTime, t } from "../../ui/text.ts";
import { readPicture } from "../api/read-snapshot.ts";
import { unlessLeft, type ViewContext } from "./view.ts";

type Facts = MessageReply<"snapshot.show">;

/** `add`: takes a picture of the whole page and gives the facts anew; absent where that can't be done. */
export function pictureView(
  context: ViewContext,
  facts: Facts,
  title: string,
  add: (() => Promise<Facts | undefined>) | null,
): HTMLElement {
  const element = h("div", { class: "pictures" });
  const draw = (now: Facts) => {
    const best = now.pictures?.find(({ kind }) => kind === "page") ?? now.pictures?.[0];
    element.replaceChildren(
      h("p", { class: "aside" }, best ? describe(best) : t("library_picture_none"), addButton()),
      ...(best ? [shown(context, now.id, best, title)] : []),
    );
  };
  const addButton = () => {
    if (!add) return null;
    const button = h("button", { type: "button", class: "action" }, t("library_picture_add"));
    button.addEventListener("click", async () => {
      button.disabled = true;
      const now = await add();
      button.disabled = false;
      if (now) draw(now);
    });
    return button;
  };
  draw(facts);
  return element;
}

function describe({ kind, width, height, size, partial, taken_at }: Picture): HTMLElement {
  const what = t(kind === "page" ? "library_picture_page" : "library_picture_window", formatTime(taken_at));
  const facts = `${formatNumber(width)} × ${formatNumber(height)} · ${formatBytes(size)}`;
  return h("span", {}, `${what} · ${facts}${partial ? ` · ${t("library_picture_partial")}` : ""}`);
}

function shown(context: ViewContext, id: string, picture: Picture, title: string): HTMLElement {
  // Not before it has come: until then it would look broken.
  const image = h("img", { alt: title, width: picture.width, height: picture.height, hidden: true });
  const save = h("a", { class: "action", hidden: true }, t("library_picture_save"));
  const figure = h("figure", {}, save, image);
  void (async () => {
    const read = await unlessLeft(context.signal, readPicture(context.api, id, picture.kind, context.signal));
    if (!read) return;
    if (!read.ok) return context.failed(read.error);
    const url = URL.createObjectURL(new Blob([read.value.bytes], { type: read.value.type }));
    context.signal.addEventListener("abort", () => URL.revokeObjectURL(url));
    image.src = url;
    image.hidden = false;
    save.href = url;
    save.download = `${picture.kind}.${read.value.type.replace("image/", "").replace("jpeg", "jpg")}`;
    save.hidden = false;
  })();
  return figure;
}
