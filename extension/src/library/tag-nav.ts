// The places of the library: everything, each tag, the trash. Built anew only when the tags changed, so that a link that
// has the focus keeps it.
import { h } from "../ui/dom.ts";
import { formatNumber, t } from "../ui/text.ts";
import type { LibraryApi } from "./api/library-api.ts";
import { type Route, routeHash, tagQuery } from "./routes.ts";
import { type TagBranch, type TagEntry, tagBranches } from "./tag-tree.ts";

const mostTags = 2_000;

export class TagNav {
  readonly element: HTMLElement;
  readonly #api: LibraryApi;
  readonly #list = h("ul");
  #shown = "";
  #route: Route = { view: "list", query: "" };

  constructor(api: LibraryApi) {
    this.#api = api;
    this.element = h("nav", { "aria-label": t("library_tags") }, this.#list);
    this.#build([]);
  }

  /** Asks for the tags. A failure changes nothing here: the view beside it says what is wrong. */
  async refresh(): Promise<void> {
    const tags: TagEntry[] = [];
    let after: string | undefined;
    do {
      const reply = await this.#api.request("tag.list", { limit: 200, after });
      if (!reply.ok) return;
      tags.push(...reply.value.items);
      after = reply.value.next ?? undefined;
    } while (after !== undefined && tags.length < mostTags);
    this.#build(tags);
  }

  /** Says which of the places is on show. */
  mark(route: Route): void {
    this.#route = route;
    const here = routeHash(route);
    for (const link of this.#list.querySelectorAll("a")) {
      if (link.getAttribute("href") !== here) {
        link.removeAttribute("aria-current");
        continue;
      }
      link.setAttribute("aria-current", "page");
      // On narrow windows the places stand in one line, wider than the window.
      this.#list.scrollLeft = Math.max(0, link.offsetLeft - 40);
    }
  }

  #build(tags: TagEntry[]): void {
    const key = JSON.stringify(tags);
    if (key === this.#shown) return;
    this.#shown = key;
    const focused = this.#list.querySelector("a:focus")?.getAttribute("href");
    this.#list.replaceChildren(
      place({ view: "list", query: "" }, t("library_all")),
      ...tagBranches(tags).map(tagPlace),
      place({ view: "jobs" }, t("library_jobs")),
      place({ view: "trash" }, t("library_trash")),
    );
    this.mark(this.#route);
    if (focused) this.#list.querySelector<HTMLElement>(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }
}

function place(route: Route, ...label: (Node | string)[]): HTMLLIElement {
  return h("li", {}, h("a", { href: routeHash(route) }, ...label));
}

function tagPlace({ path, name, depth, links }: TagBranch): HTMLLIElement {
  // The levels above are seen by where a tag stands; where there is no room for that, and for listeners, they are said.
  const above = h("span", { class: "above" }, path.slice(0, path.length - name.length));
  const item = place(
    { view: "list", query: tagQuery(path) },
    h("span", { class: "name" }, above, name),
    ...(links === undefined ? [] : [h("span", { class: "count" }, formatNumber(links))]),
  );
  item.style.setProperty("--depth", String(depth));
  item.title = path;
  return item;
}
