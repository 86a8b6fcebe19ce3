// The one script that runs in a replayed page: packaged with the extension, in a sandboxed frame without an origin.
// It reports clicked links instead of following them, stops forms, says what is held back, and marks what was searched
// for. The page's own scripts never run, so nothing can speak in its place; it takes orders from its parent alone.
import { showFragment } from "./fragments.ts";
import { showHeld } from "./held.ts";
import { fragmentOf, linkAddress, pageOf } from "./links.ts";
import { markText } from "./marks.ts";
import { type AgentReport, isAgentRequest } from "./messages.ts";

function report(message: AgentReport): void {
  parent.postMessage(message, "*"); // the frame has no origin; the parent checks the source instead
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function onClick(event: MouseEvent): void {
  const address = linkAddress(event.composedPath());
  if (address === undefined) return;
  stop(event);
  const fragment = fragmentOf(address);
  if (fragment !== undefined) {
    showFragment(document, fragment);
    return;
  }
  const url = pageOf(address);
  if (url) report({ keepleaf: "link", url });
}

addEventListener("click", onClick, { capture: true });
addEventListener(
  "auxclick",
  (event) => {
    if (event.button === 1) onClick(event); // the secondary button opens the browser's menu
  },
  { capture: true },
);
addEventListener("submit", stop, { capture: true });

let asked = false;
addEventListener("message", (event: MessageEvent<unknown>) => {
  if (asked || event.source !== parent || !isAgentRequest(event.data)) return;
  asked = true;
  const held = showHeld(document, event.data.held);
  report({ keepleaf: "shown", held, marked: markText(document, event.data.words) });
});

report({ keepleaf: "ready", title: document.title });
