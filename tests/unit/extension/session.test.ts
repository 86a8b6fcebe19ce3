import assert from "node:assert/strict";
import { test } from "node:test";
import {
  disconnectError,
  helloTimeout,
  pingInterval,
  requestTimeout,
  Session,
} from "../../../extension/src/protocol/session.ts";
import { FakeClock, settled } from "./support/fake-clock.ts";
import { FakeHost } from "./support/fake-host.ts";

const greeting = {
  protocol: [1, 1] as [number, number],
  client: "extension" as const,
  client_version: "0",
  capabilities: [],
};

/** A port whose other side is the test. */
function handPort() {
  const sent: { id: number; type: string }[] = [];
  let onMessage: (message: unknown) => void = () => {};
  let onClose: (reason: string | undefined) => void = () => {};
  let disconnected = false;
  return {
    sent,
    say: (message: unknown) => onMessage(message),
    close: (reason?: string) => onClose(reason),
    get disconnected() {
      return disconnected;
    },
    port: {
      postMessage: (message: unknown) => void sent.push(message as { id: number; type: string }),
      disconnect: () => {
        disconnected = true;
      },
      listen(message: typeof onMessage, close: typeof onClose) {
        onMessage = message;
        onClose = close;
      },
    },
  };
}

test("answers find their requests, in whatever order they come", async () => {
  const hand = handPort();
  const session = new Session(hand.port, new FakeClock());
  const first = session.request("ping", {});
  const second = session.request("tag.rename", { from: "a", to: "b" });
  const [one, two] = hand.sent.map(({ id }) => id);
  hand.say({ v: 1, re: two, type: "tag.rename", body: { path: "b", links: 3 } });
  hand.say({ v: 1, re: one, type: "ping", body: {} });
  assert.deepEqual(await second, { ok: true, value: { path: "b", links: 3 } });
  assert.deepEqual(await first, { ok: true, value: {} });
});

test("an answer of the wrong shape is an error, not a value", async () => {
  const hand = handPort();
  const session = new Session(hand.port, new FakeClock());
  const asked = session.request("tag.rename", { from: "a", to: "b" });
  hand.say({ v: 1, re: hand.sent[0]?.id, type: "tag.rename", body: { path: 7 } });
  const reply = await asked;
  assert.ok(!reply.ok);
  assert.match(reply.error.message, /tag\.rename.*path/);
});

test("an answer to another type is an error", async () => {
  const hand = handPort();
  const session = new Session(hand.port, new FakeClock());
  const asked = session.request("tag.rename", { from: "a", to: "b" });
  hand.say({ v: 1, re: hand.sent[0]?.id, type: "ping", body: {} });
  assert.equal((await asked).ok, false);
});

test("everything that is open is answered when the port closes, and nothing is sent any more", async () => {
  const hand = handPort();
  const session = new Session(hand.port, new FakeClock());
  const asked = [session.request("ping", {}), session.request("link.show", { id: "x" })];
  hand.close("Native host has exited.");
  for (const reply of await Promise.all(asked)) assert.ok(!reply.ok);
  assert.equal(session.closed?.code, "host_exited");
  const late = await session.request("ping", {});
  assert.ok(!late.ok);
  assert.equal(hand.sent.length, 2);
});

test("a port that throws on use counts as closed", async () => {
  const hand = handPort();
  const session = new Session(
    {
      ...hand.port,
      postMessage: () => {
        throw new Error("Attempt to postMessage on disconnected port");
      },
    },
    new FakeClock(),
  );
  assert.ok(!(await session.request("ping", {})).ok);
  assert.ok(session.closed);
});

test("a host that says nothing for three seconds is given up", async () => {
  const hand = handPort();
  const clock = new FakeClock();
  const hello = new Session(hand.port, clock).hello(greeting);
  await clock.advance(helloTimeout);
  const reply = await hello;
  assert.ok(!reply.ok);
  assert.equal(reply.error.code, "timeout");
  assert.ok(hand.disconnected);
});

test("an answer after its time is ignored", async () => {
  const hand = handPort();
  const clock = new FakeClock();
  const session = new Session(hand.port, clock);
  const asked = session.request("ping", {});
  await clock.advance(requestTimeout);
  assert.ok(!(await asked).ok);
  hand.say({ v: 1, re: hand.sent[0]?.id, type: "ping", body: {} });
  assert.equal(session.closed, null);
});

test("an open session pings every twenty seconds, a closed one does not", async () => {
  const host = new FakeHost();
  const clock = new FakeClock();
  const session = new Session(host.connect(), clock);
  assert.ok((await session.hello(greeting)).ok);
  await clock.advance(pingInterval * 3);
  assert.equal(host.log.filter((type) => type === "ping").length, 3);
  session.close();
  await clock.advance(pingInterval * 3);
  assert.equal(host.log.filter((type) => type === "ping").length, 3);
});

test("events reach those who listen, unknown ones nobody", async () => {
  const hand = handPort();
  const session = new Session(hand.port, new FakeClock());
  const seen: string[] = [];
  const stop = session.onEvent(({ event }) => seen.push(event));
  hand.say({ v: 1, event: "log", body: { level: "warning", message: "m" } });
  hand.say({ v: 1, event: "of_a_later_version", body: {} });
  stop();
  hand.say({ v: 1, event: "log", body: { level: "warning", message: "m" } });
  assert.deepEqual(seen, ["log"]);
  assert.equal(session.closed, null);
});

for (const [what, message] of [
  ["text", "Loading…"],
  ["nothing", null],
  ["a list", []],
  ["an event of the wrong shape", { v: 1, event: "capture.ack", body: { capture: 1 } }],
  ["an answer to nothing", { v: 1, type: "ping", body: {} }],
] as const) {
  test(`a host that sends ${what} is no host`, async () => {
    const hand = handPort();
    const session = new Session(hand.port, new FakeClock());
    const asked = session.request("ping", {});
    hand.say(message);
    assert.ok(!(await asked).ok);
    assert.equal(session.closed?.code, "bad_frame");
    assert.ok(hand.disconnected);
  });
}

test("a refusal that names no request closes the port, for any could be meant", async () => {
  const hand = handPort();
  const session = new Session(hand.port, new FakeClock());
  const asked = session.request("ping", {});
  hand.say({ v: 1, error: { code: "too_large", message: "frame", retry: "never" } });
  const reply = await asked;
  assert.ok(!reply.ok);
  assert.equal(reply.error.code, "too_large");
});

test("what browsers say of a closed port has one meaning each", () => {
  const meanings: [string | undefined, boolean, string][] = [
    ["Specified native messaging host not found.", false, "host_missing"],
    ["No such native application org.keepleaf.host", false, "host_missing"],
    ["Invalid native messaging host name specified.", false, "host_missing"],
    ["Access to the specified native messaging host is forbidden.", false, "host_forbidden"],
    ["Native host has exited.", false, "host_exited"],
    ["An unexpected error occurred", false, "host_exited"],
    [undefined, false, "host_exited"],
    ["Native host has exited.", true, "disconnected"],
    ["Error when communicating with the native messaging host.", true, "disconnected"],
    [undefined, true, "disconnected"],
  ];
  for (const [said, greeted, code] of meanings) {
    const error = disconnectError(said, greeted);
    assert.equal(error.code, code, `${said} (${greeted})`);
    assert.equal(error.retry, "later");
  }
});

test("the ids of open requests differ", async () => {
  const hand = handPort();
  const session = new Session(hand.port, new FakeClock());
  for (let count = 0; count < 100; count++) void session.request("ping", {});
  assert.equal(new Set(hand.sent.map(({ id }) => id)).size, 100);
  await settled();
});
