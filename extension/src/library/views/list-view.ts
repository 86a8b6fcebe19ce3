// The list: what was kept, newest first, or what a search found, best first. It lives as long as the page: what it shows
// stays until what was asked for next has come, so that typing never blanks it and going back finds it as it was.
import type { LinkItem, PageOf, SearchHit, SearchReply } from "../../protocol/messages.ts";
import type { Reply, WireError } from "../../protocol/reply.ts";
import { h } from "../../ui/dom.ts";
import { plural, t } from "../../ui/text.ts";
import { jobWords } from "./condition-view.ts";
import { linkRow, nameOf } from "./link-row.ts";
import { orFailed, unlessLeft, type ViewContext } from "./view.ts";

const pageSize = 50;
/** How often jobs under way are asked after, in milliseconds, and how many at once. */
const jobPace = 1_000;
const mostFollowed = 20;

export class ListView {
  readonly element: HTMLElement;
  readonly #heading = h("h1", { tabindex: -1 });
  readonly #count = h("p", { class: "count", role: "status" });
  readonly #indexing = h("p", { class: "hint", hidden: true }, t("library_indexing"));
  readonly #list = h("ol", { class: "links" });
  readonly #empty = h("div", { class: "empty", hidden: true });
  readonly #more: HTMLButtonElement;
  #context: ViewContext | undefined;
  #wanted = "";
  #shown: string | undefined;
  /** The first page as it came, to see whether a later look finds the same. */
  #firstPage = "";
  #after: string | null = null;
  #total = 0;
  #loadingMore = false;
  #round = 0;

  constructor() {
    this.#more = h(
      "button",
      { class: "more", type: "button", hidden: true, onclick: () => void this.#loadMore() },
      t("library_more"),
    );
    this.element = h("section", { class: "list" });
    this.#arrange();
    // The next page is fetched when its button comes near; the button itself serves keyboards and slow machines.
    const watcher = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && void this.#loadMore(),
      { rootMargin: "600px" },
    );
    watcher.observe(this.#more);
  }

  /** `context` is of this one visit. */
  async show(context: ViewContext, query: string): Promise<void> {
    this.#context = context;
    this.#wanted = query;
    if (this.#shown === this.#wanted) context.name(this.#heading.textContent ?? "");
    this.element.setAttribute("aria-busy", "true");
    const reply = await unlessLeft(context.signal, this.#ask(context, undefined));
    if (context !== this.#context) return; // something else was asked for meanwhile, or the same again
    this.element.removeAttribute("aria-busy");
    if (!reply) return;
    if (reply.ok) this.#showFirst(context, reply.value);
    else this.#showError(context, reply.error);
  }

  focusFirst(): void {
    (this.#list.querySelector<HTMLElement>("a.title") ?? this.#heading).focus();
  }

  #ask(context: ViewContext, after: string | undefined): Promise<Reply<PageOf<LinkItem> | SearchReply>> {
    const query = this.#wanted;
    const { signal } = context;
    return query.trim()
      ? context.api.request("link.search", { query, limit: pageSize, after }, { signal })
      : context.api.request("link.list", { limit: pageSize, after }, { signal });
  }

  #showFirst(context: ViewContext, page: PageOf<LinkItem> | SearchReply): void {
    context.searchProblem(null);
    this.#arrange();
    this.#indexing.hidden = !("indexing" in page && page.indexing);
    this.#heading.textContent = t(this.#wanted.trim() ? "library_results" : "library_all");
    context.name(this.#heading.textContent);
    const firstPage = JSON.stringify(page);
    if (this.#shown === this.#wanted && firstPage === this.#firstPage) return;
    const hadFocus = this.#list.contains(document.activeElement);
    if (this.#shown && this.#shown !== this.#wanted) document.documentElement.scrollTop = 0;
    this.#shown = this.#wanted;
    this.#firstPage = firstPage;
    this.#list.replaceChildren();
    this.#add(context, page);
    void this.#follow(context);
    if (hadFocus) this.#heading.focus();
  }

  #showError(context: ViewContext, error: WireError): void {
    // Half-typed searches can't be read: an unclosed quotation mark is no reason to take away what was found before.
    if (error.code === "bad_request" && this.#wanted !== "") {
      context.searchProblem(error);
      return;
    }
    this.#shown = undefined;
    const again = () => void this.show(context, this.#wanted);
    this.element.replaceChildren(context.failure(error, again));
  }

  async #loadMore(): Promise<void> {
    const context = this.#context;
    const after = this.#after;
    if (!context || !after || this.#loadingMore || this.#shown !== this.#wanted) return;
    this.#loadingMore = true;
    const reply = await unlessLeft(context.signal, this.#ask(context, after));
    this.#loadingMore = false;
    if (!reply || after !== this.#after || this.#shown !== this.#wanted) return;
    if (!reply.ok) {
      context.failed(reply.error);
      return;
    }
    const hadFocus = document.activeElement === this.#more;
    const last = this.#list.lastElementChild;
    this.#add(context, reply.value);
    if (hadFocus) last?.nextElementSibling?.querySelector<HTMLElement>("a.title")?.focus();
  }

  #add(context: ViewContext, page: PageOf<LinkItem>): void {
    for (const item of page.items) this.#list.append(this.#row(context, item));
    this.#after = page.next;
    this.#more.hidden = page.next === null;
    this.#setTotal(page.total);
  }

  /** Says live what the jobs of the rows on show are at; a row whose job has ended is made anew. */
  async #follow(context: ViewContext): Promise<void> {
    const round = ++this.#round;
    for (;;) {
      await new Promise((wake) => setTimeout(wake, jobPace));
      if (context.signal.aborted || round !== this.#round) return;
      const marks = [...this.#list.querySelectorAll<HTMLElement>("li:not([data-over]) .job[data-job]")];
      const open = marks.filter((mark) => !mark.classList.contains("partial")).slice(0, mostFollowed);
      if (open.length === 0) return;
      for (const mark of open) {
        const id = mark.dataset.job as string;
        const reply = await unlessLeft(context.signal, context.api.request("job.show", { id }));
        if (!reply || round !== this.#round) return;
        if (!reply.ok) continue;
        const { job } = reply.value;
        if (job.state === "queued" || job.state === "running") {
          mark.textContent = jobWords({ ...job, state: job.state });
        } else if (job.link_id) {
          await this.#renew(context, mark.closest("li") as HTMLElement, job.link_id);
        }
      }
    }
  }

  async #renew(context: ViewContext, row: HTMLElement, id: string): Promise<void> {
    row.dataset.over = ""; // asked after once more only when the row is another
    const reply = await unlessLeft(context.signal, context.api.request("link.show", { id }));
    if (!reply?.ok || !row.isConnected) return;
    const hadFocus = row.contains(document.activeElement);
    const fresh = this.#row(context, reply.value.link);
    row.replaceWith(fresh);
    this.#firstPage = ""; // what is on show is not that page any more
    if (hadFocus) fresh.querySelector<HTMLElement>("a.title")?.focus();
  }

  #row(context: ViewContext, item: LinkItem | SearchHit): HTMLElement {
    return linkRow(item, this.#wanted, (row) => void this.#remove(item, row), context.api);
  }

  async #remove(item: LinkItem, row: HTMLElement): Promise<void> {
    const context = this.#context;
    const body = { ids: [item.id] };
    if (!context || !(await orFailed(context, context.api.request("item.remove", body)))) return;
    const next = row.nextElementSibling;
    const shown = this.#shown;
    this.#take(row);
    context.tagsChanged();
    context.toast(t("library_removed", nameOf(item)), {
      label: t("library_undo"),
      run: async () => {
        if (!(await orFailed(context, context.api.request("item.restore", body)))) return;
        context.tagsChanged();
        if (shown !== this.#shown) {
          // The list is another by now; whether the link belongs to it, the library knows.
          if (this.#context) await this.show(this.#context, this.#wanted);
          return;
        }
        this.#list.insertBefore(row, next?.parentNode === this.#list ? next : null);
        this.#setTotal(this.#total + 1);
        row.querySelector<HTMLElement>("a.title")?.focus();
      },
    });
  }

  /** Takes a row away; the focus goes to the same button of its neighbour. */
  #take(row: HTMLElement): void {
    if (!row.isConnected) return;
    const hadFocus = row.contains(document.activeElement);
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.#setTotal(this.#total - 1);
    if (hadFocus) (neighbour?.querySelector<HTMLElement>("button.action") ?? this.#heading).focus();
  }

  #setTotal(total: number): void {
    this.#total = total;
    this.#count.textContent = plural("library_count", total);
    this.#empty.hidden = total > 0;
    this.#empty.replaceChildren(...(total > 0 ? [] : emptyText(this.#wanted)));
  }

  #arrange(): void {
    if (this.#heading.isConnected && this.element.contains(this.#heading)) return;
    this.element.replaceChildren(
      h("header", {}, this.#heading, this.#count),
      this.#indexing,
      this.#list,
      this.#empty,
      this.#more,
    );
  }
}

function emptyText(query: string): HTMLElement[] {
  if (query.trim())
    return [
      h("p", {}, t("library_nothing_found")),
      h("p", { class: "hint" }, t("library_nothing_found_hint")),
    ];
  return [h("p", {}, t("library_empty")), h("p", { class: "hint" }, t("library_empty_hint"))];
}
