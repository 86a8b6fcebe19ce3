// An outbox in memory, filled with captures.
import { Outbox } from "../../../../extension/src/background/outbox.ts";
import type { OutboxRecord } from "../../../../extension/src/background/outbox-store.ts";
import { MemoryOutboxStore } from "../../../../extension/src/background/outbox-store-memory.ts";

export function memoryOutbox(limit?: number): {
  outbox: Outbox;
  disk: MemoryOutboxStore;
  memory: MemoryOutboxStore;
} {
  const disk = new MemoryOutboxStore();
  const memory = new MemoryOutboxStore();
  return { outbox: new Outbox(disk, memory, limit), disk, memory };
}

export const page = {
  url: "https://example.org/",
  title: "A page",
  taken_at: "2026-11-22T05:55:01.250Z",
  engine: "tab",
} as const;

/** A finished capture whose parts are these bytes. */
export async function filled(outbox: Outbox, ...pieces: Uint8Array<ArrayBuffer>[]): Promise<OutboxRecord> {
  const writer = await outbox.begin({ kind: "page", url: page.url, title: page.title, private: false });
  for (const [n, bytes] of pieces.entries()) {
    const { object } = await writer.addObject(new Blob([bytes]));
    const role = n === 0 ? "document" : "image";
    await writer.addParts([
      { n, role, url: `${page.url}${n}`, media_type: "text/html", status: "ok", object },
    ]);
  }
  await writer.finish(page);
  return (await outbox.record(writer.capture)) as OutboxRecord;
}

export function bytesOf(length: number, seed: number): Uint8Array<ArrayBuffer> {
  let state = seed * 2654435761;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}
