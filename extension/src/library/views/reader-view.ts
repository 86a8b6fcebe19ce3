// The article alone, in the same sandboxed frame as the page; or, plainly, that there is none.
import type { MessageReply } from "../../protocol/messages.ts";
import { h } from "../../ui/dom.ts";
import { formatTime, t } from "../../ui/text.ts";
import { type Article, findArticle } from "../reader/article.ts";
import { readerDocument } from "../reader/document.ts";
import { replayFrame } from "./replay-frame.ts";
import type { ViewContext } from "./view.ts";

type Facts = MessageReply<"snapshot.show">;

export function readerView(context: ViewContext, page: string, facts: Facts, query: string): HTMLElement {
  const article = articleOf(page);
  if (!article) return h("p", { class: "nothing", role: "status" }, t("library_reader_none"));
  const source = { address: facts.url, taken: t("library_reader_taken", formatTime(facts.taken_at)) };
  const frame = replayFrame(context, readerDocument(article, source, "shown"), query);
  frame.title = t("library_reader_frame");
  const file = new Blob([readerDocument(article, source, "saved")], { type: "text/html" });
  const url = URL.createObjectURL(file);
  context.signal.addEventListener("abort", () => URL.revokeObjectURL(url));
  return h(
    "div",
    { class: "reader" },
    h(
      "p",
      { class: "aside" },
      h("span", {}, t("library_reader_about")),
      h("a", { class: "action", href: url, download: fileName(article.title) }, t("library_reader_save")),
    ),
    frame,
  );
}

function articleOf(page: string): Article | null {
  try {
    return findArticle(page);
  } catch {
    return null; // a page that can't be made sense of has no article, either
  }
}

function fileName(title: string): string {
  const name = title.replace(/[\p{Cc}\p{Cf}/\\:*?"<>|]+/gu, " ").trim();
  return `${[...(name || "Keepleaf")].slice(0, 80).join("")}.html`;
}
