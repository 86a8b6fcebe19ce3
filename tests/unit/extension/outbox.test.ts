import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprint } from "../../../extension/src/background/fingerprint.ts";
import { Outbox, OutboxFullError, WriterClosedError } from "../../../extension/src/background/outbox.ts";
import { sha256 } from "./support/fake-host.ts";
import { bytesOf, filled, memoryOutbox, page } from "./support/outbox.ts";

const entry = { kind: "page", url: page.url, title: "", private: false } as const;

test("equal bytes of a capture are kept once, also when they arrive together", async () => {
  const { outbox, disk } = memoryOutbox();
  const writer = await outbox.begin(entry);
  const bytes = bytesOf(1_000, 1);
  const refs = await Promise.all([1, 2, 3].map(() => writer.addObject(new Blob([bytes]))));
  assert.equal(new Set(refs.map(({ object }) => object)).size, 1);
  const objects = await disk.objects(writer.capture);
  assert.deepEqual(
    objects.map(({ size, sha256, upload }) => [size, sha256, upload]),
    [[1_000, sha256(bytes), 0]],
  );
  assert.equal(await outbox.usedBy(writer.capture), 1_000);
});

test("bytes too large to be hashed whole are told apart and recognised all the same", async () => {
  const bytes = bytesOf(1_000, 1);
  const other = bytes.slice();
  other[999] = (other[999] as number) ^ 1;
  const [a, b, c] = await Promise.all(
    [bytes, bytes.slice(), other].map((one) => fingerprint(new Blob([one]), 64)),
  );
  assert.equal(a?.ref, b?.ref);
  assert.notEqual(a?.ref, c?.ref);
  assert.equal(a?.sha256, undefined);
  assert.equal((await fingerprint(new Blob([bytes]), 1_000)).sha256, sha256(bytes));
});

test("the limit holds for all captures together: at it a piece is taken, one byte above it is not", async () => {
  const { outbox } = memoryOutbox(1_000);
  await filled(outbox, bytesOf(600, 1));
  const writer = await outbox.begin(entry);
  await writer.addObject(new Blob([bytesOf(400, 2)]));
  await assert.rejects(writer.addObject(new Blob([bytesOf(1, 3)])), OutboxFullError);
  assert.equal(writer.full?.limitedBy, "limit");
  await writer.discard();
  const again = await outbox.begin(entry);
  await again.addObject(new Blob([bytesOf(400, 3)]));
});

test("a full disk is told as such", async () => {
  const { outbox, disk } = memoryOutbox();
  const writer = await outbox.begin(entry);
  disk.putObject = async () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  await assert.rejects(writer.addObject(new Blob(["a"])), { name: "OutboxFullError", limitedBy: "disk" });
});

test("what a stopped capture brought is gone, and later pieces are refused", async () => {
  const { outbox, disk } = memoryOutbox();
  const writer = await outbox.begin(entry);
  const { object } = await writer.addObject(new Blob(["a"]));
  await writer.discard();
  await assert.rejects(writer.addObject(new Blob(["b"])), WriterClosedError);
  await assert.rejects(
    writer.addParts([{ n: 0, role: "document", status: "ok", object }]),
    WriterClosedError,
  );
  await assert.rejects(writer.finish(page), WriterClosedError);
  assert.deepEqual(await outbox.records(), []);
  assert.deepEqual(await disk.objects(writer.capture), []);
});

test("a part names an object exactly when it is ok", async () => {
  const { outbox } = memoryOutbox();
  const writer = await outbox.begin(entry);
  await assert.rejects(writer.addParts([{ n: 0, role: "document", status: "ok" }]), /part 0/);
  await assert.rejects(writer.addParts([{ n: 1, role: "image", status: "blocked", object: "x" }]), /part 1/);
});

test("captures of private windows never reach the disk", async () => {
  const { outbox, disk, memory } = memoryOutbox();
  const writer = await outbox.begin({ ...entry, private: true });
  const { object } = await writer.addObject(new Blob(["secret"]));
  await writer.addParts([{ n: 0, role: "document", status: "ok", object }]);
  await writer.finish(page);
  const record = await outbox.addLink({ url: page.url, title: "", private: true });
  assert.deepEqual(await disk.records(), []);
  assert.deepEqual(await disk.objects(writer.capture), []);
  assert.deepEqual(await disk.parts(writer.capture), []);
  assert.deepEqual(
    (await memory.records()).map(({ capture }) => capture).sort(),
    [writer.capture, record.capture].sort(),
  );
  assert.equal((await outbox.records()).length, 2);
});

test("a new background finds what was complete, and clears away what was not", async () => {
  const { outbox, disk } = memoryOutbox();
  const complete = await filled(outbox, bytesOf(10, 1));
  const half = await outbox.begin({ ...entry, url: "https://half.example/" });
  await half.addObject(new Blob(["a"]));
  const reborn = new Outbox(disk, disk);
  assert.deepEqual(
    (await reborn.recover()).map(({ url }) => url),
    ["https://half.example/"],
  );
  assert.deepEqual(
    (await disk.records()).map(({ capture }) => capture),
    [complete.capture],
  );
  assert.deepEqual(await disk.objects(half.capture), []);
});

test("a capture is ready with all its bytes counted, its title within the limit", async () => {
  const { outbox } = memoryOutbox();
  const writer = await outbox.begin(entry);
  await writer.addObject(new Blob([bytesOf(300, 1)]));
  await writer.addObject(new Blob([bytesOf(200, 2)]));
  await writer.finish({ ...page, title: "文".repeat(3_000) });
  const record = await outbox.record(writer.capture);
  assert.equal(record?.stage, "ready");
  assert.equal(record?.bytes, 500);
  assert.equal(record?.title.length, 1365);
});

test("edits told to the host are settled; edits made meanwhile are not lost", async () => {
  const { outbox } = memoryOutbox();
  const { capture } = await filled(outbox, bytesOf(10, 1));
  const told = { title: "a", addTags: [], removeTags: [] };
  await outbox.change(capture, { edits: told });
  await outbox.change(capture, { edits: { ...told, title: "b" } });
  assert.equal(await outbox.settle(capture, told), false);
  assert.equal((await outbox.record(capture))?.edits?.title, "b");
  assert.equal(await outbox.settle(capture, { ...told, title: "b" }), true);
  assert.equal(await outbox.record(capture), undefined);
});

test("changes of one record don't overwrite each other", async () => {
  const { outbox } = memoryOutbox();
  const { capture } = await filled(outbox, bytesOf(10, 1));
  await Promise.all([
    outbox.change(capture, { title: "changed" }),
    outbox.change(capture, { stage: "committed" }),
    outbox.change(capture, { edits: { addTags: ["a"], removeTags: [] } }),
  ]);
  const record = await outbox.record(capture);
  assert.deepEqual([record?.title, record?.stage, record?.edits?.addTags], ["changed", "committed", ["a"]]);
});
