// The trash: links with all their snapshots, and snapshots of links that stay. Each can be taken back or destroyed; what
// destroys asks first, in its place.
import type { MessageBody, PageOf, TrashEntry } from "../../protocol/messages.ts";
import { h } from "../../ui/dom.ts";
import { formatBytes, formatDate, formatNumber, plural, readableUrl, t } from "../../ui/text.ts";
import { action, nameOf } from "./link-row.ts";
import { orFailed, unlessLeft, type ViewContext } from "./view.ts";

const pageSize = 50;

export function trashView(context: ViewContext): HTMLElement {
  return new TrashView(context).element;
}

class TrashView {
  readonly element = h("section", { class: "list trash" });
  readonly #context: ViewContext;
  readonly #heading = h("h1", { tabindex: -1 }, t("library_trash"));
  readonly #count = h("p", { class: "count", role: "status" });
  readonly #emptyAll: HTMLButtonElement;
  readonly #list = h("ol", { class: "links" });
  readonly #empty = h("p", { class: "empty", hidden: true }, t("library_trash_empty"));
  readonly #more: HTMLButtonElement;
  #after: string | null = null;
  #total = 0;

  constructor(context: ViewContext) {
    this.#context = context;
    this.#emptyAll = h(
      "button",
      { type: "button", class: "button", onclick: () => this.#askAboutAll() },
      t("library_trash_empty_all"),
    );
    this.#more = h(
      "button",
      { class: "more", type: "button", hidden: true, onclick: () => void this.#load(this.#after) },
      t("library_more"),
    );
    context.name(t("library_trash"));
    void this.#load(null);
  }

  async #load(after: string | null): Promise<void> {
    const { api, signal } = this.#context;
    this.#more.disabled = true;
    const body = { limit: pageSize, ...(after ? { after } : {}) };
    const reply = await unlessLeft(signal, api.request("trash.list", body, { signal }));
    this.#more.disabled = false;
    if (!reply) return;
    if (reply.ok) this.#show(reply.value, after === null);
    else if (after) this.#context.failed(reply.error);
    else this.element.replaceChildren(this.#context.failure(reply.error, () => void this.#load(null)));
  }

  #show(page: PageOf<TrashEntry>, first: boolean): void {
    if (first) {
      this.element.replaceChildren(
        h("header", {}, this.#heading, this.#count, this.#emptyAll),
        this.#list,
        this.#empty,
        this.#more,
      );
      this.#list.replaceChildren();
    }
    const rows = page.items.map((entry) => this.#row(entry));
    this.#list.append(...rows);
    if (!first) rows[0]?.querySelector<HTMLElement>("button")?.focus();
    this.#after = page.next;
    this.#more.hidden = page.next === null;
    this.#setTotal(page.total);
  }

  #row(entry: TrashEntry): HTMLElement {
    const name = nameOf(entry);
    const actions = h("span", { class: "actions" });
    const row = h(
      "li",
      { class: "link" },
      h("h2", {}, name),
      h("span", { class: "address", title: entry.url }, readableUrl(entry.url)),
      h(
        "div",
        { class: "facts" },
        h("time", { datetime: entry.trashed_at }, t("library_trash_since", formatDate(entry.trashed_at))),
        entry.ends_at
          ? h("time", { datetime: entry.ends_at }, t("library_trash_until", formatDate(entry.ends_at)))
          : null,
        h(
          "span",
          {},
          entry.kind === "link"
            ? t("library_versions", formatNumber(entry.snapshots))
            : t("library_trash_version"),
        ),
        h("span", {}, formatBytes(entry.size_stored)),
        actions,
      ),
    );
    actions.append(
      action(t("library_restore"), name, () => void this.#restore(entry, row)),
      action(t("library_trash_destroy"), name, () =>
        ask(row, t("library_trash_ask_one", name), () => this.#destroyOne(entry, row)),
      ),
    );
    return row;
  }

  async #restore(entry: TrashEntry, row: HTMLElement): Promise<void> {
    const restoring = this.#context.api.request("item.restore", { ids: [entry.id] });
    if (!(await orFailed(this.#context, restoring))) return;
    this.#take(row);
    this.#context.tagsChanged();
    this.#context.toast(t("library_restored", nameOf(entry)));
  }

  #askAboutAll(): void {
    const header = this.element.querySelector("header");
    if (header) ask(header, t("library_trash_ask_all"), () => this.#destroyAll());
  }

  async #destroyOne(entry: TrashEntry, row: HTMLElement): Promise<void> {
    if (await this.#destroy({ ids: [entry.id] }, t("library_trash_destroyed", nameOf(entry))))
      this.#take(row);
  }

  async #destroyAll(): Promise<void> {
    if (!(await this.#destroy({ all: true }, t("library_trash_empty")))) return;
    this.#heading.focus();
    await this.#load(null);
  }

  async #destroy(what: MessageBody<"trash.empty">, done: string): Promise<boolean> {
    const reply = await orFailed(this.#context, this.#context.api.request("trash.empty", what));
    if (!reply) return false;
    this.#context.toast(reply.wiped ? done : `${done} ${t("library_trash_unwiped")}`);
    return true;
  }

  /** Takes a row away; the focus goes to its neighbour. */
  #take(row: HTMLElement): void {
    if (!row.isConnected) return;
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.#setTotal(this.#total - 1);
    (neighbour?.querySelector<HTMLElement>("button.action") ?? this.#heading).focus();
  }

  #setTotal(total: number): void {
    this.#total = total;
    this.#count.textContent = plural("library_trash_count", total);
    this.#empty.hidden = total > 0;
    this.#emptyAll.hidden = total === 0;
  }
}

/** Asks in the place that it is about; the focus waits on the answer that destroys nothing. */
function ask(place: Element, question: string, yes: () => Promise<void>): void {
  place.querySelector(".ask .no")?.dispatchEvent(new Event("click"));
  const asker = document.activeElement;
  const close = () => {
    asking.remove();
    if (asker instanceof HTMLElement && asker.isConnected) asker.focus();
  };
  const no = h("button", { type: "button", class: "no", onclick: close }, t("library_trash_no"));
  const run = async (): Promise<void> => {
    for (const button of asking.querySelectorAll("button")) button.disabled = true;
    await yes();
    close();
  };
  const asking = h(
    "div",
    {
      class: "ask",
      role: "alertdialog",
      "aria-label": question,
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        close();
      },
    },
    h("p", {}, question),
    no,
    h("button", { type: "button", class: "yes", onclick: () => void run() }, t("library_trash_destroy")),
  );
  place.append(asking);
  no.focus();
}
