// A capture that is sent while it is read: what the host and the disk have at each moment, and that nothing which was
// announced as safe is lost, whatever dies.
import assert from "node:assert/strict";
import { test } from "node:test";
import { heldLimit } from "../../../extension/src/background/follower.ts";
import { HostConnection } from "../../../extension/src/background/host-connection.ts";
import type { Outbox, OutboxWriter } from "../../../extension/src/background/outbox.ts";
import { Sender } from "../../../extension/src/background/sender.ts";
import type { RequestType, Uuid } from "../../../extension/src/protocol/messages.ts";
import type { Port } from "../../../extension/src/protocol/session.ts";
import { FakeClock, settled, until } from "./support/fake-clock.ts";
import { FakeHost, hostError, sha256 } from "./support/fake-host.ts";
import { bytesOf, memoryOutbox, page } from "./support/outbox.ts";

function setUp() {
  const host = new FakeHost();
  const clock = new FakeClock();
  const { outbox, disk } = memoryOutbox();
  const committed: Uuid[] = [];
  const said = { bytes: 0 };
  const connect = (): Port => {
    const port = host.connect();
    return {
      postMessage: (message) => {
        said.bytes += JSON.stringify(message).length;
        port.postMessage(message);
      },
      disconnect: () => port.disconnect(),
      listen: (onMessage, onClose) => port.listen(onMessage, onClose),
    };
  };
  const greeting = async () => ({
    protocol: [1, 1] as [number, number],
    client: "extension" as const,
    client_version: "0",
    capabilities: [],
  });
  const door = { connect };
  const connection = new HostConnection({ connect: () => door.connect(), greeting, clock });
  const none = () => {};
  const listener = {
    sending: none,
    linkAdded: none,
    failed: none,
    unreachable: none,
    reached: none,
    idle: none,
  };
  const sender = new Sender(
    outbox,
    connection,
    { ...listener, committed: (capture) => committed.push(capture) },
    clock,
  );
  return { host, clock, outbox, disk, sender, committed, said, door };
}

async function begin(outbox: Outbox, sender: Sender): Promise<OutboxWriter> {
  const writer = await outbox.begin({ kind: "page", url: page.url, title: "", private: false });
  sender.follow(writer);
  return writer;
}

async function fill(writer: OutboxWriter, pieces: Uint8Array<ArrayBuffer>[]): Promise<void> {
  for (const [n, bytes] of pieces.entries()) {
    const { object } = await writer.addObject(bytes);
    await writer.addParts([
      { n, role: n === 0 ? "document" : "image", url: `${page.url}${n}`, status: "ok", object },
    ]);
  }
}

const pieces = [bytesOf(3_000, 1), bytesOf(500, 2), bytesOf(70_000, 3)];

test("the host has the pieces before the page is read to its end, and the disk none of them", async () => {
  const { host, outbox, disk, sender, committed } = setUp();
  const writer = await begin(outbox, sender);
  await fill(writer, pieces);
  await until(() => [...(host.staged.get(writer.capture)?.uploads.values() ?? [])].length === 3);
  assert.deepEqual(
    (await disk.records()).map(({ stage }) => stage),
    ["capturing"],
  );
  assert.deepEqual(await disk.objects(writer.capture), []);
  await writer.finish(page);
  assert.deepEqual(
    host.committed.get(writer.capture)?.parts.map(({ sha256 }) => sha256),
    pieces.map((bytes) => sha256(bytes)),
  );
  assert.deepEqual(committed, [], "told at the first wake, when the rest is known");
  void sender.wake();
  await until(() => committed.length === 1);
  await settled();
  assert.deepEqual(await outbox.records(), []);
});

test("a second capture of an unchanged page sends at most a twentieth of the first one's bytes", async () => {
  const { outbox, sender, said, committed } = setUp();
  const large = [bytesOf(60_000, 1), ...Array.from({ length: 20 }, (_, seed) => bytesOf(9_000, seed + 2))];
  const spent: number[] = [];
  for (const count of [1, 2]) {
    const before = said.bytes;
    const writer = await begin(outbox, sender);
    await fill(writer, large);
    await writer.finish(page);
    await sender.wake();
    await until(() => committed.length === count);
    spent.push(said.bytes - before);
  }
  const [first = 0, second = 0] = spent;
  assert.ok(first > 240_000 * 1.3, `the first one sends all: ${first}`);
  assert.ok(second <= first / 20, `${second} of ${first} bytes`);
});

const types: RequestType[] = [
  "hello",
  "capture.begin",
  "capture.have",
  "capture.chunk",
  "capture.end_upload",
  "capture.parts",
  "capture.commit",
];
for (const type of types) {
  for (const fault of ["crash", "crash_after"] as const) {
    test(`a host that dies at ${type} (${fault}): what was announced is on the disk, and arrives`, async () => {
      const { host, clock, outbox, disk, sender, committed } = setUp();
      let died = false;
      host.fault = (is) => {
        if (is !== type || died) return undefined;
        died = true;
        return fault;
      };
      const writer = await begin(outbox, sender);
      await fill(writer, pieces);
      await writer.finish(page);
      assert.ok(died);
      const [record] = await disk.records();
      assert.equal(record?.stage, "ready");
      assert.equal((await disk.objects(writer.capture)).length, 3);
      const run = sender.wake();
      await settled();
      await clock.advance(1_000);
      await run;
      await until(() => committed.length === 1);
      assert.equal(host.committed.get(writer.capture)?.parts.length, 3);
      await settled();
      assert.deepEqual(await outbox.records(), []);
      assert.deepEqual(await disk.objects(writer.capture), []);
    });
  }
}

test("without a host the capture lies in the outbox, as if nobody had followed it", async () => {
  const { outbox, disk, sender, committed, door } = setUp();
  door.connect = () => {
    throw new Error("Specified native messaging host not found.");
  };
  const writer = await begin(outbox, sender);
  await fill(writer, pieces);
  await writer.finish(page);
  assert.deepEqual(
    (await disk.records()).map(({ stage }) => stage),
    ["ready"],
  );
  assert.equal((await disk.parts(writer.capture)).length, 3);
  await sender.wake();
  assert.deepEqual(committed, []);
});

test("a commit that takes long is waited for with the capture on the disk, and told once", async () => {
  const { host, outbox, disk, sender, committed } = setUp();
  host.fault = (type) => (type === "capture.chunk" ? "silence" : undefined);
  host.limits.chunk = 100;
  host.limits.window = 100;
  const writer = await begin(outbox, sender);
  await fill(writer, pieces);
  await writer.finish(page);
  assert.deepEqual(
    (await disk.records()).map(({ stage }) => stage),
    ["ready"],
    "after a second",
  );
  const run = sender.wake();
  host.fault = () => undefined;
  host.crash();
  await run;
  await until(() => committed.length === 1);
  await settled();
  assert.deepEqual([committed, await outbox.records()], [[writer.capture], []]);
});

test("a capture that is given up leaves nothing behind, in the host neither", async () => {
  const { host, outbox, disk, sender, committed } = setUp();
  const writer = await begin(outbox, sender);
  await fill(writer, pieces);
  await until(() => host.staged.has(writer.capture));
  await writer.discard();
  await until(() => !host.staged.has(writer.capture));
  await sender.wake();
  assert.deepEqual([await disk.records(), await disk.objects(writer.capture), committed], [[], [], []]);
});

test("taken back while the commit is under way, it is told all the same, so that it can be undone", async () => {
  const { host, outbox, sender, committed } = setUp();
  const writer = await begin(outbox, sender);
  await fill(writer, pieces);
  host.fault = (type) => {
    if (type === "capture.commit") queueMicrotask(() => void sender.drop(writer.capture));
    return undefined;
  };
  await writer.finish(page);
  await until(() => committed.length === 1);
  await settled();
  assert.deepEqual(await outbox.records(), []);
});

test("edits made while the page is read follow the commit", async () => {
  const { host, outbox, sender, committed } = setUp();
  const writer = await begin(outbox, sender);
  await fill(writer, pieces);
  await outbox.change(writer.capture, { edits: { addTags: ["a"], removeTags: [] } });
  await writer.finish(page);
  void sender.wake();
  await until(() => committed.length === 1 && host.edits.length === 1);
  await settled();
  assert.deepEqual(await outbox.records(), []);
});

test("what is too much to be held in memory goes to the disk at once, and to the host from there", async () => {
  const { host, outbox, disk, sender } = setUp();
  const writer = await begin(outbox, sender);
  const large = new Blob([new Uint8Array(heldLimit + 1)]);
  const { object } = await writer.addObject(large);
  assert.deepEqual(
    (await disk.objects(writer.capture)).map(({ ref }) => ref),
    [object],
  );
  host.fault = (type) => (type === "capture.chunk" ? hostError("no_space", "later") : undefined);
  await writer.addParts([{ n: 0, role: "document", url: page.url, status: "ok", object }]);
  await writer.finish(page);
  assert.deepEqual(
    (await disk.records()).map(({ stage }) => stage),
    ["ready"],
  );
});
