// Measures of live pages that wait for their snapshot to be committed and compared. In the browser's memory alone
// (storage.session): they survive the end of this background, not that of the browser, and nothing of a page comes onto
// the disk. A measure that is lost makes a snapshot that was not compared, nothing else.
import type { Uuid } from "../../protocol/messages.ts";
import type { LivePage } from "./pages.ts";

export interface WaitingMeasure {
  capture: Uuid;
  page: LivePage;
  /** Milliseconds since 1970. */
  at: number;
  /** The snapshot is committed: it can be compared. */
  snapshot?: Uuid;
  /** How often a comparison was begun; one that ends the background must not be begun for ever. */
  attempts: number;
}

/** The part of browser.storage.session that is used. */
export interface SessionArea {
  get(keys: null): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(keys: string[]): Promise<void>;
}

const prefix = "fidelity.";
/** storage.session holds 10 MB in all. */
const mostWaiting = 12;
const mostBytes = 600_000;

export class MeasureStore {
  readonly #area: SessionArea;

  constructor(area: SessionArea) {
    this.#area = area;
  }

  /** Whether it was kept: pages with very many frames are not. The oldest makes room. */
  async put(measure: WaitingMeasure): Promise<boolean> {
    if (JSON.stringify(measure).length > mostBytes) return false;
    const others = (await this.all()).filter(({ capture }) => capture !== measure.capture);
    const old = others.slice(0, Math.max(0, others.length - mostWaiting + 1));
    if (old.length > 0) await this.#area.remove(old.map(({ capture }) => prefix + capture));
    await this.#area.set({ [prefix + measure.capture]: measure });
    return true;
  }

  async get(capture: Uuid): Promise<WaitingMeasure | undefined> {
    return (await this.all()).find((one) => one.capture === capture);
  }

  /** The oldest first. */
  async all(): Promise<WaitingMeasure[]> {
    const items = await this.#area.get(null);
    return Object.entries(items)
      .filter(([key]) => key.startsWith(prefix))
      .map(([, value]) => value as WaitingMeasure)
      .sort((one, other) => one.at - other.at);
  }

  async remove(capture: Uuid): Promise<void> {
    await this.#area.remove([prefix + capture]);
  }
}
