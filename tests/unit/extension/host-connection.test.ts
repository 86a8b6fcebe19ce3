import assert from "node:assert/strict";
import { test } from "node:test";
import { HostConnection, linger } from "../../../extension/src/background/host-connection.ts";
import { FakeClock, settled } from "./support/fake-clock.ts";
import { FakeHost } from "./support/fake-host.ts";

const greeting = async () => ({
  protocol: [1, 1] as [number, number],
  client: "extension" as const,
  client_version: "0",
  capabilities: [],
});

function connected(host = new FakeHost()) {
  const clock = new FakeClock();
  return { host, clock, connection: new HostConnection({ connect: () => host.connect(), greeting, clock }) };
}

test("no port is opened before there is something to do", async () => {
  const { host } = connected();
  await settled();
  assert.equal(host.ports, 0);
});

test("several questions at once share one port", async () => {
  const { host, connection } = connected();
  const removals = ["3f1c2a4e-9b7d-8c55-a1b2-0123456789ab", "3f1c2a4e-9b7d-8c55-a1b2-0123456789ac"];
  const replies = await Promise.all(removals.map((id) => connection.request("item.remove", { ids: [id] })));
  assert.ok(replies.every(({ ok }) => ok));
  assert.equal(host.ports, 1);
  assert.deepEqual(host.removed, removals);
});

test("the port closes a while after the last job, and opens again for the next", async () => {
  const { host, clock, connection } = connected();
  const release = connection.hold();
  const first = await connection.open();
  assert.ok(first.ok);
  await clock.advance(linger * 3);
  assert.equal(first.value.session.closed, null, "held");
  release();
  release();
  await clock.advance(linger - 1);
  assert.equal(first.value.session.closed, null, "lingering");
  await clock.advance(1);
  assert.ok(first.value.session.closed);
  assert.ok((await connection.request("item.remove", { ids: [] })).ok);
  assert.equal(host.ports, 2);
});

test("a port that broke is replaced at the next question", async () => {
  const { host, connection } = connected();
  const first = await connection.open();
  host.crash("Native host has exited.");
  const second = await connection.open();
  assert.ok(first.ok && second.ok);
  assert.notEqual(first.value.session, second.value.session);
});

test("an error out of connecting is an answer", async () => {
  const connection = new HostConnection({
    connect: () => {
      throw new Error("No such native application org.keepleaf.host");
    },
    greeting,
    clock: new FakeClock(),
  });
  const reply = await connection.request("item.remove", { ids: [] });
  assert.ok(!reply.ok);
  assert.equal(reply.error.code, "host_missing");
});

test("a host that refuses hello is not kept", async () => {
  const { host, connection } = connected();
  host.fault = () => ({ code: "unsupported_protocol", message: "too old", next: "update", retry: "never" });
  const reply = await connection.open();
  assert.ok(!reply.ok);
  assert.equal(reply.error.next, "update");
  host.fault = () => undefined;
  assert.ok((await connection.open()).ok);
});
