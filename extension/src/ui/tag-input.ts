// Tags as removable chips, and an input that offers those of the library while one types (ARIA combobox pattern).

import { defaultLimits, utf8Length } from "../protocol/limits.ts";
import { h } from "./dom.ts";
import { plural, t } from "./text.ts";

export interface TagOffer {
  path: string;
  links: number;
}

export interface TagInputParts {
  offers(prefix: string): Promise<TagOffer[]>;
  added(path: string): void;
  removed(path: string): void;
  /** Where a tag leads, when its chip is to be a link. */
  href?(path: string): string;
}

const pause = 120;

export class TagInput {
  readonly #root: HTMLElement;
  readonly #parts: TagInputParts;
  readonly #input: HTMLInputElement;
  readonly #list: HTMLUListElement;
  #tags: string[] = [];
  #offers: TagOffer[] = [];
  #selected = -1;
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(root: HTMLElement, parts: TagInputParts) {
    this.#root = root;
    this.#parts = parts;
    this.#list = h("ul", { role: "listbox", id: "tag-offers", "aria-label": t("popup_tags"), hidden: true });
    this.#input = h("input", {
      id: "tag-input",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": "tag-offers",
      placeholder: t("popup_add_tag"),
    });
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("blur", () => this.#take(this.#input.value));
    root.classList.add("tag-input");
    root.append(this.#input, this.#list);
  }

  /** Takes what was typed and not ended yet. */
  commit(): void {
    this.#take(this.#input.value);
  }

  show(tags: string[]): void {
    this.#tags = [...tags];
    for (const chip of this.#root.querySelectorAll(".tag")) chip.remove();
    for (const path of this.#tags) this.#input.before(this.#chip(path));
    this.#input.placeholder = tags.length > 0 ? "" : t("popup_add_tag");
  }

  #chip(path: string): HTMLElement {
    const remove = h("button", { type: "button", "aria-label": t("popup_remove_tag", path) }, "×");
    remove.addEventListener("click", () => {
      this.#remove(path);
      this.#input.focus();
    });
    const { href } = this.#parts;
    return h("span", { class: "tag" }, href ? h("a", { href: href(path) }, path) : path, remove);
  }

  #typed(): void {
    this.#input.setCustomValidity("");
    // A comma ends a tag, the Chinese and Japanese ones as well.
    const pieces = this.#input.value.split(/[,，、]/);
    const rest = pieces.pop() ?? "";
    if (pieces.length > 0) {
      for (const piece of pieces) this.#take(piece);
      this.#input.value = rest;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), pause);
  }

  async #ask(): Promise<void> {
    const prefix = this.#input.value.trim();
    const asked = ++this.#asked;
    const offers = prefix ? await this.#parts.offers(prefix) : [];
    if (asked !== this.#asked) return; // typed on meanwhile
    this.#offer(offers.filter(({ path }) => !this.#tags.includes(path)));
  }

  #offer(offers: TagOffer[]): void {
    this.#offers = offers;
    this.#list.replaceChildren(...offers.map((offer, index) => this.#option(offer, index)));
    this.#list.hidden = offers.length === 0;
    this.#input.setAttribute("aria-expanded", String(offers.length > 0));
    this.#select(-1);
  }

  #option({ path, links }: TagOffer, index: number): HTMLElement {
    const count = h("span", { class: "quiet" }, plural("popup_tag_links", links));
    const option = h(
      "li",
      { role: "option", id: `tag-offer-${index}`, "aria-selected": "false" },
      path,
      count,
    );
    // Before the input loses focus, which would take what was typed so far.
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#take(path);
    });
    return option;
  }

  #select(index: number): void {
    this.#selected = index;
    for (const [at, option] of [...this.#list.children].entries()) {
      option.setAttribute("aria-selected", String(at === index));
      if (at === index) option.scrollIntoView({ block: "nearest" });
    }
    if (index >= 0) this.#input.setAttribute("aria-activedescendant", `tag-offer-${index}`);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return; // Enter and arrows belong to the input method
    const count = this.#offers.length;
    if (event.key === "Enter") {
      event.preventDefault();
      this.#take(this.#offers[this.#selected]?.path ?? this.#input.value);
    } else if (event.key === "ArrowDown" && count > 0) {
      event.preventDefault();
      this.#select((this.#selected + 1) % count);
    } else if (event.key === "ArrowUp" && count > 0) {
      event.preventDefault();
      this.#select(this.#selected <= 0 ? count - 1 : this.#selected - 1);
    } else if (event.key === "Escape" && count > 0) {
      event.preventDefault();
      this.#offer([]);
    } else if (event.key === "Backspace" && this.#input.value === "") {
      const last = this.#tags.at(-1);
      if (last) this.#remove(last);
    }
  }

  #take(typed: string): void {
    const path = cleanTag(typed);
    if (path !== "" && !fits(path)) {
      this.#input.setCustomValidity(t("popup_tag_too_long"));
      this.#input.reportValidity();
      return;
    }
    clearTimeout(this.#timer);
    this.#asked++;
    this.#input.value = "";
    this.#offer([]);
    if (path === "" || this.#tags.includes(path)) return;
    this.show([...this.#tags, path]);
    this.#parts.added(path);
  }

  #remove(path: string): void {
    this.show(this.#tags.filter((tag) => tag !== path));
    this.#parts.removed(path);
  }
}

/** Levels without the white space around them, and without empty ones. */
export function cleanTag(typed: string): string {
  const levels = typed.toWellFormed().split("/");
  return levels
    .map((level) => level.trim())
    .filter((level) => level !== "")
    .join("/");
}

function fits(path: string): boolean {
  return utf8Length(path) <= defaultLimits.tag && path.split("/").length <= defaultLimits.tag_depth;
}
