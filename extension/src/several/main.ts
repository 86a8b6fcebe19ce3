// Keeping several pages: all tabs of this window, or a list of addresses. The background does it; this page may be
// closed meanwhile, and shows the list again when it is opened while the work goes on.

import type { BatchEntry, BatchView, FromSeveral, ToSeveral } from "../background/ui-messages.ts";
import { severalPort } from "../background/ui-messages.ts";
import { browser } from "../platform/browser.ts";
import { h } from "../ui/dom.ts";
import { byId, Section } from "../ui/section.ts";
import { type MessageKey, plural, readableUrl, t, translatePage } from "../ui/text.ts";
import { addressesIn } from "./addresses.ts";

/** From here on a click is asked about once more. */
const many = 20;

const port = browser.runtime.connect({ name: severalPort });
const send = (message: FromSeveral) => port.postMessage(message);

/** Must be called directly out of a click: browsers take no request for access at another time. */
function withAccess(go: (granted: boolean) => void): void {
  browser.permissions.request({ origins: ["<all_urls>"] }).then(go, () => go(false));
}

interface Asked {
  count: number;
  go: () => void;
}
let asked: Asked | null = null;
const question = new Section<{ count: number }>(byId("question"), ({ count }) => [
  h("h2", {}, t("several_many", count)),
  h(
    "div",
    { class: "row" },
    h("button", { type: "button", class: "main", onclick: () => answer(true) }, t("several_many_yes")),
    h("button", { type: "button", onclick: () => answer(false) }, t("several_many_no")),
  ),
]);

function answer(yes: boolean): void {
  const go = asked?.go;
  asked = null;
  question.show(null);
  if (yes) go?.();
}

function askIfMany(count: number, go: () => void): void {
  if (count <= many) {
    go();
    return;
  }
  asked = { count, go };
  question.show({ count });
}

// ---- all tabs

async function tabCount(): Promise<number> {
  const own = await browser.tabs.getCurrent();
  const tabs = await browser.tabs.query({ currentWindow: true });
  return tabs.filter(({ id }) => id !== own?.id).length;
}

async function showTabCount(): Promise<void> {
  const count = await tabCount();
  const button = byId<HTMLButtonElement>("keep-tabs");
  button.replaceChildren(plural("several_keep_tabs", count));
  button.disabled = count === 0;
  button.onclick = () => askIfMany(count, () => withAccess(keepTabs));
}

function keepTabs(granted: boolean): void {
  if (granted) send({ do: "tabs" });
  else showWrong(t("several_tabs_refused"));
}

// ---- a list

function keepList(): void {
  const { urls, wrong } = addressesIn(byId<HTMLTextAreaElement>("addresses").value);
  showWrong(
    wrong.length > 0 ? t("several_wrong", wrong.join(" · ")) : urls.length === 0 ? t("several_none") : "",
  );
  if (urls.length === 0) return;
  askIfMany(urls.length, () => withAccess(() => send({ do: "urls", urls })));
}

function showWrong(words: string): void {
  byId("wrong").textContent = words;
  byId("wrong").hidden = words === "";
}

// ---- progress

const marks: Record<BatchEntry["state"], string> = {
  queued: "·",
  reading: "…",
  waiting: "…",
  kept: "✓",
  handed_over: "→",
  refused: "!",
  skipped: "–",
};

const entries = new Section<BatchEntry[]>(byId("entries"), (shown) => shown.map(entryView));

function entryView({ url, title, state, failure }: BatchEntry): HTMLElement {
  const words: MessageKey = `several_state_${state}`;
  const name = title || readableUrl(url) || t("several_unnamed");
  return h(
    "li",
    { class: state },
    h("span", { class: "mark", "aria-hidden": "true" }, marks[state]),
    h("span", { class: "name", title: url }, name),
    h("span", { class: "quiet" }, failure ? t(failure) : t(words)),
  );
}

function show({ entries: shown, running }: BatchView): void {
  const open = shown.filter(({ state }) => state === "queued" || state === "reading").length;
  byId("progress").hidden = shown.length === 0;
  byId("progress-title").textContent = t("several_progress", shown.length - open, shown.length);
  const bar = byId<HTMLProgressElement>("bar");
  bar.max = shown.length;
  bar.value = shown.length - open;
  bar.hidden = !running;
  byId("stop").hidden = !running;
  for (const id of ["keep-tabs", "keep-list"]) byId<HTMLButtonElement>(id).disabled = running;
  entries.show(shown);
}

port.onMessage.addListener(({ batch }: ToSeveral) => show(batch));
byId("keep-list").addEventListener("click", keepList);
byId("stop").addEventListener("click", () => send({ do: "stop" }));
browser.tabs.onCreated.addListener(() => void showTabCount());
browser.tabs.onRemoved.addListener(() => setTimeout(() => void showTabCount(), 100));
translatePage();
document.title = t("several_title");
void showTabCount();
