// The outbox: every capture is kept here, piece by piece, until the host has committed it. Captures of private windows
// are kept in memory alone.

import { fitUtf8, outboxLimit } from "../protocol/limits.ts";
import type { CapturedPage, Uuid } from "../protocol/messages.ts";
import { uuid7 } from "../protocol/uuid.ts";
import type { CaptureWriter, ObjectRef, PartDraft } from "./capture-writer.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Edits, OutboxRecord, OutboxStore } from "./outbox-store.ts";

/** The outbox (or the disk) is full. Nothing of this capture stays. */
export class OutboxFullError extends Error {
  readonly limitedBy: "limit" | "disk";
  constructor(cause: "limit" | "disk") {
    super(cause === "limit" ? "the outbox holds as much as it may" : "the browser has no room left");
    this.name = "OutboxFullError";
    this.limitedBy = cause;
  }
}

/** The capture was stopped while pieces were still arriving. */
export class WriterClosedError extends Error {
  constructor() {
    super("this capture was stopped");
    this.name = "WriterClosedError";
  }
}

export interface NewEntry {
  kind: OutboxRecord["kind"];
  url: string;
  title: string;
  /** From a private window: never written to the disk. */
  private: boolean;
}

export class Outbox {
  readonly #disk: OutboxStore;
  readonly #memory: OutboxStore;
  readonly #limit: number;
  readonly #private = new Set<Uuid>();
  #used: Promise<Map<Uuid, number>> | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(disk: OutboxStore, memory: OutboxStore, limit: number = outboxLimit) {
    this.#disk = disk;
    this.#memory = memory;
    this.#limit = limit;
  }

  /**
   * To be called once, before anything is captured: gives the captures that were still arriving when the last
   * background ended. Their pieces are removed, for a page that was half read can't be read on.
   */
  async recover(): Promise<OutboxRecord[]> {
    const interrupted = (await this.#disk.records()).filter(({ stage }) => stage === "capturing");
    for (const { capture } of interrupted) await this.#disk.remove(capture);
    this.#used = null;
    return interrupted;
  }

  /** Oldest first. */
  async records(): Promise<OutboxRecord[]> {
    const all = [...(await this.#disk.records()), ...(await this.#memory.records())];
    return all.sort((a, b) => a.createdAt - b.createdAt);
  }

  storeOf(capture: Uuid): OutboxStore {
    return this.#private.has(capture) ? this.#memory : this.#disk;
  }
  /** Captures of private windows are here, which go when the background ends. */
  get holdsPrivate(): boolean {
    return this.#private.size > 0;
  }


  async record(capture: Uuid): Promise<OutboxRecord | undefined> {
    return this.storeOf(capture).record(capture);
  }

  /** Changes a record that is there; gives false when it is gone. */
  change(capture: Uuid, change: Partial<OutboxRecord>): Promise<boolean> {
    return this.#inTurn(async () => {
      const store = this.storeOf(capture);
      const record = await store.record(capture);
      if (!record) return false;
      await store.putRecord({ ...record, ...change });
      return true;
    });
  }

  /** Puts a record back that was removed after its commit: the person edited what had been sent. */
  restore(record: OutboxRecord, isPrivate: boolean): Promise<void> {
    return this.#inTurn(async () => {
      if (isPrivate) this.#private.add(record.capture);
      await this.#put(record);
    });
  }

  remove(capture: Uuid): Promise<void> {
    return this.#inTurn(() => this.#remove(capture));
  }

  /** Removes a committed capture unless its edits changed since `told` was told to the host. */
  settle(capture: Uuid, told: Edits | undefined): Promise<boolean> {
    return this.#inTurn(async () => {
      const record = await this.record(capture);
      if (record && JSON.stringify(record.edits) !== JSON.stringify(told)) return false;
      await this.#remove(capture);
      return true;
    });
  }

  async #remove(capture: Uuid): Promise<void> {
    await this.storeOf(capture).remove(capture);
    (await this.#bytesUsed()).delete(capture);
    this.#private.delete(capture);
  }

  // Records are read, changed and written: one after the other, or the popup's edits and the sender's stages would
  // overwrite each other.
  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(run);
    this.#turn = result.catch(() => {});
    return result;
  }

  async begin(entry: NewEntry, now: number = Date.now()): Promise<OutboxWriter> {
    const record = newRecord(entry, "capturing", now);
    if (entry.private) this.#private.add(record.capture);
    await this.#put(record);
    return new OutboxWriter(this, record);
  }

  /** A link without a capture, complete at once. */
  async addLink(entry: Omit<NewEntry, "kind">, now: number = Date.now()): Promise<OutboxRecord> {
    const record = newRecord({ ...entry, kind: "link" }, "ready", now);
    if (entry.private) this.#private.add(record.capture);
    await this.#put(record);
    return record;
  }

  /** Takes `size` bytes of the room that there is, or throws an OutboxFullError. */
  async reserve(capture: Uuid, size: number): Promise<void> {
    const used = await this.#bytesUsed();
    let total = size;
    for (const bytes of used.values()) total += bytes;
    if (total > this.#limit) throw new OutboxFullError("limit");
    used.set(capture, (used.get(capture) ?? 0) + size);
  }

  async usedBy(capture: Uuid): Promise<number> {
    return (await this.#bytesUsed()).get(capture) ?? 0;
  }

  async #put(record: OutboxRecord): Promise<void> {
    await fullAsOutboxFull(() => this.storeOf(record.capture).putRecord(record));
  }

  #bytesUsed(): Promise<Map<Uuid, number>> {
    this.#used ??= this.records().then((records) => new Map(records.map((one) => [one.capture, one.bytes])));
    return this.#used;
  }
}

/** The writer of one capture. Equal bytes are kept once. */
export class OutboxWriter implements CaptureWriter {
  readonly capture: Uuid;
  readonly #outbox: Outbox;
  readonly #record: OutboxRecord;
  readonly #objects = new Map<ObjectRef, Promise<void>>();
  readonly #partWrites: Promise<void>[] = [];
  #nextUpload = 0;
  #closed = false;
  #full: OutboxFullError | null = null;

  constructor(outbox: Outbox, record: OutboxRecord) {
    this.capture = record.capture;
    this.#outbox = outbox;
    this.#record = record;
  }

  /** Set when this capture did not fit, whatever became of the error on its way. */
  get full(): OutboxFullError | null {
    return this.#full;
  }

  async addObject(bytes: Blob): Promise<{ object: ObjectRef; size: number }> {
    this.#assertOpen();
    const { ref, sha256 } = await fingerprint(bytes);
    let kept = this.#objects.get(ref);
    if (!kept) {
      const object = { ref, upload: this.#nextUpload++, size: bytes.size, ...(sha256 ? { sha256 } : {}) };
      kept = this.#outbox.reserve(this.capture, bytes.size).then(async () => {
        this.#assertOpen();
        await fullAsOutboxFull(() =>
          this.#outbox.storeOf(this.capture).putObject(this.capture, object, bytes),
        );
      });
      this.#objects.set(ref, kept);
    }
    await this.#noticeFull(kept);
    return { object: ref, size: bytes.size };
  }

  async addParts(parts: PartDraft[]): Promise<void> {
    this.#assertOpen();
    for (const part of parts) {
      if ((part.status === "ok") !== (part.object !== undefined)) {
        throw new Error(`part ${part.n}: an object is named exactly when the status is "ok"`);
      }
    }
    await Promise.all(parts.map((part) => part.object && this.#objects.get(part.object)));
    this.#assertOpen();
    const kept = fullAsOutboxFull(() => this.#outbox.storeOf(this.capture).putParts(this.capture, parts));
    this.#partWrites.push(kept);
    await this.#noticeFull(kept);
  }

  async finish(page: CapturedPage): Promise<void> {
    this.#assertOpen();
    await Promise.all([...this.#objects.values(), ...this.#partWrites]);
    this.#assertOpen();
    this.#closed = true;
    const bytes = await this.#outbox.usedBy(this.capture);
    const title = fitUtf8(page.title ?? "", 4096);
    const record = {
      stage: "ready",
      page,
      bytes,
      url: page.url,
      title: title || this.#record.title,
    } as const;
    await fullAsOutboxFull(() => this.#outbox.change(this.capture, record));
  }

  /** Nothing that comes later is kept, and what came is removed. */
  async discard(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([...this.#objects.values(), ...this.#partWrites]);
    await this.#outbox.remove(this.capture);
  }

  async #noticeFull(kept: Promise<void>): Promise<void> {
    try {
      await kept;
    } catch (error) {
      if (error instanceof OutboxFullError) this.#full = error;
      throw error;
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new WriterClosedError();
  }
}

function newRecord(entry: NewEntry, stage: OutboxRecord["stage"], now: number): OutboxRecord {
  const { kind, url, title } = entry;
  return { capture: uuid7(now), kind, url, title, createdAt: now, stage, bytes: 0 };
}

async function fullAsOutboxFull<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof DOMException && error.name === "QuotaExceededError")
      throw new OutboxFullError("disk");
    throw error;
  }
}
