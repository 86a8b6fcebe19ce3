// Compares what was seen with what is kept, once a snapshot is committed and nothing else is under way. One at a time, and
// never in the way: whatever goes wrong, the snapshot is there and merely not compared.
import { hashAddress } from "../../capture/measure/hash.ts";
import { wantedOf } from "../../capture/measure/wanted.ts";
import type { LibraryApi } from "../../library/api/library-api.ts";
import type { Fidelity, MessageReply, Resource, Uuid } from "../../protocol/messages.ts";
import type { Reply } from "../../protocol/reply.ts";
import { compare } from "./compare.ts";
import type { ReplayRequest } from "./measure-replay.ts";
import type { MeasureStore, WaitingMeasure } from "./measure-store.ts";
import type { KeptPart, LivePage, ReplayDocument } from "./pages.ts";

export interface DeskParts {
  store: MeasureStore;
  api: LibraryApi;
  /** Whether the host has a place for the result. */
  hostKnows(): Promise<boolean>;
  measureReplay(request: ReplayRequest): Promise<ReplayDocument[] | null>;
  /** Resolves when no capture is under way. */
  quiet(): Promise<void>;
  measured(capture: Uuid, fidelity: Fidelity): void;
  /** Nothing is left to compare. */
  done(): Promise<void>;
  /** Keeps the host, and with it this background, until the answer is called. */
  hold(): () => void;
  now(): number;
}

const mostAttempts = 2;

export class FidelityDesk {
  readonly #parts: DeskParts;
  readonly #committed = new Map<Uuid, Uuid>();
  #running: Promise<void> | null = null;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** The live page of a capture is being measured. */
  async seen(capture: Uuid, measuring: Promise<LivePage | null>): Promise<void> {
    const page = await measuring.catch(() => null);
    if (!page) return;
    // The commit may have been quicker.
    const snapshot = this.#committed.get(capture);
    await this.#parts.store.put({
      capture,
      page,
      at: this.#parts.now(),
      attempts: 0,
      ...(snapshot ? { snapshot } : {}),
    });
    if (snapshot ?? this.#committed.get(capture)) await this.#begin(capture);
  }

  async committed(capture: Uuid, snapshot: Uuid): Promise<void> {
    this.#committed.set(capture, snapshot);
    await this.#begin(capture);
  }

  /** Undone, or failed: there is nothing to compare with. */
  async forget(capture: Uuid): Promise<void> {
    this.#committed.delete(capture);
    await this.#parts.store.remove(capture);
  }

  /** Goes on with what an earlier background did not come to. Resolves when nothing is left. */
  resume(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #begin(capture: Uuid): Promise<void> {
    const waiting = await this.#parts.store.get(capture);
    const snapshot = this.#committed.get(capture);
    if (!waiting || !snapshot) return;
    if (!waiting.snapshot) await this.#parts.store.put({ ...waiting, snapshot });
    await this.resume();
  }

  async #run(): Promise<void> {
    if ((await this.#next()) === undefined) return;
    const release = this.#parts.hold();
    try {
      await this.#compareAll();
    } finally {
      release();
      await this.#parts.done();
    }
  }

  async #next(): Promise<WaitingMeasure | undefined> {
    return (await this.#parts.store.all()).findLast(({ snapshot }) => snapshot !== undefined);
  }

  async #compareAll(): Promise<void> {
    const { store } = this.#parts;
    for (;;) {
      const next = await this.#next();
      if (!next?.snapshot) return;
      await this.#parts.quiet();
      const attempts = next.attempts + 1;
      if (attempts < mostAttempts) await store.put({ ...next, attempts });
      else await store.remove(next.capture);
      const fidelity = await this.#compare(next, next.snapshot).catch(() => undefined);
      await store.remove(next.capture);
      this.#committed.delete(next.capture);
      if (fidelity) this.#parts.measured(next.capture, fidelity);
    }
  }

  async #compare({ page }: WaitingMeasure, snapshot: Uuid): Promise<Fidelity | undefined> {
    if (!(await this.#parts.hostKnows())) return undefined;
    const wanted = wantedOf(page.documents.map(({ measure }) => measure));
    const replay = await this.#parts.measureReplay({ snapshot, viewport: page.viewport, wanted });
    const parts = replay && (await this.#keptParts(snapshot));
    const fidelity = parts && compare(page, replay, parts);
    if (!fidelity) return undefined;
    const kept = await this.#parts.api.request("snapshot.measured", { id: snapshot, fidelity });
    return kept.ok ? fidelity : undefined;
  }

  async #keptParts(id: Uuid): Promise<KeptPart[] | undefined> {
    const parts: Resource[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const reply: Reply<MessageReply<"snapshot.show">> = await this.#parts.api.request("snapshot.show", {
        id,
        after,
      });
      if (!reply.ok) return undefined;
      parts.push(...reply.value.resources, ...reply.value.missing);
      after = reply.value.next;
    }
    return parts.map(({ n, role, url, status }) => ({
      n,
      role,
      status,
      url: url === "" ? 0 : hashAddress(url),
    }));
  }
}
