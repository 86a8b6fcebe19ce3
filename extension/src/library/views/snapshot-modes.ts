// The ways to look at a snapshot: one at a time, made when it is first chosen, and left as it is while another is shown.
import { h } from "../../ui/dom.ts";
import { t } from "../../ui/text.ts";

export interface Mode {
  name: "page" | "reader" | "picture";
  label: string;
  make(): HTMLElement;
}

export class ModeSwitch {
  /** The buttons. */
  readonly element: HTMLElement;
  readonly #stage: HTMLElement;
  readonly #modes: Mode[];
  readonly #buttons: HTMLButtonElement[];
  readonly #made = new Map<string, HTMLElement>();

  /** What the buttons choose between is shown in `stage`; `pressed` hears of what the person chose. */
  constructor(stage: HTMLElement, modes: Mode[], pressed: (name: Mode["name"]) => void) {
    this.#stage = stage;
    this.#modes = modes;
    this.#buttons = modes.map(({ name, label }) => {
      const onclick = () => {
        this.choose(name);
        pressed(name);
      };
      return h("button", { type: "button", "data-mode": name, onclick }, label);
    });
    const label = t("library_modes");
    this.element = h("div", { class: "modes", role: "group", "aria-label": label }, ...this.#buttons);
  }

  /** Gives what is shown now; undefined where there is no such way. */
  choose(name: Mode["name"]): HTMLElement | undefined {
    const mode = this.#modes.find((one) => one.name === name) ?? this.#modes[0];
    if (!mode) return undefined;
    let element = this.#made.get(mode.name);
    if (!element) {
      element = mode.make();
      this.#made.set(mode.name, element);
      this.#stage.append(element);
    }
    for (const [other, shown] of this.#made) shown.hidden = other !== mode.name;
    for (const button of this.#buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === mode.name));
    }
    this.#stage.dataset.mode = mode.name;
    return element;
  }
}
