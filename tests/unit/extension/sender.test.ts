import assert from "node:assert/strict";
import { test } from "node:test";
import { HostConnection, linger } from "../../../extension/src/background/host-connection.ts";
import { Sender, type SenderListener } from "../../../extension/src/background/sender.ts";
import { backoffSteps } from "../../../extension/src/protocol/backoff.ts";
import type { WireError } from "../../../extension/src/protocol/reply.ts";
import { FakeClock, settled, until } from "./support/fake-clock.ts";
import { FakeHost, hostError } from "./support/fake-host.ts";
import { bytesOf, filled, memoryOutbox } from "./support/outbox.ts";

function setUp(host = new FakeHost()) {
  const clock = new FakeClock();
  const { outbox } = memoryOutbox();
  const told: string[] = [];
  const errors: WireError[] = [];
  const listener: SenderListener = {
    sending: () => {},
    committed: (capture) => told.push(`committed ${capture}`),
    linkAdded: ({ url }) => told.push(`link ${url}`),
    failed: (capture, error) => told.push(`failed ${capture} ${error.code}`),
    unreachable: (error) => errors.push(error),
    reached: () => {},
    idle: (left) => told.push(`idle ${left}`),
  };
  const connect = { run: () => host.connect() };
  const connection = new HostConnection({
    connect: () => connect.run(),
    greeting: async () => ({ protocol: [1, 1], client: "extension", client_version: "0", capabilities: [] }),
    clock,
  });
  const sender = new Sender(outbox, connection, listener, clock);
  return { host, clock, outbox, told, errors, connect, sender };
}

test("everything that waits is sent, newest first, and leaves the outbox", async () => {
  const { host, outbox, told, sender } = setUp();
  const first = await filled(outbox, bytesOf(10, 1));
  await outbox.change(first.capture, { createdAt: 1 });
  const second = await filled(outbox, bytesOf(10, 2));
  const link = await outbox.addLink({ url: "https://link.example/", title: "", private: false });
  await sender.wake();
  assert.deepEqual(await outbox.records(), []);
  assert.deepEqual(new Set(host.committed.keys()), new Set([first.capture, second.capture]));
  assert.deepEqual(host.links, [link.url]);
  assert.equal(told.at(-1), "idle 0");
  assert.ok(told.indexOf(`committed ${second.capture}`) < told.indexOf(`committed ${first.capture}`));
  assert.equal(host.ports, 1);
});

test("a capture that is still arriving is left alone", async () => {
  const { host, outbox, sender } = setUp();
  await outbox.begin({ kind: "page", url: "https://a.example/", title: "", private: false });
  await sender.wake();
  assert.equal(host.ports, 0);
});

test("without a manifest nothing is tried twice, and nothing is lost", async () => {
  const { outbox, connect, errors, told, sender, clock } = setUp();
  connect.run = () => {
    throw new Error("No such native application org.keepleaf.host");
  };
  await filled(outbox, bytesOf(10, 1));
  await sender.wake();
  assert.deepEqual(
    errors.map(({ code }) => code),
    ["host_missing"],
  );
  assert.equal(told.at(-1), "idle 1");
  assert.deepEqual(clock.waiting, [linger], "nothing but the closing of a port");
});

test("a host that ends at once is tried after 0.5, 1, 2, 5 and 30 seconds, then no more", async () => {
  const { host, outbox, errors, told, sender, clock } = setUp();
  host.fault = () => "crash";
  await filled(outbox, bytesOf(10, 1));
  const run = sender.wake();
  await until(() => clock.waiting.includes(500));
  for (const [index, step] of backoffSteps.entries()) {
    assert.equal(errors.length, index + 1);
    await clock.advance(step - 1);
    assert.equal(errors.length, index + 1, `not before ${step} ms`);
    await clock.advance(1);
  }
  await run;
  assert.equal(errors.length, 6);
  assert.equal(told.at(-1), "idle 1");
  host.fault = () => undefined;
  await sender.wake();
  assert.deepEqual(await outbox.records(), []);
});

test("a wake does not wait for the back-off", async () => {
  const { host, clock, outbox, sender } = setUp();
  let crashes = 1;
  host.fault = () => (crashes-- > 0 ? "crash" : undefined);
  await filled(outbox, bytesOf(10, 1));
  void sender.wake();
  await until(() => clock.waiting.includes(500));
  await sender.wake();
  assert.deepEqual(await outbox.records(), []);
});

test("a host that dies in the middle is started again and goes on", async () => {
  const { host, clock, outbox, sender } = setUp();
  host.limits.chunk = 100;
  const { capture } = await filled(outbox, bytesOf(1_000, 1));
  let chunks = 0;
  host.fault = (type) => (type === "capture.chunk" && ++chunks === 5 ? "crash" : undefined);
  const run = sender.wake();
  await until(() => clock.waiting.includes(500));
  await clock.advance(500);
  await run;
  assert.equal(host.ports, 2);
  assert.ok(host.committed.has(capture));
  assert.equal(chunks, 11, "four chunks arrived, the fifth was lost, six more were left");
});

test("a refusal for good waits for the person; a later one is tried at the next wake", async () => {
  const { host, outbox, told, sender } = setUp();
  const { capture } = await filled(outbox, bytesOf(10, 1));
  host.fault = (type) => (type === "capture.begin" ? hostError("no_space", "later") : undefined);
  await sender.wake();
  assert.equal((await outbox.record(capture))?.error?.code, "no_space");
  host.fault = (type) => (type === "capture.begin" ? hostError("too_large", "never") : undefined);
  await sender.wake();
  assert.equal((await outbox.record(capture))?.error?.code, "too_large");
  host.fault = () => undefined;
  await sender.wake();
  assert.equal(host.committed.size, 0, "not by itself");
  await sender.retryAll();
  assert.ok(host.committed.has(capture));
  assert.deepEqual(
    told.filter((line) => line.startsWith("failed")),
    [`failed ${capture} no_space`, `failed ${capture} too_large`],
  );
});

test("while the library can't be opened nothing is refused for good, and each attempt asks a new host", async () => {
  const { host, outbox, told, sender } = setUp();
  const { capture } = await filled(outbox, bytesOf(10, 1));
  host.libraryError = hostError("newer_format", "never");
  await sender.wake();
  assert.equal((await outbox.record(capture))?.error, undefined);
  assert.deepEqual(told, ["idle 1"]);
  host.libraryError = undefined;
  await sender.wake();
  assert.ok(host.committed.has(capture));
  assert.equal(host.ports, 2);
});

test("one capture that is refused does not hold up the others", async () => {
  const { host, outbox, sender } = setUp();
  const good = await filled(outbox, bytesOf(10, 1));
  const bad = await filled(outbox, bytesOf(10, 2));
  host.fault = (type, body) =>
    type === "capture.begin" && (body as { capture: string }).capture === bad.capture
      ? hostError("io", "later")
      : undefined;
  await sender.wake();
  assert.ok(host.committed.has(good.capture));
  assert.deepEqual(
    (await outbox.records()).map(({ capture }) => capture),
    [bad.capture],
  );
});

test("edits follow the commit, and survive a host that dies before it hears them", async () => {
  const { host, clock, outbox, sender } = setUp();
  const { capture } = await filled(outbox, bytesOf(10, 1));
  await outbox.change(capture, { edits: { title: "T", note: "N", addTags: ["a"], removeTags: ["b"] } });
  let crashes = 1;
  host.fault = (type) => (type === "link.tag" && crashes-- > 0 ? "crash" : undefined);
  const run = sender.wake();
  await until(() => clock.waiting.includes(500));
  assert.equal((await outbox.record(capture))?.stage, "committed");
  await clock.advance(500);
  await run;
  const id = "3f1c2a4e-9b7d-8c55-a1b2-0123456789ab";
  assert.deepEqual(host.edits.slice(-2), [
    { id, title: "T", note: "N" },
    { ids: [id], add: ["a"], remove: ["b"] },
  ]);
  assert.equal(host.log.filter((type) => type === "capture.commit").length, 1);
  assert.deepEqual(await outbox.records(), []);
});

test("a capture that is dropped while it is sent is taken back from the host", async () => {
  const { host, outbox, sender } = setUp();
  Object.assign(host.limits, { chunk: 100, window: 200 });
  host.acks = false;
  const { capture } = await filled(outbox, bytesOf(5_000, 1));
  const run = sender.wake();
  await until(() => host.unacknowledged === 200);
  await settled();
  assert.ok(host.staged.has(capture));
  await sender.drop(capture);
  await run;
  assert.equal(host.staged.has(capture), false);
  assert.equal(host.committed.size, 0);
  assert.deepEqual(await outbox.records(), []);
});
