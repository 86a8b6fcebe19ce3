// Captures through the real host: whole, interleaved, cut off anywhere, killed and resumed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  captureId,
  capturePage,
  chunkBody,
  commitBody,
  frame,
  Home,
  Host,
  helloBody,
  partsBody,
  sendUpload,
  sha256,
  type Upload,
} from "./support/host.ts";
import { bytesOf, randomFrom, seed } from "./support/random.ts";

const html = (text: string) => Buffer.from(`<!doctype html><title>A page</title><p>${text}</p>`);

function page(text: string, sizes: number[], random = randomFrom(seed)): Upload[] {
  return [
    { bytes: html(text), role: "document", mediaType: "text/html; charset=utf-8" },
    ...sizes.map((size) => ({ bytes: bytesOf(size, random), role: "image", mediaType: "image/png" })),
  ];
}

async function checkSnapshot(host: Host, snapshot: string, uploads: Upload[]) {
  const shown = await host.ask("snapshot.show", { id: snapshot });
  assert.deepEqual(
    shown.resources.map((part: { n: number; sha256: string; size: number }) => [
      part.n,
      part.sha256,
      part.size,
    ]),
    uploads.map((upload, n) => [n, sha256(upload.bytes), upload.bytes.length]),
  );
  const verified = await host.ask("library.verify", { deep: true });
  assert.deepEqual(verified.findings, []);
}

test("a page in chunks is a snapshot: listed, shown, searched, read and verified", async () => {
  using home = new Home();
  const host = new Host(home);
  await host.hello();
  const capture = captureId();
  const uploads = page("a quiet heron", [10, 500_000, 2_000_000, 0]);
  const committed = await capturePage(host, capture, "https://a.example/heron", uploads);
  assert.equal(committed.snapshot_id, capture);
  assert.equal(committed.new_link, true);
  assert.equal(committed.versions, 1);
  assert.equal((await host.ask("link.list")).items[0].id, committed.link_id);
  assert.equal((await host.ask("link.search", { query: "heron" })).total, 1);
  const read = await host.ask("snapshot.read", { id: capture, offset: 0 });
  assert.match(Buffer.from(read.data, "base64").toString(), /a quiet heron/);
  await checkSnapshot(host, capture, uploads);
  assert.deepEqual(await host.ask("capture.begin", { capture, url: "https://a.example/heron" }), {
    capture,
    state: "committed",
    uploads: [],
    committed,
  });
  assert.equal((await host.close()).code, 0);
});

test("a second capture of the same page sends nothing that is known", async () => {
  using home = new Home();
  const host = new Host(home);
  await host.hello();
  const uploads = page("the same", [1000, 400_000]);
  await capturePage(host, captureId(), "https://a.example/", uploads);
  const capture = captureId();
  await host.ask("capture.begin", { capture, url: "https://a.example/" });
  const unknown = "0".repeat(64);
  const have = await host.ask("capture.have", {
    capture,
    sha256: [...uploads.map(({ bytes }) => sha256(bytes)), unknown],
  });
  assert.deepEqual([...Buffer.from(have.known, "base64")], [0b0111]);
  await host.ask("capture.parts", partsBody(capture, "https://a.example/", uploads));
  const committed = await host.ask(
    "capture.commit",
    commitBody(capture, "https://a.example/", uploads.length),
  );
  assert.equal(committed.versions, 2);
  assert.equal(committed.objects_new, 0);
  assert.equal(committed.objects_known, uploads.length);
  await host.close();
});

test("captures that are interleaved chunk by chunk do not touch each other", async () => {
  using home = new Home();
  const host = new Host(home);
  await host.hello();
  const random = randomFrom(seed + 1);
  const captures = [1, 2, 3].map((n) => ({
    id: captureId(),
    url: `https://a.example/${n}`,
    uploads: page(`page ${n}`, [300_000 + n], random),
  }));
  for (const { id, url } of captures) await host.ask("capture.begin", { capture: id, url });
  for (let offset = 0; offset < 300_010; offset += 10_000) {
    for (const { id, uploads } of captures) {
      const bytes = uploads[1]?.bytes.subarray(offset, offset + 10_000) ?? Buffer.alloc(0);
      if (bytes.length > 0) host.send("capture.chunk", chunkBody(id, 1, offset, bytes));
    }
  }
  const committed = await Promise.all(
    captures.map(({ id, url, uploads }) => capturePage(host, id, url, uploads)),
  );
  for (const [i, { snapshot_id }] of committed.entries())
    await checkSnapshot(host, snapshot_id, captures[i]?.uploads ?? []);
  assert.equal((await host.ask("link.list")).total, 3);
  await host.close();
});

test("a commit whose bytes have not arrived is incomplete, nothing is visible, and it can be mended", async () => {
  using home = new Home();
  const host = new Host(home);
  await host.hello();
  const capture = captureId();
  const uploads = page("mended", [5000]);
  await host.ask("capture.begin", { capture, url: "https://a.example/" });
  await host.ask("capture.parts", partsBody(capture, "https://a.example/", uploads));
  const refused = await host.request(
    "capture.commit",
    commitBody(capture, "https://a.example/", uploads.length),
  );
  assert.equal(refused.error?.code, "incomplete");
  assert.equal(refused.error?.retry, "resume");
  assert.equal((await host.ask("link.list")).total, 0);
  await capturePage(host, capture, "https://a.example/", uploads);
  assert.equal((await host.ask("link.list")).total, 1);
  await host.close();
});

test("a damaged chunk, a gap and a wrong digest are told, and the sender goes on from there", async () => {
  using home = new Home();
  const host = new Host(home);
  await host.hello();
  const capture = captureId();
  const bytes = bytesOf(1000, randomFrom(seed));
  await host.ask("capture.begin", { capture, url: "https://a.example/" });
  const chunk = (from: number, to: number) => chunkBody(capture, 0, from, bytes.subarray(from, to));
  host.send("capture.chunk", { ...chunk(0, 100), crc32c: "00000000" });
  const damaged = await host.until((message) => message.event === "capture.failed");
  assert.equal(damaged.body.error.code, "checksum_mismatch");
  assert.equal(damaged.body.uploads[0].received, 0);
  host.send("capture.chunk", chunk(0, 100));
  host.send("capture.chunk", chunk(200, 300));
  const gap = await host.until(
    (message) => message.event === "capture.failed" && message.body.error.code === "gap",
  );
  assert.equal(gap.body.uploads[0].received, 100);
  host.send("capture.chunk", chunk(50, 1000)); // overlaps: what is there already is ignored
  const wrong = await host.request("capture.end_upload", {
    capture,
    upload: 0,
    size: 1000,
    sha256: "0".repeat(64),
  });
  assert.equal(wrong.error?.code, "digest_mismatch");
  host.send("capture.chunk", chunk(0, 1000));
  const ended = await host.ask("capture.end_upload", { capture, upload: 0, size: 1000 });
  assert.equal(ended.sha256, sha256(bytes));
  await host.close();
});

test("an aborted capture leaves nothing behind, and chunks on their way are ignored", async () => {
  using home = new Home();
  const host = new Host(home);
  await host.hello();
  const capture = captureId();
  await host.ask("capture.begin", { capture, url: "https://a.example/" });
  host.send("capture.chunk", chunkBody(capture, 0, 0, Buffer.alloc(1000)));
  await host.ask("capture.abort", { capture });
  host.send("capture.chunk", chunkBody(capture, 0, 1000, Buffer.alloc(1000)));
  await host.ask("ping");
  assert.equal(host.messages.filter((message) => message.event === "capture.failed").length, 0);
  await host.close();
  const next = new Host(home);
  assert.deepEqual((await next.hello()).pending, []);
  assert.equal((await next.ask("library.stats")).staging_bytes, 0);
  await next.close();
});

test("two hosts can't take the same capture, and can take two at once", async () => {
  using home = new Home();
  const [one, two] = [new Host(home), new Host(home)];
  await Promise.all([one.hello(), two.hello()]);
  const capture = captureId();
  const uploads = page("one", [200_000]);
  await one.ask("capture.begin", { capture, url: "https://a.example/1" });
  one.send("capture.chunk", chunkBody(capture, 1, 0, uploads[1]?.bytes.subarray(0, 1000) ?? Buffer.alloc(0)));
  await one.until((message) => message.event === "capture.ack" && message.body.uploads[0].durable > 0);
  assert.equal(
    (await two.request("capture.begin", { capture, url: "https://a.example/1" })).error?.code,
    "busy",
  );
  await Promise.all([
    capturePage(one, capture, "https://a.example/1", uploads),
    capturePage(two, captureId(), "https://a.example/2", page("two", [200_000])),
  ]);
  assert.equal((await one.ask("link.list")).total, 2);
  await Promise.all([one.close(), two.close()]);
});

// The frames of a small session, and what is true once so many bytes of them have arrived.
function smallSession() {
  const capture = captureId();
  const url = "https://a.example/";
  const uploads = page("small", [3]);
  let id = 0;
  const request = (type: string, body: object) => frame({ v: 1, id: ++id, type, body });
  const frames = [request("hello", helloBody), request("capture.begin", { capture, url })];
  for (const [n, { bytes }] of uploads.entries()) {
    frames.push(request("capture.chunk", chunkBody(capture, n, 0, bytes)));
    frames.push(
      request("capture.end_upload", { capture, upload: n, size: bytes.length, sha256: sha256(bytes) }),
    );
  }
  frames.push(request("capture.parts", partsBody(capture, url, uploads)));
  frames.push(request("capture.commit", commitBody(capture, url, uploads.length)));
  const ends: number[] = [];
  for (const one of frames) ends.push((ends.at(-1) ?? 0) + one.length);
  return { capture, url, uploads, bytes: Buffer.concat(frames), ends };
}

// KEEPLEAF_OFFSETS=all takes every byte; otherwise the edges of every frame and a seeded sample between them.
function offsetsOf(length: number, ends: number[]): number[] {
  if (process.env.KEEPLEAF_OFFSETS === "all") return Array.from({ length: length + 1 }, (_, i) => i);
  const random = randomFrom(seed + 2);
  const sample = Array.from({ length: 12 }, () => Math.floor(random() * length));
  return [...new Set([0, ...ends.flatMap((end) => [end - 1, end, end + 3]), ...sample])].filter(
    (at) => at <= length,
  );
}

test("the end of input anywhere in a session leaves the whole snapshot or none, and what was begun can be resumed", async () => {
  const { ends } = smallSession();
  for (const offset of offsetsOf(ends.at(-1) ?? 0, ends)) {
    using home = new Home();
    const session = smallSession();
    const host = new Host(home);
    host.stdin.end(session.bytes.subarray(0, offset));
    assert.equal((await host.exit).code, 0, `cut at ${offset}`);
    assert.equal(host.stray.length, 0, `cut at ${offset}`);
    const next = new Host(home);
    const hello = await next.hello();
    const whole = offset === session.bytes.length;
    const begun = offset >= (session.ends[2] ?? 0); // a capture without a byte leaves nothing to resume
    assert.equal((await next.ask("link.list")).total, whole ? 1 : 0, `cut at ${offset}`);
    assert.equal(hello.pending.length, begun && !whole ? 1 : 0, `cut at ${offset}`);
    const committed = await capturePage(next, session.capture, session.url, session.uploads);
    await checkSnapshot(next, committed.snapshot_id, session.uploads);
    assert.equal((await next.ask("link.list")).total, 1);
    await next.close();
  }
});

test("killed without warning at random moments, a capture is resumed until it is whole, byte for byte", async () => {
  const rounds = Number(process.env.KEEPLEAF_KILLS ?? 8);
  const random = randomFrom(seed + 3);
  for (let round = 0; round < rounds; ++round) {
    using home = new Home();
    const capture = captureId();
    const uploads = page(`round ${round}`, [2_500_000, 70_000, 1_200_000], random);
    let committed: { snapshot_id: string } | undefined;
    let deaths = 0;
    while (!committed) {
      const host = new Host(home);
      const killAfter = deaths < 4 ? Math.floor(random() * 14) : Number.POSITIVE_INFINITY;
      let sent = 0;
      const write = host.stdin.write.bind(host.stdin);
      // The moment is told by how many frames were sent, not by the clock.
      host.stdin.write = ((...args: Parameters<typeof write>) => {
        if (sent++ === killAfter) host.process.kill("SIGKILL");
        return write(...args);
      }) as typeof host.stdin.write;
      try {
        await host.hello();
        committed = await capturePage(host, capture, "https://a.example/", uploads);
        assert.ok(committed);
        await checkSnapshot(host, committed.snapshot_id, uploads);
        assert.equal((await host.ask("link.list")).items[0].snapshot_count, 1);
        await host.close();
      } catch (error) {
        const exit = await host.exit;
        if (exit.signal !== "SIGKILL") throw error;
        ++deaths;
        committed = undefined;
      }
    }
  }
});

test("the host's memory does not grow with the capture", async () => {
  const mebibytes = Number(process.env.KEEPLEAF_CAPTURE_MIB ?? 96);
  using home = new Home();
  const host = new Host(home);
  await host.hello();
  const capture = captureId();
  const bytes = bytesOf(mebibytes << 20, randomFrom(seed + 4));
  await host.ask("capture.begin", { capture, url: "https://a.example/", expected_bytes: bytes.length });
  await sendUpload(host, capture, 0, bytes);
  await host.ask("capture.end_upload", { capture, upload: 0, size: bytes.length, sha256: sha256(bytes) });
  const status = readFileSync(`/proc/${host.pid}/status`, "utf8");
  const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  console.log(`peak memory of the host while it took ${mebibytes} MiB: ${peak.toFixed(1)} MiB`);
  assert.ok(peak < 64, `${peak} MiB`);
  await host.ask("capture.abort", { capture });
  await host.close();
});
