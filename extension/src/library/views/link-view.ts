// One link: its title, note and tags to edit, and its versions.
import type { LinkItem, SnapshotSummary } from "../../protocol/messages.ts";
import { h } from "../dom.ts";
import { routeHash, tagQuery } from "../routes.ts";
import { formatTime, readableUrl, t } from "../text.ts";
import { orShow, type ViewContext } from "./view.ts";

export function linkView(context: ViewContext, id: string): HTMLElement {
  const section = h("section", { class: "detail" });
  const show = async () => {
    const reply = await orShow(context, context.api.request("link.show", { id }, context));
    if (reply) section.replaceChildren(...detail(context, reply.link, reply.snapshots));
  };
  void show();
  return section;
}

function detail(context: ViewContext, link: LinkItem, snapshots: SnapshotSummary[]): HTMLElement[] {
  const save = async (change: { title?: string; note?: string }) => {
    if (await orShow(context, context.api.request("link.edit", { id: link.id, ...change }, context))) {
      context.toast(t("library_saved"));
    }
  };
  const title = h("input", {
    id: "title",
    value: link.title,
    onchange: () => save({ title: title.value.trim() }),
  });
  const note = h("textarea", { id: "note", rows: 4, onchange: () => save({ note: note.value }) }, link.note);
  return [
    h("header", {}, h("h1", {}, link.title || readableUrl(link.url))),
    h("p", { class: "address" }, h("a", { href: link.url, target: "_blank", rel: "noreferrer" }, link.url)),
    h("label", { for: "title" }, t("library_title")),
    title,
    h("label", { for: "new-tag" }, t("library_tags")),
    tagEditor(context, link),
    h("label", { for: "note" }, t("library_note")),
    note,
    h("h2", {}, t("library_versions_heading")),
    h("ol", { class: "versions" }, ...snapshots.map((snapshot) => version(context, snapshot))),
  ];
}

function version(context: ViewContext, snapshot: SnapshotSummary): HTMLElement {
  const trashed = snapshot.state === "trashed";
  const toggle = async () => {
    const type = trashed ? "item.restore" : "item.remove";
    if (await orShow(context, context.api.request(type, { ids: [snapshot.id] }, context))) {
      element.replaceWith(version(context, { ...snapshot, state: trashed ? "complete" : "trashed" }));
    }
  };
  const element = h(
    "li",
    { class: trashed ? "trashed" : "" },
    h(
      "a",
      { href: routeHash({ view: "snapshot", id: snapshot.id, query: "" }) },
      formatTime(snapshot.taken_at),
    ),
    h("span", { class: "engine" }, t(`library_engine_${snapshot.engine}`)),
    snapshot.state === "partial" ? h("span", { class: "partial" }, t("library_partial")) : null,
    h("span", { class: "spring" }),
    h(
      "button",
      { class: "action", type: "button", onclick: toggle },
      t(trashed ? "library_restore" : "library_remove"),
    ),
  );
  return element;
}

function tagEditor(context: ViewContext, link: LinkItem): HTMLElement {
  const chips = h("span", { class: "chips" });
  const choices = h("datalist", { id: "known-tags" });
  const input = h("input", {
    id: "new-tag",
    list: "known-tags",
    placeholder: t("library_add_tag"),
    autocomplete: "off",
    oninput: () => suggest(),
    onkeydown: (event: KeyboardEvent) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        void change([input.value], []);
      }
    },
  });

  function draw(tags: string[]): void {
    chips.replaceChildren(
      ...tags.map((tag) =>
        h(
          "span",
          { class: "tag" },
          h("a", { href: routeHash({ view: "list", query: tagQuery(tag), trash: false }) }, tag),
          h(
            "button",
            { type: "button", "aria-label": t("library_remove_tag", tag), onclick: () => change([], [tag]) },
            "×",
          ),
        ),
      ),
    );
  }

  async function change(add: string[], remove: string[]): Promise<void> {
    const wanted = add.map((tag) => tag.trim()).filter((tag) => tag !== "");
    if (wanted.length === 0 && remove.length === 0) return;
    const reply = await orShow(
      context,
      context.api.request("link.tag", { ids: [link.id], add: wanted, remove }, context),
    );
    const changed = reply?.items[0];
    if (!changed) return;
    draw(changed.tags);
    input.value = "";
  }

  async function suggest(): Promise<void> {
    const prefix = input.value.trim();
    const reply = await context.api.request("tag.list", { prefix, limit: 12 }, context);
    if (reply.ok && input.value.trim() === prefix) {
      choices.replaceChildren(...reply.value.items.map(({ path }) => h("option", { value: path })));
    }
  }

  draw(link.tags);
  return h("div", { class: "tags" }, chips, input, choices);
}
