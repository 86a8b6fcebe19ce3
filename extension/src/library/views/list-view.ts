// The list: what was kept, newest first, or what a search found, best first.
import type { LinkItem, SearchHit } from "../../protocol/messages.ts";
import { h } from "../dom.ts";
import { routeHash, tagQuery } from "../routes.ts";
import { formatDate, formatNumber, readableUrl, t } from "../text.ts";
import { highlighted } from "./highlighted.ts";
import { orShow, type ViewContext } from "./view.ts";

const pageSize = 50;

export function listView(context: ViewContext, query: string, trash: boolean): HTMLElement {
  const heading = h("h1", {}, trash ? t("library_trash") : query ? t("library_results") : t("library_all"));
  const count = h("p", { class: "count", role: "status" });
  const list = h("ol", { class: "links" });
  const more = h(
    "button",
    { class: "quiet more", type: "button", hidden: true, onclick: () => load() },
    t("library_more"),
  );
  const empty = h("div", { class: "empty", hidden: true });
  let after = "";
  let loading = false;

  async function load(): Promise<void> {
    if (loading) return;
    loading = true;
    more.hidden = true;
    const page = query
      ? await orShow(context, context.api.request("link.search", { query, limit: pageSize, after }, context))
      : await orShow(
          context,
          context.api.request("link.list", { limit: pageSize, after, trashed: trash }, context),
        );
    loading = false;
    if (!page) return;
    for (const item of page.items) list.append(row(item));
    after = page.next ?? "";
    more.hidden = page.next === null;
    count.textContent = t("library_count", formatNumber(page.total));
    const nothing = page.total === 0;
    empty.hidden = !nothing;
    if (nothing) empty.replaceChildren(...emptyText(query, trash));
  }

  function row(item: LinkItem | SearchHit): HTMLElement {
    const newest = item.snapshots.find(({ state }) => state !== "trashed") ?? item.snapshots[0];
    const hit = "snippet" in item ? item : undefined;
    const target = hit?.snapshot_id ?? newest?.id;
    const href = target
      ? routeHash({ view: "snapshot", id: target, query })
      : routeHash({ view: "link", id: item.id });
    const element = h(
      "li",
      { class: "link" },
      h("a", { class: "title", href }, item.title || readableUrl(item.url)),
      h("span", { class: "address" }, readableUrl(item.url)),
      hit?.snippet ? h("p", { class: "snippet" }, highlighted(hit.snippet, hit.matches)) : null,
      item.note && !hit?.snippet ? h("p", { class: "note" }, item.note) : null,
      h(
        "div",
        { class: "facts" },
        h("time", { datetime: item.created_at }, formatDate(item.created_at)),
        newest?.state === "partial"
          ? h("span", { class: "partial", title: t("library_partial_why") }, t("library_partial"))
          : null,
        newest ? null : h("span", { class: "partial" }, t("library_no_snapshot")),
        item.snapshot_count > 1
          ? h("span", {}, t("library_versions", formatNumber(item.snapshot_count)))
          : null,
        ...item.tags.map((tag) =>
          h(
            "a",
            { class: "tag", href: routeHash({ view: "list", query: tagQuery(tag), trash: false }) },
            tag,
          ),
        ),
        h("span", { class: "spring" }),
        h("a", { class: "action", href: routeHash({ view: "link", id: item.id }) }, t("library_details")),
        trash
          ? h(
              "button",
              { class: "action", type: "button", onclick: () => restore(item, element) },
              t("library_restore"),
            )
          : h(
              "button",
              { class: "action", type: "button", onclick: () => remove(item, element) },
              t("library_remove"),
            ),
      ),
    );
    return element;
  }

  async function remove(item: LinkItem, element: HTMLElement): Promise<void> {
    if (!(await orShow(context, context.api.request("item.remove", { ids: [item.id] }, context)))) return;
    const place = element.nextSibling;
    element.remove();
    context.toast(t("library_removed", item.title || readableUrl(item.url)), {
      label: t("library_undo"),
      run: async () => {
        if (await orShow(context, context.api.request("item.restore", { ids: [item.id] }, context))) {
          list.insertBefore(element, place?.parentNode === list ? place : null);
        }
      },
    });
  }

  async function restore(item: LinkItem, element: HTMLElement): Promise<void> {
    if (!(await orShow(context, context.api.request("item.restore", { ids: [item.id] }, context)))) return;
    element.remove();
    context.toast(t("library_restored", item.title || readableUrl(item.url)));
  }

  // The next page is fetched when its button comes near; the button itself serves keyboards and slow machines.
  const watcher = new IntersectionObserver(
    (entries) => entries.some((entry) => entry.isIntersecting) && load(),
    {
      rootMargin: "600px",
    },
  );
  watcher.observe(more);
  context.signal.addEventListener("abort", () => watcher.disconnect());

  void load();
  return h("section", { class: "list" }, h("header", {}, heading, count), list, empty, more);
}

function emptyText(query: string, trash: boolean): HTMLElement[] {
  if (trash) return [h("p", {}, t("library_trash_empty"))];
  if (query)
    return [
      h("p", {}, t("library_nothing_found")),
      h("p", { class: "hint" }, t("library_nothing_found_hint")),
    ];
  return [h("p", {}, t("library_empty")), h("p", { class: "hint" }, t("library_empty_hint"))];
}
