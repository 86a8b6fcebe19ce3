// A snapshot as it was seen: the self-contained document in a sandboxed frame without an origin, its scripts never
// run, no request ever made; and what is known of it.
import { browser } from "../../platform/browser.ts";
import type { MessageReply } from "../../protocol/messages.ts";
import { isAgentReport } from "../../replay-agent/messages.ts";
import { readSnapshot } from "../api/read-snapshot.ts";
import { h } from "../dom.ts";
import { queryWords, routeHash } from "../routes.ts";
import { formatNumber, formatSize, formatTime, readableUrl, t } from "../text.ts";
import { orShow, type ViewContext } from "./view.ts";

export function snapshotView(context: ViewContext, id: string, query: string): HTMLElement {
  const bar = h("header", { class: "bar" });
  const progress = h("progress", { "aria-label": t("library_loading"), max: 1, value: 0 });
  const stage = h("div", { class: "stage" }, progress);
  const section = h("section", { class: "replay" }, bar, stage);

  const showFacts = async () => {
    const facts = await orShow(context, context.api.request("snapshot.show", { id }, context));
    if (facts) bar.replaceChildren(...factsBar(context, facts));
  };
  const showPage = async () => {
    const document = await orShow(
      context,
      readSnapshot(context.api, id, context.signal, (part) => {
        progress.value = part;
      }),
    );
    if (document) stage.replaceChildren(present(context, document, query));
    else progress.remove();
  };
  void showFacts();
  void showPage();
  return section;
}

function factsBar(context: ViewContext, facts: MessageReply<"snapshot.show">): HTMLElement[] {
  const missing = facts.missing.length;
  return [
    h("a", { class: "quiet", href: routeHash({ view: "link", id: facts.link_id }) }, t("library_details")),
    h(
      "div",
      { class: "what" },
      h("strong", {}, facts.title || readableUrl(facts.url)),
      h(
        "a",
        { class: "address", href: facts.url, target: "_blank", rel: "noreferrer" },
        readableUrl(facts.url),
      ),
    ),
    h("time", { datetime: facts.taken_at }, formatTime(facts.taken_at)),
    h("span", {}, formatSize(facts.size_raw)),
    missing > 0
      ? h(
          "button",
          {
            class: "partial",
            type: "button",
            onclick: () =>
              context.toast(facts.missing.map(({ url, status }) => `${status}  ${url}`).join("\n")),
          },
          t("library_missing", formatNumber(missing)),
        )
      : h("span", { class: "complete" }, t("library_complete")),
  ].filter((child) => child instanceof HTMLElement);
}

function present(
  context: ViewContext,
  page: { type: string; bytes: Uint8Array<ArrayBuffer> },
  query: string,
): HTMLElement {
  const [type = ""] = page.type.split(";");
  if (type === "text/html") return replayFrame(context, new TextDecoder().decode(page.bytes), query);
  if (type.startsWith("image/")) {
    return h("img", { class: "kept", alt: "", src: objectUrl(context, page.bytes, type) });
  }
  if (type.startsWith("text/") || type === "application/json") {
    return h("pre", { class: "kept", tabindex: 0 }, new TextDecoder().decode(page.bytes));
  }
  return h(
    "p",
    { class: "kept" },
    h(
      "a",
      { class: "quiet", href: objectUrl(context, page.bytes, type), download: "" },
      t("library_save_file", type),
    ),
  );
}

function objectUrl(context: ViewContext, bytes: Uint8Array<ArrayBuffer>, type: string): string {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  context.signal.addEventListener("abort", () => URL.revokeObjectURL(url));
  return url;
}

function replayFrame(context: ViewContext, html: string, query: string): HTMLElement {
  const frame = h("iframe", {
    sandbox: "allow-scripts",
    title: t("library_snapshot_frame"),
    referrerpolicy: "no-referrer",
  });
  addEventListener(
    "message",
    (event) => {
      if (event.source !== frame.contentWindow || !isAgentReport(event.data)) return;
      if (event.data.keepleaf === "link") void followLink(context, event.data.url);
      if (event.data.keepleaf === "ready") {
        frame.dataset.ready = "true";
        const words = queryWords(query);
        if (words.length > 0) frame.contentWindow?.postMessage({ keepleaf: "mark", words }, "*");
      }
    },
    { signal: context.signal },
  );
  frame.srcdoc = withAgent(html);
  return frame;
}

/**
 * The agent goes before everything that the page says, so that nothing unclosed can swallow it; behind the doctype, so
 * that the page keeps its mode.
 */
export function withAgent(html: string): string {
  const source = browser.runtime.getURL("replay-agent.js");
  const doctype = /^\ufeff?\s*<!doctype[^>]*>/i.exec(html)?.[0] ?? "";
  return `${doctype}<script defer src="${source}"></script>${html.slice(doctype.length)}`;
}

/** A link in a snapshot opens the kept page where there is one; the live page only when the person says so. */
async function followLink(context: ViewContext, url: string): Promise<void> {
  const reply = await orShow(context, context.api.request("link.lookup", { url }, context));
  if (!reply) return;
  const kept = reply.link?.snapshots.find(({ state }) => state !== "trashed");
  if (kept) {
    context.go({ view: "snapshot", id: kept.id, query: "" });
  } else {
    context.toast(t("library_not_kept", readableUrl(url)), {
      label: t("library_open_live"),
      run: () => window.open(url, "_blank", "noreferrer"),
    });
  }
}
