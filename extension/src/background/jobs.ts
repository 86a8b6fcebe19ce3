// The captures of this background's life, as the popup shows them. What must outlive it is in the outbox; this is the
// view of it, and may be lost.

import type { Uuid } from "../protocol/messages.ts";
import type { Edits } from "./outbox-store.ts";
import { pageKey } from "./page-kind.ts";
import type { JobStage, JobView } from "./ui-messages.ts";

export interface Job {
  view: JobView;
  readonly private: boolean;
  readonly abort: AbortController;
  /** Where it was shown already, if a snapshot took the place of another. */
  readonly replaces?: Uuid;
}

/** Kept within so long: a click shows that instead of keeping once more. */
export const recently = 60_000;
const active: JobStage[] = ["reading", "resources", "waiting", "sending"];
const remembered = 50;

export class Jobs {
  readonly #jobs = new Map<Uuid, Job>();
  readonly #listeners = new Set<(job: Job) => void>();

  add(job: Job): void {
    this.#jobs.set(job.view.capture, job);
    for (const [capture, old] of this.#jobs) {
      if (this.#jobs.size <= remembered) break;
      if (!active.includes(old.view.stage)) this.#jobs.delete(capture);
    }
    this.#tell(job);
  }

  get(capture: Uuid): Job | undefined {
    return this.#jobs.get(capture);
  }

  update(capture: Uuid, change: Partial<JobView>): void {
    const job = this.#jobs.get(capture);
    if (!job) return;
    job.view = { ...job.view, ...change };
    this.#tell(job);
  }

  /** The newest job of a whole page that is under way, or was kept within the last minute. */
  current(url: string, now: number): Job | undefined {
    const key = pageKey(url);
    return [...this.#jobs.values()].findLast(({ view }) => {
      if (pageKey(view.url) !== key || view.scope) return false;
      // What waits for a host may wait for days; that is no reason not to keep the page as it is now.
      if (view.stage === "waiting") return now - view.startedAt < recently;
      if (active.includes(view.stage)) return true;
      return view.stage === "kept" && now - (view.keptAt ?? 0) < recently;
    });
  }

  get working(): number {
    return [...this.#jobs.values()].filter(
      ({ view }) => active.includes(view.stage) && view.stage !== "waiting",
    ).length;
  }

  /** Resolves when nothing is read or sent. */
  quiet(): Promise<void> {
    return new Promise((resolve) => {
      if (this.working === 0) return resolve();
      const stop = this.onChange(() => {
        if (this.working > 0) return;
        stop();
        resolve();
      });
    });
  }

  /** Resolves when this one is in none of these stages. */
  beyond(capture: Uuid, ...stages: JobStage[]): Promise<void> {
    const isThere = () => {
      const stage = this.#jobs.get(capture)?.view.stage;
      return stage !== undefined && stages.includes(stage);
    };
    return new Promise((resolve) => {
      if (!isThere()) return resolve();
      const stop = this.onChange(() => {
        if (isThere()) return;
        stop();
        resolve();
      });
    });
  }

  onChange(listener: (job: Job) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(job: Job): void {
    for (const listener of [...this.#listeners]) listener(job);
  }
}

export function noEdits(): Edits {
  return { addTags: [], removeTags: [] };
}
