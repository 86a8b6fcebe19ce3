// The search field: searches as one types, when the keys have rested, and says beside it what can't be read.
import type { WireError } from "../protocol/reply.ts";
import { h } from "../ui/dom.ts";
import { t } from "../ui/text.ts";

const rest = 200; // milliseconds

export interface SearchBoxParts {
  /** `typing`: more may come; otherwise Enter was pressed. */
  search(query: string, typing: boolean): void;
  /** The person wants to go on to what was found. */
  toResults(): void;
}

export class SearchBox {
  readonly element: HTMLFormElement;
  readonly #input: HTMLInputElement;
  readonly #problem: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: SearchBoxParts) {
    this.#problem = h("p", { id: "search-problem", class: "problem", role: "status", hidden: true });
    this.#input = h("input", {
      type: "search",
      name: "q",
      placeholder: t("library_search"),
      "aria-label": t("library_search"),
      "aria-describedby": "search-problem",
      autocomplete: "off",
      spellcheck: "false",
    });
    const search = (typing: boolean) => {
      clearTimeout(this.#timer);
      parts.search(this.query, typing);
    };
    const later = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => search(true), rest);
    };
    this.#input.addEventListener("input", (event) => {
      // What an input method is still composing is not a word yet.
      if (!(event as InputEvent).isComposing) later();
    });
    this.#input.addEventListener("compositionend", later);
    this.#input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape" && this.#input.value !== "") {
        event.preventDefault();
        this.#input.value = "";
        search(true);
      } else if (event.key === "ArrowDown") {
        event.preventDefault();
        parts.toResults();
      }
    });
    this.element = h(
      "form",
      {
        role: "search",
        onsubmit: (event: Event) => {
          event.preventDefault();
          search(false);
        },
      },
      this.#input,
      this.#problem,
    );
  }

  /** A space at the end stays: it says that the last word is whole (docs/search.md). */
  get query(): string {
    return this.#input.value.trimStart();
  }

  /** Writes to the field only what is not there already, so that the caret stays where it is. */
  show(query: string): void {
    if (this.query === query) return;
    clearTimeout(this.#timer);
    this.#input.value = query;
  }

  /** Forgets what was typed and not searched for yet: the person went elsewhere. */
  leave(): void {
    clearTimeout(this.#timer);
  }

  showProblem(error: WireError | null): void {
    this.#problem.hidden = error === null;
    this.#problem.replaceChildren(
      ...(error ? [h("span", { lang: "en" }, error.message), " ", t("library_query_wrong")] : []),
    );
    if (error) this.#input.setAttribute("aria-invalid", "true");
    else this.#input.removeAttribute("aria-invalid");
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }
}
