// One link in the list.
import type { LinkItem, SearchHit } from "../../protocol/messages.ts";
import { h } from "../../ui/dom.ts";
import { formatDate, formatNumber, readableUrl, t } from "../../ui/text.ts";
import type { LibraryApi } from "../api/library-api.ts";
import { routeHash, tagQuery } from "../routes.ts";
import { conditionMark, jobWords } from "./condition-view.ts";
import { highlighted } from "./highlighted.ts";
import { thumbnail } from "./thumbnail.ts";

export const nameOf = ({ title, url }: Pick<LinkItem, "title" | "url">) => title || readableUrl(url);

export function linkRow(
  item: LinkItem | SearchHit,
  query: string,
  remove: (row: HTMLElement) => void,
  api: LibraryApi,
): HTMLElement {
  const newest = item.snapshots.find(({ state }) => state !== "trashed") ?? item.snapshots[0];
  const hit = "snippet" in item ? item : undefined;
  const target = hit?.snapshot_id ?? newest?.id;
  const shown = item.snapshots.find(({ id }) => id === target);
  const details = routeHash({ view: "link", id: item.id });
  const name = nameOf(item);
  const row = h(
    "li",
    { class: "link" },
    thumbnail(api, shown),
    h(
      "h2",
      {},
      h(
        "a",
        { class: "title", href: target ? routeHash({ view: "snapshot", id: target, query }) : details },
        name,
      ),
    ),
    h("span", { class: "address", title: item.url }, readableUrl(item.url)),
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
      conditionMark(item.condition),
      item.job
        ? h(
            "span",
            { class: item.job.state === "failed" ? "partial job" : "job", "data-job": item.job.id },
            jobWords(item.job),
          )
        : null,
      item.snapshot_count > 1
        ? h("span", {}, t("library_versions", formatNumber(item.snapshot_count)))
        : null,
      ...item.tags.map((tag) =>
        h("a", { class: "tag", href: routeHash({ view: "list", query: tagQuery(tag) }) }, tag),
      ),
      h(
        "span",
        { class: "actions" },
        // "Details" thirty times over says nothing to who hears the links alone.
        h(
          "a",
          { class: "action", href: details, "aria-label": `${t("library_details")}: ${name}` },
          t("library_details"),
        ),
        action(t("library_remove"), name, () => remove(row)),
      ),
    ),
  );
  return row;
}

/** A button that names, to who hears it alone, what it acts on. */
export function action(label: string, name: string, onclick: () => void): HTMLButtonElement {
  return h("button", { class: "action", type: "button", "aria-label": `${label}: ${name}`, onclick }, label);
}
