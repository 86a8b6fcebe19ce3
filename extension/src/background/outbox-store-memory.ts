// Captures of private windows: kept in memory alone, gone with the background.

import type { Bytes } from "../capture/bytes.ts";
import type { Uuid } from "../protocol/messages.ts";
import type { PartDraft } from "./capture-writer.ts";
import type { OutboxRecord, OutboxStore, StoredObject } from "./outbox-store.ts";

interface Entry {
  record: OutboxRecord | undefined;
  objects: Map<string, { object: StoredObject; bytes: Bytes }>;
  parts: Map<number, PartDraft>;
}

export class MemoryOutboxStore implements OutboxStore {
  readonly #entries = new Map<Uuid, Entry>();

  async records(): Promise<OutboxRecord[]> {
    const found = [...this.#entries.values()].flatMap(({ record }) => (record ? [record] : []));
    return structuredClone(found);
  }

  async record(capture: Uuid): Promise<OutboxRecord | undefined> {
    return structuredClone(this.#entries.get(capture)?.record);
  }

  async putRecord(record: OutboxRecord): Promise<void> {
    this.#entry(record.capture).record = structuredClone(record);
  }

  async noteRecord(record: OutboxRecord): Promise<void> {
    await this.putRecord(record);
  }

  async remove(capture: Uuid): Promise<void> {
    this.#entries.delete(capture);
  }

  async putObject(capture: Uuid, object: StoredObject, bytes: Bytes): Promise<void> {
    this.#entry(capture).objects.set(object.ref, { object: { ...object }, bytes });
  }

  async objects(capture: Uuid): Promise<StoredObject[]> {
    const entry = this.#entries.get(capture);
    return [...(entry?.objects.values() ?? [])]
      .map(({ object }) => ({ ...object }))
      .sort((a, b) => a.upload - b.upload);
  }

  async bytes(capture: Uuid, ref: string): Promise<Bytes | undefined> {
    return this.#entries.get(capture)?.objects.get(ref)?.bytes;
  }

  async putParts(capture: Uuid, parts: PartDraft[]): Promise<void> {
    for (const part of parts) this.#entry(capture).parts.set(part.n, { ...part });
  }

  async parts(capture: Uuid): Promise<PartDraft[]> {
    const parts = [...(this.#entries.get(capture)?.parts.values() ?? [])];
    return parts.map((part) => ({ ...part })).sort((a, b) => a.n - b.n);
  }

  #entry(capture: Uuid): Entry {
    let entry = this.#entries.get(capture);
    if (!entry) {
      entry = { record: undefined, objects: new Map(), parts: new Map() };
      this.#entries.set(capture, entry);
    }
    return entry;
  }
}
