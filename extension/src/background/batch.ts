// Several pages at once: all tabs of a window, or a list of addresses. A few at a time, each with its own outcome, told
// as one list. Ends by itself; the person may stop what has not begun.

import type { Jobs } from "./jobs.ts";
import type { BatchEntry, BatchView, Failure, JobView } from "./ui-messages.ts";

export interface BatchPage {
  url: string;
  title: string;
  /** Reads the page. "handed_over": the library's program fetches it. Rejects when nothing was kept. */
  keep(): Promise<JobView | "handed_over">;
}

/** Pages that are read at the same time: more make the browser slow and nothing faster. */
export const together = 3;

export class Batch {
  readonly #entries: BatchEntry[];
  readonly #pages: BatchPage[];
  readonly #changed: (view: BatchView) => void;
  readonly #captures = new Map<string, BatchEntry>();
  readonly #jobs: Jobs;
  #next = 0;
  #stopFollowing: () => void = () => {};

  constructor(pages: BatchPage[], jobs: Jobs, changed: (view: BatchView) => void) {
    this.#pages = pages;
    this.#jobs = jobs;
    this.#changed = changed;
    this.#entries = pages.map(({ url, title }) => ({ url, title, state: "queued" }));
  }

  get view(): BatchView {
    return { entries: structuredClone(this.#entries), running: this.#entries.some(isOpen) };
  }

  /** Resolves when every page was read, refused or skipped. What was read may still be on its way to the library. */
  async run(): Promise<void> {
    this.#stopFollowing = this.#jobs.onChange(({ view }) => this.#follow(view));
    this.#tell();
    await Promise.all(Array.from({ length: together }, () => this.#work()));
  }

  /** What has not begun is skipped. */
  stop(): void {
    for (const entry of this.#entries) if (entry.state === "queued") entry.state = "skipped";
    this.#next = this.#pages.length;
    this.#tell();
  }

  /** Nobody looks any more: what reaches the library from now on is not told. */
  forget(): void {
    this.#stopFollowing();
  }

  async #work(): Promise<void> {
    for (;;) {
      const number = this.#next++;
      const page = this.#pages[number];
      const entry = this.#entries[number];
      if (!page || !entry) return;
      entry.state = "reading";
      this.#tell();
      try {
        const outcome = await page.keep();
        if (outcome === "handed_over") entry.state = outcome;
        else {
          this.#captures.set(outcome.capture, entry);
          this.#follow(this.#jobs.get(outcome.capture)?.view ?? outcome);
        }
      } catch {
        entry.state = "refused";
        entry.failure = "internal";
      }
      this.#tell();
    }
  }

  #follow(view: JobView): void {
    const entry = this.#captures.get(view.capture);
    const state = entry && stateOf(view);
    if (!state || entry.state === state) return;
    entry.state = state;
    if (view.title) entry.title = view.title;
    if (state === "refused") entry.failure = view.failure ?? ("internal" satisfies Failure);
    this.#tell();
  }

  #tell(): void {
    this.#changed(this.view);
  }
}

function isOpen({ state }: BatchEntry): boolean {
  return state === "queued" || state === "reading";
}

function stateOf({ stage }: JobView): BatchEntry["state"] | null {
  switch (stage) {
    case "kept":
      return "kept";
    case "refused":
    case "failed":
    case "undone":
      return "refused";
    case "waiting":
    case "sending":
      return "waiting";
    default:
      return null;
  }
}
