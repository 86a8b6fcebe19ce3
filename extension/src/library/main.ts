// The library page: the frame around the views, and which view is shown.
import type { HostAnswer, HostQuestion } from "../background/ui-messages.ts";
import { browser } from "../platform/browser.ts";
import { h } from "../ui/dom.ts";
import { errorText } from "../ui/error-text.ts";
import { byId } from "../ui/section.ts";
import { t, translatePage } from "../ui/text.ts";
import { AddBox } from "./add-box.ts";
import { NativeLibraryApi } from "./api/native-library-api.ts";
import { parseRoute, type Route, routeHash } from "./routes.ts";
import { SearchBox } from "./search-box.ts";
import { TagNav } from "./tag-nav.ts";
import { closeToast, showToast } from "./toasts.ts";
import { failureView } from "./views/failure-view.ts";
import { jobsView } from "./views/jobs-view.ts";
import { linkView } from "./views/link-view.ts";
import { ListView } from "./views/list-view.ts";
import { snapshotView } from "./views/snapshot-view.ts";
import { trashView } from "./views/trash-view.ts";
import type { ViewContext } from "./views/view.ts";

translatePage();

const api = new NativeLibraryApi();
const toasts = byId("toasts");
const main = h("main", { id: "main", tabindex: -1 });
const places = new TagNav(api);
const list = new ListView();
const search = new SearchBox({
  search: (query, typing) => {
    const { view, query: before } = { query: "", ...parseRoute(location.hash) };
    // Letter by letter would fill the history with halves of words.
    go({ view: "list", query }, typing && view === "list" && before !== "");
  },
  toResults: () => list.focusFirst(),
});

const add = new AddBox(api, () => {
  const route = parseRoute(location.hash);
  if (route.view === "list") void list.show(contextOf(leaving.signal), route.query);
  void places.refresh();
});

let leaving = new AbortController();
let shown: Route | undefined;
/** Where the list was left: how far down, and with what in focus. */
let left: { hash: string; scroll: number; focused: Element | null } | undefined;

function go(route: Route, replace = false): void {
  if (!replace) {
    location.hash = routeHash(route);
    return;
  }
  history.replaceState(null, "", routeHash(route));
  show();
}

const askHost = () =>
  browser.runtime.sendMessage({ to: "keepleaf.host" } satisfies HostQuestion) as Promise<HostAnswer>;

function contextOf(signal: AbortSignal): ViewContext {
  return {
    api,
    signal,
    go,
    toast: (message, action) => showToast(toasts, message, action),
    failed: (error) =>
      showToast(toasts, [errorText(error), error.kept, error.next].filter(Boolean).join(" ")),
    failure: (error, tryAgain) => failureView(error, tryAgain, askHost),
    searchProblem: (error) => search.showProblem(error),
    tagsChanged: () => void places.refresh(),
    name: (title) => {
      document.title = `${title} – Keepleaf`;
    },
  };
}

function show(): void {
  leaving.abort();
  leaving = new AbortController();
  const route = parseRoute(location.hash);
  const before = shown;
  const changed = before?.view !== route.view || route.view !== "list";
  if (before?.view === "list" && route.view !== "list") {
    left = { hash: routeHash(before), scroll: scrollY, focused: document.activeElement };
  }
  shown = route;
  document.body.dataset.view = route.view;
  places.mark(route);
  search.showProblem(null);
  if (route.view === "list") search.show(route.query);
  else search.leave();
  const context = contextOf(leaving.signal);
  switch (route.view) {
    case "list":
      if (!main.contains(list.element)) main.replaceChildren(add.element, list.element);
      void list.show(context, route.query);
      break;
    case "trash":
      main.replaceChildren(trashView(context));
      break;
    case "jobs":
      main.replaceChildren(jobsView(context));
      break;
    case "link":
      main.replaceChildren(linkView(context, route.id));
      break;
    case "snapshot":
      main.replaceChildren(snapshotView(context, route));
      break;
  }
  if (before && changed) arrive(route);
}

/** On another view: from its top, or where the list was left, and with the focus in it. */
function arrive(route: Route): void {
  const back = route.view === "list" && left?.hash === routeHash(route) ? left : undefined;
  scrollTo(0, back?.scroll ?? 0);
  if (search.element.contains(document.activeElement)) return;
  if (back?.focused instanceof HTMLElement && main.contains(back.focused)) {
    back.focused.focus({ preventScroll: true });
  } else {
    main.focus({ preventScroll: true });
  }
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const { target } = event;
  const typing = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  if (event.key === "/" && !typing) {
    event.preventDefault();
    search.focus();
  } else if (event.key === "Escape") {
    const panel = document.querySelector<HTMLDetailsElement>("details.missing[open]");
    if (panel) {
      panel.open = false;
      panel.querySelector("summary")?.focus();
    } else {
      closeToast(toasts);
    }
  }
});

history.scrollRestoration = "manual"; // lists come later than the browser would scroll
byId("app").append(
  h(
    "a",
    {
      class: "skip",
      href: "#main",
      onclick: (event: Event) => {
        event.preventDefault(); // what stands behind "#" is the view
        main.focus();
      },
    },
    t("library_skip"),
  ),
  h(
    "header",
    { class: "top" },
    h(
      "a",
      { class: "brand", href: "#/" },
      h("img", { src: "icons/leaf-32.png", alt: "", width: 24, height: 24 }),
      h("span", {}, "Keepleaf"),
    ),
    search.element,
  ),
  h("div", { class: "columns" }, places.element, main),
);
addEventListener("hashchange", show);
show();
void places.refresh();
