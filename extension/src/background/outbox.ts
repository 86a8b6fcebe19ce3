// The outbox: every capture is kept here until the host has committed it. While a page is read and a host takes its pieces,
// they are held in memory alone: nothing was announced yet. A capture that is complete and not committed within a second
// is on the disk before anyone is told that it is safe. Captures of private windows are kept in memory alone.

import { type Bytes, sizeOf } from "../capture/bytes.ts";
import { fitUtf8, outboxLimit } from "../protocol/limits.ts";
import type { CapturedPage, Uuid } from "../protocol/messages.ts";
import { uuid7 } from "../protocol/uuid.ts";
import type { CaptureWriter, ObjectRef, PartDraft } from "./capture-writer.ts";
import { fingerprint } from "./fingerprint.ts";
import { type Follower, heldLimit, heldTime } from "./follower.ts";
import type { Edits, OutboxRecord, OutboxStore, StoredObject } from "./outbox-store.ts";

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

  /** Captures of private windows are here, which go when the background ends. */
  get holdsPrivate(): boolean {
    return this.#private.size > 0;
  }

  storeOf(capture: Uuid): OutboxStore {
    return this.#private.has(capture) ? this.#memory : this.#disk;
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
    // Not waited for: it tells a later background what was interrupted. What follows in the store comes after it.
    const noted = fullAsOutboxFull(() => this.storeOf(record.capture).noteRecord(record));
    noted.catch(() => {}); // looked at by the writer
    this.#bytesUsed().catch(() => {}); // asked again by the first piece, which then has not to wait
    return new OutboxWriter(this, record, noted);
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
    this.#used ??= this.records().then(
      (records) => new Map(records.map((one) => [one.capture, one.bytes])),
      (error: unknown) => {
        this.#used = null;
        throw error;
      },
    );
    return this.#used;
  }
}

/** The writer of one capture. Equal bytes are kept once. */
export class OutboxWriter implements CaptureWriter {
  readonly capture: Uuid;
  readonly #outbox: Outbox;
  readonly #record: OutboxRecord;
  readonly #objects = new Map<ObjectRef, Promise<void>>();
  readonly #writes: Promise<void>[];
  readonly #parts: PartDraft[] = [];
  #held: { object: StoredObject; bytes: Bytes }[] = [];
  #heldBytes = 0;
  #follower: Follower | null = null;
  #nextUpload = 0;
  #closed = false;
  #full: OutboxFullError | null = null;

  constructor(outbox: Outbox, record: OutboxRecord, noted: Promise<void>) {
    this.capture = record.capture;
    this.#outbox = outbox;
    this.#record = record;
    this.#writes = [noted];
  }

  /** Set when this capture did not fit, whatever became of the error on its way. */
  get full(): OutboxFullError | null {
    return this.#full;
  }

  get url(): string {
    return this.#record.url;
  }

  /** To be called before the first piece arrives. */
  follow(follower: Follower): void {
    this.#follower = follower;
  }

  async addObject(bytes: Bytes): Promise<{ object: ObjectRef; size: number }> {
    this.#assertOpen();
    const size = sizeOf(bytes);
    const { ref, sha256 } = await fingerprint(bytes);
    let kept = this.#objects.get(ref);
    if (!kept) {
      const object = { ref, upload: this.#nextUpload++, size, ...(sha256 ? { sha256 } : {}) };
      kept = this.#outbox.reserve(this.capture, size).then(() => {
        this.#assertOpen();
        return this.#keep(object, bytes);
      });
      this.#objects.set(ref, kept);
    }
    await this.#noticeFull(kept);
    return { object: ref, size };
  }

  async #keep(object: StoredObject, bytes: Bytes): Promise<void> {
    const store = this.#outbox.storeOf(this.capture);
    const isHeld = this.#follower !== null && this.#heldBytes + object.size <= heldLimit;
    if (isHeld) {
      this.#heldBytes += object.size;
      this.#held.push({ object, bytes });
      this.#follower?.object(object, async () => bytes);
      return;
    }
    await fullAsOutboxFull(() => store.putObject(this.capture, object, bytes));
    this.#follower?.object(object, () => store.bytes(this.capture, object.ref));
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
    if (this.#follower) {
      this.#parts.push(...parts);
      return;
    }
    const kept = fullAsOutboxFull(() => this.#outbox.storeOf(this.capture).putParts(this.capture, parts));
    this.#writes.push(kept);
    await this.#noticeFull(kept);
  }

  async finish(page: CapturedPage): Promise<void> {
    this.#assertOpen();
    await Promise.all(this.#objects.values());
    this.#assertOpen();
    this.#closed = true;
    const committed = this.#follower?.finish(page, this.#parts) ?? false;
    if (await within(heldTime, committed)) return;
    await this.#noticeFull(this.#toDisk(page));
  }

  /** Nothing that comes later is kept, and what came is removed. */
  async discard(): Promise<void> {
    this.#closed = true;
    this.#follower?.stop();
    this.#held = [];
    await Promise.allSettled([...this.#objects.values(), ...this.#writes]);
    await this.#outbox.remove(this.capture);
  }

  async #toDisk(page: CapturedPage): Promise<void> {
    await Promise.all(this.#writes);
    const store = this.#outbox.storeOf(this.capture);
    await fullAsOutboxFull(async () => {
      for (const { object, bytes } of this.#held) await store.putObject(this.capture, object, bytes);
      if (this.#parts.length > 0) await store.putParts(this.capture, this.#parts);
    });
    this.#held = [];
    const bytes = await this.#outbox.usedBy(this.capture);
    const title = fitUtf8(page.title ?? "", 4096) || this.#record.title;
    const ready = { stage: "ready", page, bytes, url: page.url, title } as const;
    const isThere = await fullAsOutboxFull(() => this.#outbox.change(this.capture, ready));
    // Taken back meanwhile.
    if (!isThere) await this.#outbox.remove(this.capture);
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

/** What the promise says, or false after a while. */
function within(milliseconds: number, promise: Promise<boolean> | boolean): Promise<boolean> | boolean {
  if (typeof promise === "boolean") return promise;
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds, false);
    void promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
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
