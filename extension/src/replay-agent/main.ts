// The one script that runs in a replayed page: packaged with the extension, in a sandboxed frame without an origin.
// It reports clicked links instead of following them, stops forms, says what is held back, marks what was searched for,
// and restores the state that markup can't say. The page's own scripts never run, so nothing can speak in its place; it
// takes orders from its parent alone.
import { restoreState } from "../../../host/src/page/restore_state.js";
import { restoreTree } from "../../../host/src/page/restore_tree.js";
import { showFragment } from "./fragments.ts";
import { enterFrames } from "./frames.ts";
import { showHeld } from "./held.ts";
import { fragmentOf, linkAddress, pageOf } from "./links.ts";
import { markText } from "./marks.ts";
import { serveMeasure } from "./measure.ts";
import { type AgentReport, isAgentReport, isAgentRequest } from "./messages.ts";
import { servePieces } from "./pieces.ts";
import { titleOf } from "./trees.ts";

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

restoreTree(document);
const place = restoreState(document);
place();
/** What was brought into view since; offsets of what is around it stay as they are. */
let shown: Element | null = null;
addEventListener("load", () => place(shown)); // pictures and fonts have made the page longer

let asked = false;
addEventListener("message", (event: MessageEvent<unknown>) => {
  if (isFrameOfOurs(event.source) && isAgentReport(event.data) && event.data.keepleaf === "link") {
    report(event.data);
  }
  if (asked || event.source !== parent || !isAgentRequest(event.data)) return;
  asked = true;
  const held = showHeld(document, event.data.held);
  const marked = markText(document, event.data.words);
  shown = marked.first;
  report({ keepleaf: "shown", held, marked: marked.count });
});

function isFrameOfOurs(source: MessageEventSource | null): boolean {
  for (let index = 0; index < frames.length; index++) if (frames[index] === source) return true;
  return false;
}

const own = document.currentScript;
if (own instanceof HTMLScriptElement) enterFrames(document, own.src);

serveMeasure(document);
servePieces(document);

report({ keepleaf: "ready", title: titleOf(document) });
