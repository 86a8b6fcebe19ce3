// A kept page in a sandboxed frame without an origin: its scripts never run, no request is ever made. The one script in
// it is ours (replay-agent/), which tells what was clicked.
import { browser } from "../../platform/browser.ts";
import { showWithAgent } from "../../replay-agent/frames.ts";
import { type AgentRequest, isAgentReport } from "../../replay-agent/messages.ts";
import { h } from "../../ui/dom.ts";
import { readableUrl, t } from "../../ui/text.ts";
import { queryWords } from "../query-words.ts";
import { orFailed, type ViewContext } from "./view.ts";

export function replayFrame(context: ViewContext, html: string, query: string): HTMLIFrameElement {
  const frame = h("iframe", {
    sandbox: "allow-scripts",
    title: t("library_snapshot_frame"),
    referrerpolicy: "no-referrer",
  });
  const tell = (request: AgentRequest) => frame.contentWindow?.postMessage(request, "*");
  addEventListener(
    "message",
    (event) => {
      if (event.source !== frame.contentWindow || !isAgentReport(event.data)) return;
      switch (event.data.keepleaf) {
        case "link":
          void followLink(context, event.data.url);
          break;
        case "ready":
          frame.dataset.ready = "true";
          tell({ keepleaf: "show", words: queryWords(query), held: t("library_held") });
          break;
        case "shown":
          frame.dataset.marked = String(event.data.marked);
          frame.dataset.held = String(event.data.held);
          break;
      }
    },
    { signal: context.signal },
  );
  showWithAgent(frame, html, browser.runtime.getURL("replay-agent.js"));
  return frame;
}

/** A link in a snapshot opens the kept page where there is one; the live page only when the person says so. */
async function followLink(context: ViewContext, url: string): Promise<void> {
  const reply = await orFailed(context, context.api.request("link.lookup", { url }));
  if (!reply || context.signal.aborted) return;
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
