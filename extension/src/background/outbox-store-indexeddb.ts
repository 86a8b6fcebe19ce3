// Captures on their way, in IndexedDB: they survive the end of the background and of the browser. Bytes are kept as
// Blobs, which the browser puts into files of their own.

import { asBlob, type Bytes } from "../capture/bytes.ts";
import type { Uuid } from "../protocol/messages.ts";
import type { PartDraft } from "./capture-writer.ts";
import type { OutboxRecord, OutboxStore, StoredObject } from "./outbox-store.ts";

const database = "keepleaf-outbox";
const version = 1;
type StoreName = "records" | "objects" | "parts";

interface ObjectRow {
  capture: Uuid;
  ref: string;
  object: StoredObject;
  bytes: Blob;
}
interface PartRow {
  capture: Uuid;
  n: number;
  part: PartDraft;
}

export class IndexedDbOutboxStore implements OutboxStore {
  #opened: Promise<IDBDatabase> | null = null;

  async records(): Promise<OutboxRecord[]> {
    return this.#read<OutboxRecord[]>("records", (store) => store.getAll());
  }

  async record(capture: Uuid): Promise<OutboxRecord | undefined> {
    return this.#read<OutboxRecord | undefined>("records", (store) => store.get(capture));
  }

  async putRecord(record: OutboxRecord): Promise<void> {
    // Strict: flushed to the disk, and with it everything that was written before.
    await this.#write(["records"], (transaction) => transaction.objectStore("records").put(record), "strict");
  }

  async noteRecord(record: OutboxRecord): Promise<void> {
    await this.#write(["records"], (transaction) => transaction.objectStore("records").put(record));
  }

  async remove(capture: Uuid): Promise<void> {
    await this.#write(["records", "objects", "parts"], (transaction) => {
      transaction.objectStore("records").delete(capture);
      transaction.objectStore("objects").delete(ofCapture(capture));
      transaction.objectStore("parts").delete(ofCapture(capture));
    });
  }

  async putObject(capture: Uuid, object: StoredObject, bytes: Bytes): Promise<void> {
    const row: ObjectRow = { capture, ref: object.ref, object, bytes: asBlob(bytes) };
    await this.#write(["objects"], (transaction) => transaction.objectStore("objects").put(row));
  }

  async objects(capture: Uuid): Promise<StoredObject[]> {
    const rows = await this.#read<ObjectRow[]>("objects", (store) => store.getAll(ofCapture(capture)));
    return rows.map((row) => row.object).sort((a, b) => a.upload - b.upload);
  }

  async bytes(capture: Uuid, ref: string): Promise<Blob | undefined> {
    const row = await this.#read<ObjectRow | undefined>("objects", (store) => store.get([capture, ref]));
    return row?.bytes;
  }

  async putParts(capture: Uuid, parts: PartDraft[]): Promise<void> {
    await this.#write(["parts"], (transaction) => {
      const store = transaction.objectStore("parts");
      for (const part of parts) store.put({ capture, n: part.n, part } satisfies PartRow);
    });
  }

  async parts(capture: Uuid): Promise<PartDraft[]> {
    const rows = await this.#read<PartRow[]>("parts", (store) => store.getAll(ofCapture(capture)));
    return rows.map((row) => row.part);
  }

  #open(): Promise<IDBDatabase> {
    this.#opened ??= new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(database, version);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore("records", { keyPath: "capture" });
        opening.result.createObjectStore("objects", { keyPath: ["capture", "ref"] });
        opening.result.createObjectStore("parts", { keyPath: ["capture", "n"] });
      };
      opening.onsuccess = () => {
        // Another background of a newer version, or the browser's "clear data": open anew at the next call.
        const reopen = () => {
          this.#opened = null;
        };
        opening.result.onversionchange = () => {
          opening.result.close();
          reopen();
        };
        opening.result.onclose = reopen;
        resolve(opening.result);
      };
      opening.onerror = () => {
        this.#opened = null;
        reject(opening.error);
      };
    });
    return this.#opened;
  }

  async #read<T>(name: StoreName, ask: (store: IDBObjectStore) => IDBRequest): Promise<T> {
    const db = await this.#open();
    return new Promise<T>((resolve, reject) => {
      const asking = ask(db.transaction(name, "readonly").objectStore(name));
      asking.onsuccess = () => resolve(asking.result as T);
      asking.onerror = () => reject(asking.error);
    });
  }

  async #write(
    names: StoreName[],
    change: (transaction: IDBTransaction) => void,
    durability: IDBTransactionDurability = "relaxed",
  ): Promise<void> {
    const db = await this.#open();
    await new Promise<void>((resolve, reject) => {
      const transaction = db.transaction(names, "readwrite", { durability });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
      change(transaction);
    });
  }
}

// [capture] sorts before [capture, anything]; an array sorts after every number and string.
function ofCapture(capture: Uuid): IDBKeyRange {
  return IDBKeyRange.bound([capture], [capture, []]);
}
