import assert from "node:assert/strict";
import { test } from "node:test";
import { readSnapshot } from "../../../../extension/src/library/api/read-snapshot.ts";
import { FakeLibrary, ok, refused } from "../support/library-page.ts";

const type = "text/html; charset=utf-8";

function library(bytes: Uint8Array, piece: number, size = (_offset: number) => bytes.length): FakeLibrary {
  return new FakeLibrary().answer("snapshot.read", ({ id, offset }) =>
    ok({
      id,
      offset,
      size: size(offset),
      media_type: type,
      data: Buffer.from(bytes.subarray(offset, offset + piece)).toString("base64"),
    }),
  );
}
const read = (api: FakeLibrary, progress: number[] = [], signal = new AbortController().signal) =>
  readSnapshot(api, "a", signal, (part) => progress.push(part));

test("pieces are put together, wherever a character is cut", async () => {
  const bytes = new TextEncoder().encode("関数🍃 leaf ".repeat(10));
  for (const piece of [1, 7, 64, bytes.length, bytes.length + 1]) {
    const progress: number[] = [];
    const reply = await read(library(bytes, piece), progress);
    assert.ok(reply.ok);
    assert.deepEqual(reply.value, { type, bytes });
    assert.equal(progress.length, Math.ceil(bytes.length / piece));
    assert.equal(progress.at(-1), 1);
    assert.deepEqual(
      [...progress].sort((a, b) => a - b),
      progress,
    );
  }
});

test("an empty document is read with one question", async () => {
  const api = library(new Uint8Array(), 10);
  const progress: number[] = [];
  const reply = await read(api, progress);
  assert.ok(reply.ok);
  assert.equal(reply.value.bytes.length, 0);
  assert.equal(api.asked.length, 1);
  assert.deepEqual(progress, [1]);
});

test("a size that changes on the way is a conflict, larger or smaller", async () => {
  for (const later of [9, 11]) {
    const reply = await read(library(new Uint8Array(10), 4, (offset) => (offset === 0 ? 10 : later)));
    assert.equal(reply.ok, false);
    assert.equal(!reply.ok && reply.error.code, "conflict");
  }
});

test("pieces that lead nowhere end the reading", async () => {
  const nothing = await read(library(new Uint8Array(10), 0));
  assert.equal(!nothing.ok && nothing.error.code, "conflict");
  const tooMuch = await read(library(new Uint8Array(10), 10, () => 6));
  assert.equal(!tooMuch.ok && tooMuch.error.code, "conflict");
});

test("an error in the middle is the answer", async () => {
  const api = new FakeLibrary().answer("snapshot.read", ({ id, offset }) =>
    offset > 0 ? refused("corrupt") : ok({ id, offset, size: 6, media_type: type, data: "YWJj" }),
  );
  const reply = await read(api);
  assert.equal(!reply.ok && reply.error.code, "corrupt");
});

test("who leaves is not kept reading", async () => {
  const leaving = new AbortController();
  const api = library(new Uint8Array(10), 1);
  const reading = readSnapshot(api, "a", leaving.signal, (part) => part >= 0.3 && leaving.abort());
  await assert.rejects(reading, { name: "AbortError" });
  assert.equal(api.asked.length, 3);
});
