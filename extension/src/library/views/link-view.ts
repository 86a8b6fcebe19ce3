// One link: its title, note and tags to edit, and its versions.
import type { LinkItem, SnapshotSummary } from "../../protocol/messages.ts";
import { h } from "../../ui/dom.ts";
import { TagInput } from "../../ui/tag-input.ts";
import { formatTime, t } from "../../ui/text.ts";
import { routeHash, tagQuery } from "../routes.ts";
import { careView } from "./care-view.ts";
import { conditionView } from "./condition-view.ts";
import { nameOf } from "./link-row.ts";
import { thumbnail } from "./thumbnail.ts";
import { orFailed, unlessLeft, type ViewContext } from "./view.ts";

const offeredTags = 12;

export function linkView(context: ViewContext, id: string): HTMLElement {
  const section = h("section", { class: "detail" });
  const show = async () => {
    const answer = context.api.request("link.show", { id }, { signal: context.signal });
    const reply = await unlessLeft(context.signal, answer);
    if (!reply) return;
    if (!reply.ok) {
      section.replaceChildren(context.failure(reply.error, () => void show()));
      return;
    }
    const { link, snapshots } = reply.value;
    context.name(nameOf(link));
    section.replaceChildren(
      ...detail(context, link, snapshots, [
        conditionView(link),
        ...careView(context, reply.value, () => void show()),
      ]),
    );
  };
  void show();
  return section;
}

function detail(
  context: ViewContext,
  link: LinkItem,
  snapshots: SnapshotSummary[],
  care: (HTMLElement | null)[],
): HTMLElement[] {
  const heading = h("h1", { tabindex: -1 }, nameOf(link));
  const save = async (change: { title?: string; note?: string }) => {
    const reply = await orFailed(context, context.api.request("link.edit", { id: link.id, ...change }));
    const saved = reply?.items[0];
    if (!saved) return false;
    heading.textContent = nameOf(saved);
    if (!context.signal.aborted) context.name(nameOf(saved));
    context.toast(t("library_saved"));
    return true;
  };
  const title = h("input", { id: "title", value: link.title, autocomplete: "off" });
  editable(title, (value) => save({ title: value.trim() }));
  const note = h("textarea", { id: "note", rows: 4 }, link.note);
  return [
    h("header", {}, heading),
    h("p", { class: "address" }, h("a", { href: link.url, target: "_blank", rel: "noreferrer" }, link.url)),
    h("label", { for: "title" }, t("library_title")),
    title,
    ...tagEditor(context, link),
    h("label", { for: "note" }, t("library_note")),
    note,
    ...(link.shortened?.includes("note")
      ? [onlyBeginning(note, t("library_shortened_note", `keepleaf note ${link.id}`))]
      : [editable(note, (value) => save({ note: value }))]),
    ...care,
    h("h2", {}, t("library_versions_heading")),
    versions(context, link.id, snapshots),
  ].filter((element) => element !== null);
}

/** Saves what was typed when the field is left; Escape takes it back. Enter leaves a field of one line. */
function editable(
  field: HTMLInputElement | HTMLTextAreaElement,
  save: (value: string) => Promise<boolean>,
): null {
  let saved = field.value;
  field.addEventListener("change", async () => {
    const { value } = field;
    if (value !== saved && (await save(value))) saved = value;
  });
  field.addEventListener("keydown", (event) => {
    const { key, isComposing } = event as KeyboardEvent;
    if (key !== "Escape" || isComposing || field.value === saved) return;
    event.preventDefault();
    field.value = saved;
  });
  return null;
}

/** Only the beginning is here: written back it would cut the rest off. */
function onlyBeginning(field: HTMLTextAreaElement, why: string): HTMLElement {
  field.readOnly = true;
  field.setAttribute("aria-describedby", `${field.id}-shortened`);
  return h("p", { id: `${field.id}-shortened`, class: "hint" }, why);
}

function tagEditor(context: ViewContext, link: LinkItem): HTMLElement[] {
  const href = (path: string) => routeHash({ view: "list", query: tagQuery(path) });
  if (link.shortened?.includes("tags")) {
    return [
      h("p", { class: "label" }, t("library_tags")),
      h("div", { class: "tags" }, ...link.tags.map((tag) => h("a", { class: "tag", href: href(tag) }, tag))),
      h("p", { class: "hint" }, t("library_shortened_tags", `keepleaf tag add|remove TAG ${link.id}`)),
    ];
  }
  const box = h("div", { class: "tags" });
  let known = link.tags;
  const change = async (tags: { add?: string[]; remove?: string[] }) => {
    const reply = await orFailed(context, context.api.request("link.tag", { ids: [link.id], ...tags }));
    known = reply?.items[0]?.tags ?? known;
    input.show(known);
    if (reply) context.tagsChanged();
  };
  const input = new TagInput(box, {
    href,
    offers: async (prefix) => {
      const reply = await context.api.request("tag.list", { prefix, limit: offeredTags });
      return reply.ok ? reply.value.items : [];
    },
    added: (path) => void change({ add: [path] }),
    removed: (path) => void change({ remove: [path] }),
  });
  input.show(known);
  return [h("label", { for: "tag-input" }, t("library_tags")), box];
}

function versions(context: ViewContext, link: string, snapshots: SnapshotSummary[]): HTMLElement {
  const list = h("ol", { class: "versions" });
  const toggle = async (snapshot: SnapshotSummary) => {
    const type = snapshot.state === "trashed" ? "item.restore" : "item.remove";
    if (!(await orFailed(context, context.api.request(type, { ids: [snapshot.id] })))) return;
    // What a restored version was before, complete or not, only the library knows.
    const now = await orFailed(context, context.api.request("link.show", { id: link }));
    if (now) draw(now.snapshots, snapshot.id);
  };
  const draw = (shown: SnapshotSummary[], focused?: string) => {
    list.replaceChildren(...shown.map((snapshot) => version(context, snapshot, () => void toggle(snapshot))));
    const at = shown.findIndex(({ id }) => id === focused);
    if (at >= 0) list.children[at]?.querySelector("button")?.focus();
  };
  draw(snapshots);
  return list;
}

function version(context: ViewContext, snapshot: SnapshotSummary, onclick: () => void): HTMLElement {
  const trashed = snapshot.state === "trashed";
  const time = formatTime(snapshot.taken_at);
  const label = t(trashed ? "library_restore" : "library_remove");
  return h(
    "li",
    { class: trashed ? "trashed" : undefined },
    thumbnail(context.api, snapshot),
    h("a", { href: routeHash({ view: "snapshot", id: snapshot.id, query: "" }) }, time),
    h("span", { class: "engine" }, t(`library_engine_${snapshot.engine}`)),
    snapshot.state === "partial" ? h("span", { class: "partial" }, t("library_partial")) : null,
    trashed ? h("span", { class: "engine" }, t("library_trash")) : null,
    h("button", { class: "action", type: "button", "aria-label": `${label}: ${time}`, onclick }, label),
  );
}
