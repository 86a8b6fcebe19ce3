// A part of a page that is built anew only when what it shows changed, so that a focused button stays where it is.
export class Section<T> {
  readonly #element: HTMLElement;
  readonly #build: (shown: T) => (Node | string)[];
  #key: string | undefined;

  constructor(element: HTMLElement, build: (shown: T) => (Node | string)[]) {
    this.#element = element;
    this.#build = build;
  }

  /** `null` hides the section. */
  show(shown: T | null): void {
    const key = JSON.stringify(shown);
    if (key === this.#key) return;
    this.#key = key;
    this.#element.hidden = shown === null;
    this.#element.replaceChildren(...(shown === null ? [] : this.#build(shown)));
  }
}

export function byId<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no element ${id}`);
  return element as T;
}
