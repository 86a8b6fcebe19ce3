import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpenHost } from "../../../extension/src/background/host-connection.ts";
import type { Outbox } from "../../../extension/src/background/outbox.ts";
import type { OutboxRecord } from "../../../extension/src/background/outbox-store.ts";
import { stallTimeout } from "../../../extension/src/background/upload.ts";
import { uploadCapture } from "../../../extension/src/background/uploader.ts";
import { Session } from "../../../extension/src/protocol/session.ts";
import { FakeClock, settled, until } from "./support/fake-clock.ts";
import { FakeHost, hostError, sha256 } from "./support/fake-host.ts";
import { bytesOf, filled, memoryOutbox } from "./support/outbox.ts";

async function opened(host: FakeHost, clock = new FakeClock()): Promise<OpenHost> {
  const session = new Session(host.connect(), clock);
  const hello = await session.hello({
    protocol: [1, 1],
    client: "extension",
    client_version: "0",
    capabilities: [],
  });
  assert.ok(hello.ok);
  return { session, hello: hello.value };
}

const smallChunks = { chunk: 100, window: 400 };

function upload(host: OpenHost, outbox: Outbox, record: OutboxRecord, clock = new FakeClock()) {
  const abort = new AbortController();
  const progress: [number, number][] = [];
  const result = uploadCapture(
    host,
    record,
    outbox.storeOf(record.capture),
    (done, total) => progress.push([done, total]),
    abort.signal,
    clock,
  );
  return { result, progress, abort };
}

test("a capture arrives whole: bytes, parts in order, the page", async () => {
  const host = new FakeHost();
  Object.assign(host.limits, smallChunks);
  const { outbox } = memoryOutbox();
  const pieces = [bytesOf(950, 1), bytesOf(0, 2), bytesOf(100, 3)];
  const record = await filled(outbox, ...pieces);
  const { result, progress } = upload(await opened(host), outbox, record);
  const reply = await result;
  assert.ok(reply.ok);
  assert.equal(reply.value.snapshot_id, record.capture);
  assert.equal("capture" in reply.value, false);
  const stored = host.committed.get(record.capture);
  assert.deepEqual(
    stored?.parts.map(({ n, sha256 }) => [n, sha256]),
    pieces.map((bytes, n) => [n, sha256(bytes)]),
  );
  assert.equal(stored?.page.title, "A page");
  assert.deepEqual(progress.at(-1), [1050, 1050]);
  for (const [index, [done]] of progress.entries())
    assert.ok(done >= (progress[index - 1]?.[0] ?? 0), "goes forward");
});

test("what the library has is not sent", async () => {
  const host = new FakeHost();
  const { outbox } = memoryOutbox();
  const [known, fresh] = [bytesOf(500, 1), bytesOf(600, 2)];
  host.objects.add(sha256(known));
  const { result, progress } = upload(await opened(host), outbox, await filled(outbox, known, fresh));
  assert.ok((await result).ok);
  assert.equal(host.log.filter((type) => type === "capture.chunk").length, 1);
  assert.equal(progress.at(-1)?.[1], 600);
});

test("digests are asked for in batches that the host allows", async () => {
  const host = new FakeHost();
  host.limits.have_batch = 3;
  const { outbox } = memoryOutbox();
  const pieces = [1, 2, 3, 4, 5, 6, 7].map((seed) => bytesOf(10, seed));
  for (const bytes of pieces) host.objects.add(sha256(bytes));
  const { result } = upload(await opened(host), outbox, await filled(outbox, ...pieces));
  assert.ok((await result).ok);
  assert.equal(host.log.filter((type) => type === "capture.have").length, 3);
  assert.equal(host.log.includes("capture.chunk"), false);
});

test("never more is under way than the window allows", async () => {
  const host = new FakeHost();
  Object.assign(host.limits, smallChunks);
  host.acks = false;
  const { outbox } = memoryOutbox();
  const { result } = upload(await opened(host), outbox, await filled(outbox, bytesOf(5_000, 1)));
  let done = false;
  void result.then(() => {
    done = true;
  });
  while (!done) {
    await settled();
    host.acknowledge();
  }
  assert.ok((await result).ok);
  assert.equal(host.mostUnacknowledged, 400);
});

test("a host that stops acknowledging is given up, the capture is not", async () => {
  const host = new FakeHost();
  Object.assign(host.limits, smallChunks);
  host.acks = false;
  const { outbox } = memoryOutbox();
  const clock = new FakeClock();
  const record = await filled(outbox, bytesOf(5_000, 1));
  const { result } = upload(await opened(host, clock), outbox, record, clock);
  await until(() => host.unacknowledged === 400);
  await settled();
  await clock.advance(stallTimeout);
  const reply = await result;
  assert.ok(!reply.ok);
  assert.equal(reply.error.code, "timeout");
  assert.equal(reply.error.retry, "later");
  assert.ok(await outbox.record(record.capture));
});

test("after a crash at every message in turn, the next attempt goes on and stores the same", async () => {
  const pieces = [bytesOf(950, 1), bytesOf(333, 2), bytesOf(10, 3)];
  for (let at = 1; ; at++) {
    const host = new FakeHost();
    Object.assign(host.limits, smallChunks);
    const { outbox } = memoryOutbox();
    const record = await filled(outbox, ...pieces);
    let seen = 0;
    host.fault = (type) => (type !== "hello" && ++seen === at ? "crash" : undefined);
    const first = await upload(await opened(host), outbox, record).result;
    if (first.ok) {
      assert.ok(at > 20, "every message had its turn");
      break;
    }
    assert.equal(first.error.retry, "later");
    const before = host.log.filter((type) => type === "capture.chunk").length;
    host.fault = () => undefined;
    const second = await upload(await opened(host), outbox, record).result;
    assert.ok(second.ok, `message ${at}`);
    const again = host.log.filter((type) => type === "capture.chunk").length - before;
    assert.ok(before + again <= 10 + 4 + 1 + 1, "what had arrived was not sent again");
    assert.deepEqual(
      host.committed.get(record.capture)?.parts.map(({ sha256 }) => sha256),
      pieces.map((bytes) => sha256(bytes)),
    );
  }
});

test("a lost answer to the commit is no second snapshot", async () => {
  const host = new FakeHost();
  const { outbox } = memoryOutbox();
  const record = await filled(outbox, bytesOf(50, 1));
  host.fault = (type) => (type === "capture.commit" ? "crash_after" : undefined);
  assert.equal((await upload(await opened(host), outbox, record).result).ok, false);
  assert.equal(host.committed.size, 1);
  host.fault = () => undefined;
  const reply = await upload(await opened(host), outbox, record).result;
  assert.ok(reply.ok);
  assert.equal(reply.value.snapshot_id, record.capture);
  assert.equal(host.log.filter((type) => type === "capture.commit").length, 1);
});

for (const code of ["gap", "checksum_mismatch"] as const) {
  test(`a chunk refused with ${code} is sent again, from where the host is`, async () => {
    const host = new FakeHost();
    Object.assign(host.limits, smallChunks);
    const { outbox } = memoryOutbox();
    const record = await filled(outbox, bytesOf(950, 1));
    let refused = 0;
    host.fault = (type, body) => {
      if (type !== "capture.chunk" || refused > 0) return undefined;
      if ((body as { offset: number }).offset !== 300) return undefined;
      refused++;
      return hostError(code);
    };
    assert.ok((await upload(await opened(host), outbox, record).result).ok);
    assert.equal(refused, 1);
    assert.equal(host.log.filter((type) => type === "capture.begin").length, 1);
  });

  test(`the last chunk of an upload refused with ${code} is sent again`, async () => {
    const host = new FakeHost();
    Object.assign(host.limits, smallChunks);
    const { outbox } = memoryOutbox();
    const record = await filled(outbox, bytesOf(950, 1), bytesOf(250, 2));
    let refused = 0;
    host.fault = (type, body) => {
      if (type !== "capture.chunk" || refused > 0) return undefined;
      const { upload, offset } = body as { upload: number; offset: number };
      if (upload !== 0 || offset !== 900) return undefined;
      refused++;
      return hostError(code);
    };
    assert.ok((await upload(await opened(host), outbox, record).result).ok);
    assert.equal(refused, 1);
  });
}

test("a host that refuses every chunk is not asked for ever", async () => {
  const host = new FakeHost();
  const { outbox } = memoryOutbox();
  const record = await filled(outbox, bytesOf(950, 1));
  host.fault = (type) => (type === "capture.chunk" ? hostError("checksum_mismatch") : undefined);
  const reply = await upload(await opened(host), outbox, record).result;
  assert.ok(!reply.ok);
  assert.equal(reply.error.code, "checksum_mismatch");
  assert.equal(reply.error.retry, "later");
  assert.ok(host.log.length < 100, `${host.log.length} messages`);
});

test("an upload that was emptied by digest_mismatch is begun again and arrives", async () => {
  const host = new FakeHost();
  const { outbox } = memoryOutbox();
  const record = await filled(outbox, bytesOf(950, 1));
  let refused = 0;
  host.fault = (type, body, { staged }) => {
    if (type !== "capture.end_upload" || refused++ > 0) return undefined;
    const { capture, upload } = body as { capture: string; upload: number };
    staged.get(capture)?.uploads.delete(upload);
    return hostError("digest_mismatch");
  };
  assert.ok((await upload(await opened(host), outbox, record).result).ok);
  assert.equal(host.log.filter((type) => type === "capture.begin").length, 2);
});

test("bytes that differ from their digest each time end in an error, not in a loop", async () => {
  const host = new FakeHost();
  const { outbox } = memoryOutbox();
  host.fault = (type) => (type === "capture.end_upload" ? hostError("digest_mismatch") : undefined);
  const reply = await upload(await opened(host), outbox, await filled(outbox, bytesOf(950, 1))).result;
  assert.ok(!reply.ok);
  assert.deepEqual([reply.error.code, reply.error.retry], ["digest_mismatch", "later"]);
});

for (const [code, retry] of [
  ["no_space", "later"],
  ["read_only", "later"],
  ["newer_format", "never"],
] as const) {
  test(`a chunk refused with ${code} ends the attempt with that error`, async () => {
    const host = new FakeHost();
    const { outbox } = memoryOutbox();
    host.fault = (type) => (type === "capture.chunk" ? hostError(code, retry) : undefined);
    const reply = await upload(await opened(host), outbox, await filled(outbox, bytesOf(950, 1))).result;
    assert.ok(!reply.ok);
    assert.deepEqual([reply.error.code, reply.error.retry], [code, retry]);
  });
}

test("a stopped upload says so, and sends nothing more", async () => {
  const host = new FakeHost();
  Object.assign(host.limits, smallChunks);
  host.acks = false;
  const { outbox } = memoryOutbox();
  const { result, abort } = upload(await opened(host), outbox, await filled(outbox, bytesOf(5_000, 1)));
  await until(() => host.unacknowledged === 400);
  await settled();
  const sent = host.log.length;
  abort.abort();
  const reply = await result;
  assert.ok(!reply.ok);
  assert.equal(reply.error.code, "cancelled");
  assert.equal(host.log.length, sent);
});

test("bytes that the browser lost are named, and never retried", async () => {
  const host = new FakeHost();
  const { outbox, disk } = memoryOutbox();
  const record = await filled(outbox, bytesOf(950, 1));
  disk.bytes = async () => undefined;
  const reply = await upload(await opened(host), outbox, record).result;
  assert.ok(!reply.ok);
  assert.deepEqual([reply.error.code, reply.error.retry], ["corrupt", "never"]);
});

test("what exceeds a host's limits is refused before it is sent", async () => {
  for (const [limit, value] of [
    ["capture", 900],
    ["part", 900],
    ["parts", 1],
  ] as const) {
    const host = new FakeHost();
    host.limits[limit] = value;
    const { outbox } = memoryOutbox();
    const reply = await upload(
      await opened(host),
      outbox,
      await filled(outbox, bytesOf(950, 1), bytesOf(1, 2)),
    ).result;
    assert.ok(!reply.ok, limit);
    assert.equal(reply.error.code, "too_large");
    assert.match(reply.error.message, new RegExp(limit));
    assert.equal(host.committed.size, 0);
  }
});
