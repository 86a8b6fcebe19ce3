// Adding by address on the library page: one goes by a tab of this browser first, several go to the library's own
// program, and more than twenty are asked about.
import { browser } from "../platform/browser.ts";
import { addAddress, answerText } from "../ui/add-address.ts";
import { h } from "../ui/dom.ts";
import { errorText } from "../ui/error-text.ts";
import { plural, t } from "../ui/text.ts";
import { typedAddresses } from "../ui/typed-address.ts";
import type { LibraryApi } from "./api/library-api.ts";
import { routeHash } from "./routes.ts";

/** From here on a click is asked about once more. */
const many = 20;
const allSites = { origins: ["<all_urls>"] };

export class AddBox {
  readonly element: HTMLFormElement;
  readonly #api: LibraryApi;
  readonly #added: () => void;
  readonly #field: HTMLInputElement;
  readonly #button: HTMLButtonElement;
  readonly #said = h("p", { class: "said", role: "status", hidden: true });
  readonly #question = h("div", { class: "question", hidden: true });
  /** Known before the click, because browsers take no request for access after anything was awaited. */
  #access = false;

  constructor(api: LibraryApi, added: () => void) {
    this.#api = api;
    this.#added = added;
    this.#field = h("input", {
      id: "add-address",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": t("add_label"),
      placeholder: t("add_placeholder"),
    });
    this.#button = h("button", { type: "submit", class: "main" }, t("add_button"));
    this.element = h(
      "form",
      {
        class: "add",
        onsubmit: (event: Event) => {
          event.preventDefault();
          this.#submit();
        },
      },
      h("div", { class: "row" }, this.#field, this.#button),
      this.#question,
      this.#said,
    );
    void browser.permissions.contains(allSites).then((has) => {
      this.#access = has;
    });
  }

  #submit(): void {
    const { urls, wrong } = typedAddresses(this.#field.value);
    this.#ask(null);
    const [first] = urls;
    if (wrong.length > 0) this.#say(t("add_unfit", wrong.join(" · ")), true);
    else if (first === undefined) this.#say(t("add_nothing"), true);
    else if (urls.length > many) this.#ask(urls);
    else if (urls.length > 1) void this.#addAll(urls);
    else if (this.#access) void this.#addOne(first, false);
    else this.#askAccess(first);
  }

  /** Must be called directly out of the click. */
  #askAccess(url: string): void {
    browser.permissions.request(allSites).then(
      (granted) => {
        this.#access = granted;
        void this.#addOne(url, !granted);
      },
      () => void this.#addOne(url, false), // the browser would not put the question
    );
  }

  #ask(urls: string[] | null): void {
    this.#question.hidden = urls === null;
    this.#question.replaceChildren();
    if (!urls) return;
    const close = () => this.#ask(null);
    this.#question.append(
      h("p", {}, t("add_many", urls.length)),
      h(
        "div",
        { class: "row" },
        h(
          "button",
          {
            type: "button",
            class: "main",
            onclick: () => {
              close();
              void this.#addAll(urls);
            },
          },
          t("several_many_yes"),
        ),
        h("button", { type: "button", onclick: close }, t("several_many_no")),
      ),
    );
  }

  async #addOne(url: string, refused: boolean): Promise<void> {
    this.#busy(true);
    this.#say(t("add_opening"));
    const answer = await addAddress(url, refused);
    this.#busy(false);
    this.#say(answerText(answer), answer.by === "nobody", answer.by === "host");
    if (answer.by !== "nobody") this.#done();
  }

  async #addAll(urls: string[]): Promise<void> {
    this.#busy(true);
    const failed: string[] = [];
    let done = 0;
    for (const url of urls) {
      const reply = await this.#api.request("link.add", { url });
      if (!reply.ok) failed.push(`${url}: ${errorText(reply.error)}`);
      this.#say(t("add_progress", ++done, urls.length));
    }
    this.#busy(false);
    const queued = urls.length - failed.length;
    this.#say([plural("add_queued", queued), ...failed].join(" · "), failed.length > 0, queued > 0);
    if (queued > 0) this.#done();
  }

  #done(): void {
    this.#field.value = "";
    this.#added();
  }

  #busy(busy: boolean): void {
    this.#button.disabled = busy;
    this.element.toggleAttribute("aria-busy", busy);
  }

  #say(words: string, bad = false, jobs = false): void {
    this.#said.hidden = words === "";
    this.#said.classList.toggle("bad", bad);
    this.#said.replaceChildren(words);
    if (jobs) this.#said.append(" ", h("a", { href: routeHash({ view: "jobs" }) }, t("library_jobs")));
  }
}
