// The library page: the frame around the views, and which view is shown.
import { browser } from "../platform/browser.ts";
import type { WireError } from "../protocol/reply.ts";
import { NativeLibraryApi } from "./api/native-library-api.ts";
import { h } from "./dom.ts";
import { parseRoute, type Route, routeHash, tagQuery } from "./routes.ts";
import { formatNumber, t } from "./text.ts";
import { linkView } from "./views/link-view.ts";
import { listView } from "./views/list-view.ts";
import { snapshotView } from "./views/snapshot-view.ts";
import type { ViewContext } from "./views/view.ts";

const api = new NativeLibraryApi();
const toasts = document.getElementById("toasts");
const main = h("main", { id: "main", tabindex: -1 });
const tags = h("nav", { "aria-label": t("library_tags") });
const search = h("input", {
  type: "search",
  name: "q",
  placeholder: t("library_search"),
  "aria-label": t("library_search"),
  autocomplete: "off",
  spellcheck: "false",
});
let leaving = new AbortController();

function go(route: Route): void {
  location.hash = routeHash(route);
}

function toast(message: string, action?: { label: string; run(): void }): void {
  const element = h("div", { class: "toast" }, h("span", {}, message));
  const close = () => element.remove();
  if (action) {
    const run = () => {
      close();
      action.run();
    };
    element.append(h("button", { type: "button", onclick: run }, action.label));
  }
  element.append(
    h("button", { type: "button", class: "close", "aria-label": t("library_close"), onclick: close }, "×"),
  );
  toasts?.append(element);
  setTimeout(close, action ? 12_000 : 6_000);
}

/** An error in the view's place, with what to do next. */
function failed(error: WireError): void {
  if (error.code === "cancelled") return;
  const words = [error.message, error.kept, error.next].filter(Boolean).join(" ");
  if (main.childElementCount > 0 && main.querySelector(".links li, .versions li, iframe")) {
    toast(words);
    return;
  }
  main.replaceChildren(
    h(
      "section",
      { class: "failed", role: "alert" },
      h("h1", {}, t("library_failed")),
      h("p", {}, error.message),
      error.kept ? h("p", {}, error.kept) : null,
      error.next ? h("p", { class: "next" }, error.next) : null,
      h("button", { type: "button", onclick: () => show() }, t("library_try_again")),
      h("a", { class: "quiet", href: browser.runtime.getURL("options.html") }, t("library_diagnosis")),
    ),
  );
}

function show(): void {
  leaving.abort();
  leaving = new AbortController();
  const route = parseRoute(location.hash);
  const context: ViewContext = { api, signal: leaving.signal, go, toast, failed };
  document.body.dataset.view = route.view;
  if (route.view === "list") search.value = route.query;
  switch (route.view) {
    case "list":
      main.replaceChildren(listView(context, route.query, route.trash));
      break;
    case "link":
      main.replaceChildren(linkView(context, route.id));
      break;
    case "snapshot":
      main.replaceChildren(snapshotView(context, route.id, route.query));
      break;
  }
  if (route.view !== "snapshot") void showTags(context);
}

async function showTags(context: ViewContext): Promise<void> {
  const reply = await api.request("tag.list", { limit: 200 }, context);
  if (!reply.ok || context.signal.aborted) return;
  const { query } = { query: "", ...parseRoute(location.hash) };
  tags.replaceChildren(
    h(
      "ul",
      {},
      place(t("library_all"), { view: "list", query: "", trash: false }, query === ""),
      ...reply.value.items.map(({ path, links }) => {
        const own = tagQuery(path);
        const item = place(
          path.split("/").at(-1) ?? path,
          { view: "list", query: own, trash: false },
          query === own,
        );
        item.style.setProperty("--depth", String(path.split("/").length - 1));
        item.title = path;
        item.append(h("span", { class: "count" }, formatNumber(links)));
        return item;
      }),
      place(t("library_trash"), { view: "list", query: "", trash: true }, false),
    ),
  );
}

function place(label: string, route: Route, current: boolean): HTMLLIElement {
  return h("li", {}, h("a", { href: routeHash(route), "aria-current": current ? "page" : undefined }, label));
}

const form = h(
  "form",
  {
    role: "search",
    onsubmit: (event: Event) => {
      event.preventDefault();
      go({ view: "list", query: search.value.trim(), trash: false });
    },
  },
  search,
);

// Searching as one types, when the keys have rested; not while an input method is composing.
let resting: ReturnType<typeof setTimeout> | undefined;
search.addEventListener("input", (event) => {
  clearTimeout(resting);
  if (event instanceof InputEvent && event.isComposing) return;
  resting = setTimeout(() => go({ view: "list", query: search.value.trim(), trash: false }), 200);
});
search.addEventListener("compositionend", () =>
  go({ view: "list", query: search.value.trim(), trash: false }),
);

addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  if (event.key === "/" && !typing) {
    event.preventDefault();
    search.focus();
  }
});

document.documentElement.lang = browser.i18n.getUILanguage();
document.getElementById("app")?.append(
  h(
    "a",
    {
      class: "skip",
      href: "#main",
      onclick: (event: Event) => {
        event.preventDefault();
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
      "Keepleaf",
    ),
    form,
  ),
  h("div", { class: "columns" }, tags, main),
);
addEventListener("hashchange", show);
show();
