// The one script that runs in a replayed page: packaged with the extension, in a sandboxed frame without an origin.
// It reports clicked links instead of following them, stops forms, and marks what was searched for. The page's own
// scripts never run, so nothing can speak in its place; it takes orders from its parent alone.

import { clearMarks, markText } from "./marks.ts";
import type { AgentReport, AgentRequest } from "./messages.ts";

function report(message: AgentReport): void {
  parent.postMessage(message, "*"); // the frame has no origin; the parent checks the source instead
}

/** The link that an event would follow, also out of a shadow tree. */
function linkOf(event: Event): HTMLAnchorElement | HTMLAreaElement | SVGAElement | undefined {
  for (const target of event.composedPath()) {
    if (target instanceof HTMLAnchorElement || target instanceof HTMLAreaElement) return target;
    if (target instanceof SVGAElement) return target;
  }
  return undefined;
}

function onClick(event: MouseEvent): void {
  const link = linkOf(event);
  if (!link) return;
  const href = typeof link.href === "string" ? link.href : link.href.baseVal;
  if (href.startsWith("#") || href.startsWith("about:srcdoc#")) return; // within the page
  event.preventDefault();
  event.stopImmediatePropagation();
  const url = /^https?:/i.test(href) ? href : undefined;
  if (url) report({ keepleaf: "link", url });
}

addEventListener("click", onClick, { capture: true });
addEventListener("auxclick", onClick, { capture: true });
addEventListener(
  "submit",
  (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);

addEventListener("message", (event: MessageEvent<AgentRequest>) => {
  if (event.source !== parent || typeof event.data !== "object" || event.data === null) return;
  if (event.data.keepleaf === "mark") {
    clearMarks(document);
    report({ keepleaf: "marked", count: markText(document, event.data.words) });
  }
});

report({ keepleaf: "ready", title: document.title });
