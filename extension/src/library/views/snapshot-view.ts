// A snapshot as it was seen, and what is known of it.
import type { MessageReply, Resource } from "../../protocol/messages.ts";
import type { Reply } from "../../protocol/reply.ts";
import { h } from "../../ui/dom.ts";
import { formatBytes, formatTime, readableUrl, t } from "../../ui/text.ts";
import { readSnapshot } from "../api/read-snapshot.ts";
import { routeHash } from "../routes.ts";
import { fidelityView } from "./fidelity-view.ts";
import { nameOf } from "./link-row.ts";
import { missingParts } from "./missing-parts.ts";
import { replayFrame } from "./replay-frame.ts";
import { unlessLeft, type ViewContext } from "./view.ts";

export function snapshotView(context: ViewContext, id: string, query: string): HTMLElement {
  const bar = h("header", { class: "bar" });
  const stage = h("div", { class: "stage" });
  const section = h("section", { class: "replay" }, bar, stage);

  const show = async () => {
    const progress = h("progress", { "aria-label": t("library_loading"), max: 1, value: 0 });
    stage.className = "stage";
    stage.replaceChildren(progress);
    const reading = readSnapshot(context.api, id, context.signal, (part) => {
      progress.value = part;
    });
    const [facts, page] = await Promise.all([
      unlessLeft(context.signal, readFacts(context, id)).then((reply) => {
        if (reply?.ok) {
          context.name(nameOf(reply.value));
          bar.replaceChildren(...factsBar(reply.value));
        }
        return reply;
      }),
      unlessLeft(context.signal, reading),
    ]);
    if (!facts || !page) return;
    if (facts.ok && page.ok) {
      stage.classList.add("shown");
      stage.replaceChildren(present(context, page.value, facts.value.title, query));
      return;
    }
    const error = facts.ok ? page : facts;
    if (!error.ok) stage.replaceChildren(context.failure(error.error, () => void show()));
  };
  void show();
  return section;
}

type Facts = MessageReply<"snapshot.show">;

/** The facts with all parts, also when the parts come in several replies. */
async function readFacts(context: ViewContext, id: string): Promise<Reply<Facts>> {
  const { signal } = context;
  const first = await context.api.request("snapshot.show", { id }, { signal });
  if (!first.ok) return first;
  const missing: Resource[] = [...first.value.missing];
  const resources: Resource[] = [...first.value.resources];
  let { next } = first.value;
  while (next !== null) {
    const reply = await context.api.request("snapshot.show", { id, after: next }, { signal });
    if (!reply.ok) return reply;
    missing.push(...reply.value.missing);
    resources.push(...reply.value.resources);
    next = reply.value.next;
  }
  return { ok: true, value: { ...first.value, missing, resources } };
}

function factsBar(facts: Facts): HTMLElement[] {
  return [
    h("a", { class: "button", href: routeHash({ view: "link", id: facts.link_id }) }, t("library_details")),
    h(
      "div",
      { class: "what" },
      h("h1", { tabindex: -1, title: nameOf(facts) }, nameOf(facts)),
      h(
        "a",
        { class: "address", href: facts.url, title: facts.url, target: "_blank", rel: "noreferrer" },
        readableUrl(facts.url),
      ),
    ),
    h(
      "div",
      { class: "facts" },
      h("time", { datetime: facts.taken_at }, formatTime(facts.taken_at)),
      h("span", {}, formatBytes(facts.size_raw)),
      facts.missing.length > 0
        ? missingParts(facts.missing)
        : h("span", { class: "complete" }, t("library_complete")),
      facts.fidelity ? fidelityView(facts.fidelity, facts) : null,
    ),
  ];
}

function present(
  context: ViewContext,
  page: { type: string; bytes: Uint8Array<ArrayBuffer> },
  title: string,
  query: string,
): HTMLElement {
  const [type = ""] = page.type.split(";");
  if (type === "text/html") return replayFrame(context, new TextDecoder().decode(page.bytes), query);
  if (type.startsWith("image/")) {
    return h("img", { class: "kept", alt: title, src: objectUrl(context, page.bytes, type) });
  }
  if (type.startsWith("text/") || type === "application/json") {
    return h("pre", { class: "kept", tabindex: 0 }, new TextDecoder().decode(page.bytes));
  }
  return h(
    "p",
    { class: "kept" },
    h(
      "a",
      { class: "button", href: objectUrl(context, page.bytes, type), download: title },
      t("library_save_file", type),
    ),
  );
}

function objectUrl(context: ViewContext, bytes: Uint8Array<ArrayBuffer>, type: string): string {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  context.signal.addEventListener("abort", () => URL.revokeObjectURL(url));
  return url;
}
