// The port itself: who may start the host, what it opens, and how it ends.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  captureId,
  chromiumArguments,
  chunkBody,
  firefoxArguments,
  frame,
  Home,
  Host,
  helloBody,
  hostProgram,
  program,
} from "./support/host.ts";
import { randomFrom, seed } from "./support/random.ts";

const descriptors = (pid: number) =>
  new Map(readdirSync(`/proc/${pid}/fd`).map((fd) => [Number(fd), readlinkSync(`/proc/${pid}/fd/${fd}`)]));

test("hello tells the library, the limits and what this host can do, to both browsers", async () => {
  using home = new Home();
  for (const args of [chromiumArguments, [...chromiumArguments, "--parent-window=0"], firefoxArguments]) {
    const host = new Host(home, { arguments: args });
    const hello = await host.hello();
    assert.equal(hello.protocol, 1);
    assert.equal(hello.library.path, home.library);
    assert.equal(hello.library.error, undefined);
    assert.match(hello.library.id, /^[0-9a-f-]{36}$/);
    assert.equal(hello.limits.chunk, 393216);
    assert.ok(hello.free_bytes > 0);
    assert.deepEqual(hello.pending, []);
    assert.deepEqual(await host.ask("ping"), {});
    assert.equal((await host.close()).code, 0);
  }
  assert.equal(statSync(home.library).mode & 0o777, 0o700);
});

test("the words `keepleaf host` do the same as the name keepleaf-host", async () => {
  using home = new Home();
  const host = new Host(home, { command: [program, "host"] });
  assert.equal((await host.hello()).protocol, 1);
  assert.equal((await host.close()).code, 0);
});

test("a foreign or missing caller ends with exit code 1, before stdin is read and before anything is made", async () => {
  const foreign = [
    [],
    [`chrome-extension://${"a".repeat(32)}/`],
    [chromiumArguments[0]?.replace(/\/$/, "") ?? ""],
    ["https://keepleaf.org/"],
    [firefoxArguments[0] ?? "", "other@keepleaf.org"],
    [...chromiumArguments, "--library=/tmp/elsewhere"],
  ];
  for (const args of foreign) {
    using home = new Home();
    const host = new Host(home, { arguments: args });
    const exit = await host.exit; // stdin stays open: whoever read it would wait
    assert.equal(exit.code, 1, args.join(" "));
    assert.notEqual(host.stderr, "");
    assert.equal(host.messages.length + host.stray.length, 0);
    assert.ok(!existsSync(home.library));
  }
});

test("nothing that is printed can reach the port, and no inherited descriptor stays open", async () => {
  using home = new Home();
  const host = new Host(home, { extraDescriptors: 2 });
  const gone = [3, 4].map(
    (n) =>
      new Promise<void>((done) => {
        const stream = host.process.stdio[n];
        stream?.on("close", done);
        if (stream && "resume" in stream) stream.resume();
      }),
  );
  await host.hello();
  await Promise.all(gone);
  const open = descriptors(host.pid);
  assert.equal(open.get(1), open.get(2), "stdout is where stderr is");
  assert.equal(open.get(0), "/dev/null");
  assert.equal((await host.close()).code, 0);
  assert.equal(host.stray.length, 0);
});

test("no socket listens, and none reaches the network", async () => {
  using home = new Home();
  const host = new Host(home);
  await host.hello();
  const inodes = new Set(
    [...descriptors(host.pid).values()].map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]).filter(Boolean),
  );
  for (const protocol of ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"]) {
    if (!existsSync(`/proc/${host.pid}/net/${protocol}`)) continue;
    const rows = readFileSync(`/proc/${host.pid}/net/${protocol}`, "utf8").split("\n").slice(1);
    for (const row of rows) assert.ok(!inodes.has(row.trim().split(/\s+/)[9]), `${protocol}: ${row}`);
  }
  const accepting = 0x10000; // __SO_ACCEPTCON
  for (const row of readFileSync(`/proc/${host.pid}/net/unix`, "utf8").split("\n").slice(1)) {
    const cells = row.trim().split(/\s+/);
    if (inodes.has(cells[6])) assert.equal(Number.parseInt(cells[3] ?? "0", 16) & accepting, 0, row);
  }
  await host.close();
});

test("the host ends soon after the end of input, and SIGTERM is an end of input", async () => {
  using home = new Home();
  const times: number[] = [];
  for (let i = 0; i < 15; ++i) {
    const host = new Host(home);
    await host.hello();
    const begun = performance.now();
    if (i % 3 === 2) host.process.kill("SIGTERM");
    else host.stdin.end();
    const exit = await host.exit;
    assert.deepEqual([exit.code, exit.signal], [0, null]);
    times.push(exit.at - begun);
  }
  times.sort((a, b) => a - b);
  console.log(
    `exit after the end of input: median ${times[7]?.toFixed(1)} ms, longest ${times[14]?.toFixed(1)} ms`,
  );
  assert.ok((times[7] ?? 0) < 1000, "browsers kill the host after two seconds; 200 ms are the goal");
});

test("SIGTERM in the middle of an upload leaves durable what had arrived", async () => {
  using home = new Home();
  const capture = captureId();
  const host = new Host(home);
  await host.hello();
  await host.ask("capture.begin", { capture, url: "https://a.example/" });
  host.send("capture.chunk", chunkBody(capture, 0, 0, Buffer.alloc(100_000, 1)));
  await host.until((message) => message.event === "capture.ack");
  host.process.kill("SIGTERM");
  assert.equal((await host.exit).code, 0);
  const next = new Host(home);
  const hello = await next.hello();
  assert.equal(hello.pending.length, 1);
  assert.equal(hello.pending[0].capture, capture);
  const begun = await next.ask("capture.begin", { capture, url: "https://a.example/" });
  assert.equal(begun.state, "resumed");
  assert.deepEqual(begun.uploads, [{ upload: 0, received: 100_000, durable: 100_000 }]);
  await next.close();
});

test("a browser that goes away without reading is no reason to die by a signal", async () => {
  using home = new Home();
  const host = new Host(home);
  await host.hello();
  host.stdout.destroy();
  const pings = Array.from({ length: 200 }, (_, i) => frame({ v: 1, id: 1000 + i, type: "ping", body: {} }));
  await host.raw(Buffer.concat(pings));
  const exit = await host.exit; // stdin stays open
  assert.deepEqual([exit.code, exit.signal], [0, null]);
});

test("a frame over the limit is answered and skipped; a length that no browser sends ends the host with 2", async () => {
  using home = new Home();
  const host = new Host(home);
  await host.hello();
  await host.raw(frame(" ".repeat(8 * 1024 * 1024 + 1)));
  const refused = await host.until((message) => message.error !== undefined);
  assert.equal(refused.error?.code, "too_large");
  assert.equal(refused.re, undefined);
  assert.deepEqual(await host.ask("ping"), {});
  await host.raw(Buffer.from("Loading configuration…\n"));
  const exit = await host.exit;
  assert.equal(exit.code, 2);
  assert.equal(host.messages.at(-1)?.error?.code, "bad_frame");
});

test("frames without bytes are ignored, and a torn frame at the end is a normal end", async () => {
  using home = new Home();
  const host = new Host(home);
  await host.raw(
    Buffer.concat([Buffer.alloc(4), frame({ v: 1, id: 1, type: "hello", body: helloBody }), Buffer.alloc(8)]),
  );
  await host.until((message) => message.re === 1);
  await host.raw(frame({ v: 1, id: 2, type: "ping", body: {} }).subarray(0, 11));
  const exit = await host.close();
  assert.equal(exit.code, 0);
  assert.equal(host.messages.length, 1);
});

test("garbage of every kind is answered or ends the host, and never kills it", async () => {
  using home = new Home();
  const random = randomFrom(seed);
  const good = JSON.stringify({
    v: 1,
    id: 3,
    type: "link.lookup",
    body: { url: "https://a.example/", x: [1, { y: null }] },
  });
  for (let round = 0; round < 12; ++round) {
    const host = new Host(home);
    await host.hello();
    for (let i = 0; i < 60; ++i) {
      const text = Buffer.from(good);
      for (let hits = 0; hits < 1 + round; ++hits)
        text[Math.floor(random() * text.length)] = Math.floor(random() * 256);
      await host.raw(frame(text.toString("latin1")));
    }
    if (round % 2 === 1) {
      const noise = Buffer.alloc(2000);
      for (let i = 0; i < noise.length; ++i) noise[i] = Math.floor(random() * 256);
      await host.raw(noise);
    }
    const exit = await host.close();
    assert.equal(exit.signal, null, `seed ${seed}, round ${round}: ${host.stderr}`);
    assert.ok(exit.code === 0 || exit.code === 2, `seed ${seed}, round ${round}: exit code ${exit.code}`);
    assert.equal(host.stray.length, 0);
  }
});

test("a library that can't be opened: hello says why, and every other request gets that error", async () => {
  using home = new Home();
  writeFileSync(home.library, "a file where the folder should be");
  const host = new Host(home);
  const hello = await host.hello();
  assert.equal(hello.library.id, undefined);
  assert.equal(hello.library.path, home.library);
  assert.notEqual(hello.library.error.message, "");
  for (const [type, body] of [
    ["link.list", {}],
    ["tag.list", {}],
    ["library.stats", {}],
    ["capture.begin", { capture: captureId(), url: "https://a.example/" }],
  ] as const) {
    assert.equal((await host.request(type, body)).error?.code, hello.library.error.code, type);
  }
  assert.deepEqual(await host.ask("ping"), {});
  assert.equal((await host.close()).code, 0);
});

test("between real pipes, as browsers use them, the host speaks the same", async () => {
  using home = new Home();
  const host = new Host(home, { command: ["/bin/sh", "-c", 'cat | "$0" "$@" | cat', hostProgram] });
  await host.hello();
  for (let i = 0; i < 20; ++i) assert.deepEqual(await host.ask("ping"), {});
  await host.close();
  assert.ok(existsSync(join(home.library, "library.db")));
});
