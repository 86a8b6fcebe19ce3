// What both places of the outbox promise, asked of each: IndexedDB (an implementation in memory of the same rules) and
// memory alone. Then what only IndexedDB does: full disks, and data that is cleared under it.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { Outbox, OutboxFullError } from "../../../extension/src/background/outbox.ts";
import type { OutboxRecord, OutboxStore } from "../../../extension/src/background/outbox-store.ts";
import { IndexedDbOutboxStore } from "../../../extension/src/background/outbox-store-indexeddb.ts";
import { MemoryOutboxStore } from "../../../extension/src/background/outbox-store-memory.ts";
import { wholeOf } from "../../../extension/src/capture/bytes.ts";
import { outboxLimit } from "../../../extension/src/protocol/limits.ts";
import { bytesOf, page } from "./support/outbox.ts";

const a = "01a20000-0000-7000-8000-00000000000a";
const b = "01a20000-0000-7000-8000-00000000000b";
const gibibyte = 1024 ** 3;

function record(capture: string, more: Partial<OutboxRecord> = {}): OutboxRecord {
  const { url, title } = page;
  return { capture, kind: "page", url, title, createdAt: 1, stage: "ready", bytes: 0, ...more };
}

function freshIndexedDb(): IndexedDbOutboxStore {
  globalThis.indexedDB = new IDBFactory();
  return new IndexedDbOutboxStore();
}

const places: Record<string, () => OutboxStore> = {
  IndexedDB: freshIndexedDb,
  memory: () => new MemoryOutboxStore(),
};

for (const [name, open] of Object.entries(places)) {
  test(`${name}: a record is found again as it was put, and the later one replaces it`, async () => {
    const store = open();
    const first = record(a, { edits: { title: "文", addTags: ["x/y"], removeTags: [] } });
    await store.noteRecord(record(a, { stage: "capturing" }));
    await store.putRecord(first);
    assert.deepEqual(await store.record(a), first);
    await store.putRecord({ ...first, title: "second" });
    assert.deepEqual(
      (await store.records()).map(({ title }) => title),
      ["second"],
    );
    assert.equal(await store.record(b), undefined);
  });

  test(`${name}: what was read from it can be changed without changing it`, async () => {
    const store = open();
    await store.putRecord(record(a));
    const read = (await store.record(a)) as OutboxRecord;
    read.title = "changed by who read it";
    assert.equal((await store.record(a))?.title, page.title);
  });

  test(`${name}: objects come in the order of their uploads, and each capture has its own`, async () => {
    const store = open();
    const pieces = [bytesOf(3, 1), bytesOf(2 * 1024 * 1024, 2), bytesOf(0, 3)];
    for (const upload of [2, 0, 1]) {
      const bytes = pieces[upload] as Uint8Array<ArrayBuffer>;
      // Small ones as they are, large ones as a Blob: both come as they please.
      const given = upload === 1 ? new Blob([bytes]) : bytes;
      await store.putObject(a, { ref: `ref-${upload}`, upload, size: bytes.length }, given);
    }
    await store.putObject(b, { ref: "ref-0", upload: 0, size: 1 }, bytesOf(1, 9));
    assert.deepEqual(
      (await store.objects(a)).map(({ ref, size }) => [ref, size]),
      [
        ["ref-0", 3],
        ["ref-1", 2 * 1024 * 1024],
        ["ref-2", 0],
      ],
    );
    for (const [number, piece] of pieces.entries()) {
      const bytes = await store.bytes(a, `ref-${number}`);
      assert.deepEqual(bytes && (await wholeOf(bytes)), piece);
    }
    assert.equal(await store.bytes(b, "ref-1"), undefined);
  });

  test(`${name}: parts come by their numbers, and a repeated number replaces`, async () => {
    const store = open();
    const part = (n: number, url: string) => ({ n, role: "image", url, status: "blocked" }) as const;
    await store.putParts(a, [part(10, "ten"), part(2, "two")]);
    await store.putParts(a, [part(1, "one"), part(10, "ten again")]);
    await store.putParts(b, [part(3, "of another capture")]);
    assert.deepEqual(
      (await store.parts(a)).map(({ n, url }) => [n, url]),
      [
        [1, "one"],
        [2, "two"],
        [10, "ten again"],
      ],
    );
  });

  test(`${name}: a capture goes whole, and no other goes with it`, async () => {
    const store = open();
    for (const capture of [a, b]) {
      await store.putRecord(record(capture));
      await store.putObject(capture, { ref: "r", upload: 0, size: 1 }, bytesOf(1, 1));
      await store.putParts(capture, [{ n: 0, role: "document", status: "ok", object: "r" }]);
    }
    await store.remove(a);
    await store.remove(a); // once more does no harm
    assert.equal(await store.record(a), undefined);
    assert.deepEqual(
      [await store.objects(a), await store.parts(a), await store.bytes(a, "r")],
      [[], [], undefined],
    );
    assert.equal((await store.objects(b)).length, 1);
    assert.equal((await store.parts(b)).length, 1);
  });
}

test("another background on the same IndexedDB sees what the first one put", async () => {
  const first = freshIndexedDb();
  await first.putRecord(record(a));
  await first.putObject(a, { ref: "r", upload: 0, size: 4 }, bytesOf(4, 1));
  const second = new IndexedDbOutboxStore();
  assert.deepEqual(
    (await second.records()).map(({ capture }) => capture),
    [a],
  );
  assert.deepEqual(await wholeOf((await second.bytes(a, "r")) as Blob), bytesOf(4, 1));
});

test("data cleared by the person is no error: the store opens anew and is empty", async () => {
  const store = freshIndexedDb();
  await store.putRecord(record(a));
  await new Promise<void>((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase("keepleaf-outbox");
    deleting.onsuccess = () => resolve();
    deleting.onerror = () => reject(deleting.error);
    deleting.onblocked = () => reject(new Error("the open store did not let go"));
  });
  assert.deepEqual(await store.records(), []);
  await store.putRecord(record(b));
  assert.equal((await store.records()).length, 1);
});

/** From now on, what is put into one of the stores aborts its transaction as a full disk does. */
function fillDisk(t: { mock: { method: typeof import("node:test").mock.method } }, full: string): void {
  const put = IDBObjectStore.prototype.put;
  t.mock.method(IDBObjectStore.prototype, "put", function (this: IDBObjectStore, value: unknown) {
    const asked = put.call(this, value);
    if (this.name === full) {
      (this.transaction as unknown as { _abort(name: string): void })._abort("QuotaExceededError");
    }
    return asked;
  });
}

for (const full of ["objects", "parts", "records"]) {
  test(`a disk that is full at the ${full} of a capture is told as such, and nothing of it stays`, async (t) => {
    const store = freshIndexedDb();
    const outbox = new Outbox(store, new MemoryOutboxStore());
    const other = await outbox.addLink({ url: "https://other.example/", title: "", private: false });
    const writer = await outbox.begin({ kind: "page", url: page.url, title: "", private: false });
    fillDisk(t, full);
    const writing = (async () => {
      const { object } = await writer.addObject(new Blob([bytesOf(8, 1)]));
      await writer.addParts([{ n: 0, role: "document", status: "ok", object }]);
      await writer.finish(page);
    })();
    await assert.rejects(writing, { name: "OutboxFullError", limitedBy: "disk" });
    t.mock.restoreAll();
    await writer.discard();
    assert.deepEqual(
      (await store.records()).map(({ capture }) => capture),
      [other.capture],
    );
    assert.deepEqual(await store.objects(writer.capture), []);
    assert.deepEqual(await store.parts(writer.capture), []);
  });
}

test("the outbox takes 2 GiB to the byte, counted over the captures of earlier backgrounds, and no byte more", async () => {
  assert.equal(outboxLimit, 2 * gibibyte);
  const store = freshIndexedDb();
  await store.putRecord(record(a, { bytes: gibibyte }));
  await store.putRecord(record(b, { bytes: gibibyte - 3 }));
  const outbox = new Outbox(store, new MemoryOutboxStore());
  const writer = await outbox.begin({ kind: "page", url: page.url, title: "", private: false });
  await writer.addObject(new Blob([bytesOf(3, 1)]));
  await assert.rejects(writer.addObject(new Blob([bytesOf(1, 2)])), OutboxFullError);
  assert.equal(writer.full?.limitedBy, "limit");
  await writer.discard();

  // What the person discards makes room.
  await outbox.remove(b);
  const next = await outbox.begin({ kind: "page", url: page.url, title: "", private: false });
  await outbox.reserve(next.capture, gibibyte);
  await assert.rejects(outbox.reserve(next.capture, 1), OutboxFullError);
});
