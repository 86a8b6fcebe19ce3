// Figures of the host, each as a ratio against a peer or a limit measured in the same run (docs/benchmarks.md):
//
//   npm run bench:host [-- --mib 256 --runs 5]
//
// ingest    standard input to durable, against `base64 -d | zstd -3` into a file and fsync, of the same bytes
// memory    the host's peak resident memory while it takes a capture of 512 MiB
// start     process start to the answer to hello, on a library of 10,000 links
// known     captures of which everything is known, a second
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { chunkSize, FrameFile, frame } from "./frames.ts";

const { values: options } = parseArgs({
  options: {
    mib: { type: "string", default: "128" },
    "memory-mib": { type: "string", default: "512" },
    runs: { type: "string", default: "5" },
    links: { type: "string", default: "10000" },
    known: { type: "string", default: "6000" },
    only: { type: "string", default: "" },
  },
});
const runs = Number(options.runs);
const root = resolve(import.meta.dirname, "../..");
const ids = JSON.parse(readFileSync(join(root, "installer/browsers.json"), "utf8"));
const host = join(resolve(root, process.env.KEEPLEAF_BUILD ?? "build/ci"), "bin/keepleaf-host");
const caller = `chrome-extension://${ids.chromium_ids[0]}/`;
const folder = await mkdtemp(join(tmpdir(), "keepleaf-bench-"));

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const say = (line: string) => process.stdout.write(`${line}\n`);
const environment = (library: string) => ({
  ...process.env,
  HOME: folder,
  XDG_CONFIG_HOME: join(folder, "config"),
  XDG_STATE_HOME: join(folder, "state"),
  KEEPLEAF_LIBRARY: library,
});

interface Run {
  /** From the start of the process to the last commit's answer. */
  ms: number;
  /** Peak resident memory in MiB, as the kernel counted it (VmHWM). */
  peak: number;
  /** Processor time of all threads until then. */
  cpuMs: number;
}

/**
 * Runs the host on a prepared input until it has answered so many commits. The input stays open until then, as a browser
 * keeps it: after its end a host has no more than moments to finish.
 */
function runHost(library: string, input: string, commits: number): Promise<Run> {
  return new Promise((done, fail) => {
    const start = process.hrtime.bigint();
    const child = spawn(host, [caller], { stdio: ["pipe", "pipe", "inherit"], env: environment(library) });
    let committed = 0;
    let rest = "";
    let run: Run | undefined;
    child.on("error", fail);
    child.stdout.setEncoding("latin1").on("data", (data: string) => {
      const text = rest + data;
      if (text.includes('"error"')) fail(new Error(text.slice(-500)));
      committed += text.split('"type":"capture.commit"').length - 1;
      rest = text.slice(-25).split('"type":"capture.commit"').at(-1) ?? "";
      if (committed < commits || run) return;
      const ms = Number(process.hrtime.bigint() - start) / 1e6;
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      const cpuMs = (Number(stat[11]) + Number(stat[12])) * 10; // utime and stime, in hundredths of a second
      run = { ms, peak: Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024, cpuMs };
      child.stdin.end();
    });
    child.on("exit", (code, signal) => {
      if (run && code === 0) done(run);
      else fail(new Error(`the host ended with ${code ?? signal} after ${committed} of ${commits} commits`));
    });
    createReadStream(input, { highWaterMark: 1 << 20 }).pipe(child.stdin, { end: false });
  });
}

/** Real pages and their images, as many as make up the size: what people keep. */
function* corpus(bytes: number): Generator<Uint8Array> {
  const folders = [
    "/usr/share/doc/python3.11/html",
    "/usr/share/doc/debian-handbook/html",
    "/usr/share/doc/postgresql-doc-15/html",
  ];
  let left = bytes;
  let pending = Buffer.alloc(0);
  for (;;) {
    for (const base of folders.filter((path) => existsSync(path))) {
      for (const entry of readdirSync(base, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(html|png|css|js)$/.test(entry.name)) continue;
        pending = Buffer.concat([pending, readFileSync(join(entry.parentPath, entry.name))]);
        while (pending.length >= chunkSize) {
          const piece = pending.subarray(0, Math.min(chunkSize, left));
          pending = pending.subarray(chunkSize);
          left -= piece.length;
          yield piece;
          if (left <= 0) return;
        }
      }
    }
  }
}

async function ingest(): Promise<void> {
  const bytes = Number(options.mib) << 20;
  const input = join(folder, "ingest.frames");
  const frames = await FrameFile.create(input);
  await frames.capture("https://bench.example/ingest", [
    {
      role: "document",
      type: "text/html",
      bytes: () => [Buffer.from("<!doctype html><title>bench</title>")],
    },
    { role: "other", type: "application/octet-stream", bytes: () => corpus(bytes) },
  ]);
  await frames.close();
  const plain = join(folder, "ingest.base64");
  writeFileSync(plain, Buffer.concat([...corpus(bytes)]).toString("base64"));

  const ours: number[] = [];
  const peer: number[] = [];
  const cat: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const library = join(folder, `library-${run}`);
    const mine = (await runHost(library, input, 1)).ms;
    const timed = (command: string) => {
      const start = process.hrtime.bigint();
      const result = spawnSync("bash", ["-c", `set -o pipefail; ${command}`], { stdio: "inherit" });
      if (result.status !== 0) throw new Error(command);
      const out = openSync(join(folder, "peer.out"), "r");
      fsyncSync(out);
      closeSync(out);
      return Number(process.hrtime.bigint() - start) / 1e6;
    };
    const other = timed(`base64 -d < '${plain}' | zstd -q -3 -c > '${folder}/peer.out'`);
    const copied = timed(`cat '${input}' > '${folder}/peer.out'`);
    await rm(library, { recursive: true, force: true });
    if (run === 0) continue; // the first warms the page cache
    ours.push(mine);
    peer.push(other);
    cat.push(copied);
  }
  const ratio = median(ours.map((ms, i) => ms / (peer[i] ?? Number.NaN)));
  say(
    `ingest   ${options.mib} MiB: host ${median(ours).toFixed(0)} ms, base64 -d | zstd -3 + fsync ${median(peer).toFixed(0)} ms, cat ${median(cat).toFixed(0)} ms`,
  );
  say(`ingest   ratio to base64 | zstd + fsync: ${ratio.toFixed(2)} (goal <= 2), median of ${runs}`);
}

async function memory(): Promise<void> {
  const mib = Number(options["memory-mib"]);
  const input = join(folder, "memory.frames");
  const frames = await FrameFile.create(input);
  await frames.capture("https://bench.example/memory", [
    {
      role: "document",
      type: "text/html",
      bytes: () => [Buffer.from("<!doctype html><title>bench</title>")],
    },
    { role: "video", type: "video/mp4", bytes: () => corpus(mib << 20) },
  ]);
  await frames.close();
  const library = join(folder, "library-memory");
  const { peak } = await runHost(library, input, 1);
  say(
    `memory   peak while taking ${mib} MiB: ${peak.toFixed(1)} MiB (goal < 64), ${(peak / mib).toFixed(3)} of the capture`,
  );
  await rm(input, { force: true });
  await rm(library, { recursive: true, force: true });
}

/** Starts the host, says hello, and measures until the answer is there. */
function helloMs(library: string): Promise<number> {
  return new Promise((done, fail) => {
    const start = process.hrtime.bigint();
    const child = spawn(host, [caller], { stdio: ["pipe", "pipe", "inherit"], env: environment(library) });
    child.on("error", fail);
    child.stdout.once("data", () => {
      const ms = Number(process.hrtime.bigint() - start) / 1e6;
      child.stdin.end();
      child.on("exit", () => done(ms));
    });
    child.stdin.write(
      frame({
        v: 1,
        id: 1,
        type: "hello",
        body: { protocol: [1, 1], client: "extension", client_version: "0", capabilities: [] },
      }),
    );
  });
}

/** A library of so many links, each with a snapshot of its own few hundred bytes. */
async function largeLibrary(): Promise<string> {
  const library = join(folder, "library-large");
  const input = join(folder, "large.frames");
  const frames = await FrameFile.create(input);
  for (let i = 0; i < Number(options.links); i++) {
    const html = `<!doctype html><title>Page ${i}</title><p>The text of page number ${i}, 第${i}页的文字。`;
    await frames.capture(`https://bench.example/page/${i}`, [
      { role: "document", type: "text/html; charset=utf-8", bytes: () => [Buffer.from(html)] },
    ]);
  }
  await frames.close();
  const { ms } = await runHost(library, input, Number(options.links));
  say(
    `fill     ${options.links} new one-document captures: ${(Number(options.links) / (ms / 1000)).toFixed(0)} a second`,
  );
  return library;
}

async function start(library: string): Promise<void> {
  const bare: number[] = [];
  const times: number[] = [];
  for (let i = 0; i < 50; i++) {
    times.push(await helloMs(library));
    const begin = process.hrtime.bigint();
    spawnSync("/bin/true");
    bare.push(Number(process.hrtime.bigint() - begin) / 1e6);
  }
  say(
    `start    process start to hello on ${options.links} links: ${median(times).toFixed(1)} ms, median of 50 (goal < 15); ` +
      `/bin/true takes ${median(bare).toFixed(1)} ms, ratio ${(median(times) / median(bare)).toFixed(1)}`,
  );
}

async function known(): Promise<void> {
  const library = join(folder, "library-known");
  const first = join(folder, "first.frames");
  const html = Buffer.from(`<!doctype html><title>Known</title>${"<p>The same text again.".repeat(200)}`);
  const image = Buffer.alloc(20_000, 7);
  const frames = await FrameFile.create(first);
  await frames.capture("https://bench.example/known", [
    { role: "document", type: "text/html; charset=utf-8", bytes: () => [html] },
    { role: "image", type: "image/png", bytes: () => [image] },
  ]);
  await frames.close();
  await runHost(library, first, 1);

  const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  const parts = [
    { role: "document", type: "text/html; charset=utf-8", sha256: sha256(html) },
    { role: "image", type: "image/png", sha256: sha256(image) },
  ];
  const count = Number(options.known);
  const input = join(folder, "known.frames");
  const again = await FrameFile.create(input);
  // Fifty pages taken again and again, as schedules and people do.
  for (let i = 0; i < count; i++) await again.known(`https://bench.example/known/${i % 50}`, parts);
  await again.close();
  const { ms, cpuMs } = await runHost(library, input, count);

  // The limit: one write and fdatasync for each, which is what "survives power loss" costs at least.
  const out = openSync(join(folder, "sync.out"), "w");
  const begin = process.hrtime.bigint();
  const record = Buffer.alloc(512);
  for (let i = 0; i < 2000; i++) {
    writeFileSync(out, record);
    fsyncSync(out);
  }
  const perSync = Number(process.hrtime.bigint() - begin) / 1e6 / 2000;
  closeSync(out);
  say(
    `known    ${(count / (ms / 1000)).toFixed(0)} captures a second of which everything is known (goal >= 3000); ` +
      `${(ms / count).toFixed(3)} ms each (${(cpuMs / count).toFixed(3)} ms of CPU), a bare 512-byte write + fsync ${perSync.toFixed(3)} ms, ratio ${(ms / count / perSync).toFixed(2)}`,
  );
}

if (!existsSync(host) || !statSync(host).isFile()) throw new Error(`${host} is not built`);
try {
  const wanted = (name: string) => options.only === "" || options.only.split(",").includes(name);
  if (wanted("ingest")) await ingest();
  if (wanted("memory")) await memory();
  if (wanted("start")) await start(await largeLibrary());
  if (wanted("known")) await known();
} finally {
  await rm(folder, { recursive: true, force: true });
}
