// Starts the real host as a browser does and speaks frames with it. Independent of the extension's own client, so that
// the two can't share a mistake.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { crc32c } from "./crc32c.ts";

export const root = resolve(import.meta.dirname, "../../..");
const build = resolve(root, process.env.KEEPLEAF_BUILD ?? "build/ci");
export const hostProgram = join(build, "bin/keepleaf-host");
export const program = join(build, "bin/keepleaf");

const browsers = JSON.parse(readFileSync(join(root, "installer/browsers.json"), "utf8"));
export const chromiumArguments = [`chrome-extension://${browsers.chromium_ids[0]}/`];
export const firefoxArguments = [
  "/usr/lib/mozilla/native-messaging-hosts/org.keepleaf.host.json",
  browsers.gecko_id,
];

export type Message = {
  v: number;
  re?: number;
  type?: string;
  event?: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the host says is checked field by field
  body?: any;
  error?: { code: string; message: string; kept?: string; next?: string; retry: string };
};

// A home of its own: no test sees the person's library or another test's.
export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), "keepleaf-process-"));
  readonly library = join(this.folder, "library with space ü");
  get environment(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? "",
      HOME: this.folder,
      XDG_CONFIG_HOME: join(this.folder, "config"),
      XDG_DATA_HOME: join(this.folder, "data"),
      XDG_STATE_HOME: join(this.folder, "state"),
      KEEPLEAF_LIBRARY: this.library,
    };
  }
  /** Ended with the home, so that a test that fails leaves no host that its runner would wait for. */
  readonly processes: ChildProcess[] = [];
  [Symbol.dispose]() {
    for (const one of this.processes) if (one.exitCode === null) one.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function frame(message: unknown): Buffer {
  const text = Buffer.from(typeof message === "string" ? message : JSON.stringify(message));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(text.length);
  return Buffer.concat([head, text]);
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  at: number;
}

export interface StartOptions {
  arguments?: string[];
  command?: string[]; // instead of the host itself: a wrapper around it
  extraDescriptors?: number;
}

export class Host {
  readonly process: ChildProcess;
  readonly exit: Promise<Exit>;
  readonly messages: Message[] = [];
  stderr = "";
  stray = Buffer.alloc(0); // bytes of stdout that are no whole frame (yet)
  #waiting: {
    matches: (message: Message) => boolean;
    resolve: (message: Message) => void;
    reject: (error: Error) => void;
  }[] = [];
  #id = 0;

  constructor(home: Home, options: StartOptions = {}) {
    const [command = hostProgram, ...before] = options.command ?? [];
    const extra = Array.from({ length: options.extraDescriptors ?? 0 }, () => "pipe" as const);
    this.process = spawn(command, [...before, ...(options.arguments ?? chromiumArguments)], {
      env: home.environment,
      stdio: ["pipe", "pipe", "pipe", ...extra],
    });
    home.processes.push(this.process);
    this.exit = new Promise((done) => {
      this.process.on("exit", (code, signal) => done({ code, signal, at: performance.now() }));
    });
    this.exit.then(({ code, signal }) => {
      // Whatever was written before the end is read before anybody is told that it will not come.
      setImmediate(() => {
        for (const one of this.#waiting.splice(0))
          one.reject(new Error(`the host ended (code ${code}, signal ${signal}): ${this.stderr}`));
      });
    });
    this.stdin.on("error", () => {}); // a host that ends with input unread is a case that tests look at
    this.stdout.on("data", (bytes: Buffer) => this.#read(bytes));
    this.process.stderr?.on("data", (bytes: Buffer) => {
      this.stderr += bytes.toString();
    });
  }

  get stdin(): Writable {
    return this.process.stdin as Writable;
  }
  get stdout(): Readable {
    return this.process.stdout as Readable;
  }
  get pid(): number {
    return this.process.pid as number;
  }

  #read(bytes: Buffer) {
    this.stray = Buffer.concat([this.stray, bytes]);
    while (this.stray.length >= 4) {
      const length = this.stray.readUInt32LE(0);
      if (length > 1 << 20) throw new Error(`a frame of ${length} bytes: the browser would close the port`);
      if (this.stray.length < 4 + length) return;
      const message = JSON.parse(this.stray.subarray(4, 4 + length).toString()) as Message;
      this.stray = this.stray.subarray(4 + length);
      this.messages.push(message);
      const index = this.#waiting.findIndex((one) => one.matches(message));
      if (index >= 0) this.#waiting.splice(index, 1)[0]?.resolve(message);
    }
  }

  // The first message, past or to come, that matches.
  until(matches: (message: Message) => boolean): Promise<Message> {
    const there = this.messages.find(matches);
    if (there) return Promise.resolve(there);
    return new Promise((resolve, reject) => this.#waiting.push({ matches, resolve, reject }));
  }

  raw(bytes: Buffer): Promise<void> {
    return new Promise((done) => {
      this.stdin.write(bytes, () => done());
    });
  }
  send(type: string, body: object): number {
    const id = ++this.#id;
    this.stdin.write(frame({ v: 1, id, type, body }));
    return id;
  }
  request(type: string, body: object = {}): Promise<Message> {
    const id = this.send(type, body);
    return this.until((message) => message.re === id);
  }
  // The body of the answer, or an exception with the host's words.
  // biome-ignore lint/suspicious/noExplicitAny: see Message
  async ask(type: string, body: object = {}): Promise<any> {
    const answer = await this.request(type, body);
    if (answer.error) throw new Error(`${type}: ${answer.error.code}: ${answer.error.message}`);
    return answer.body;
  }
  hello() {
    return this.ask("hello", helloBody);
  }
  // The end of input, and the exit.
  async close(): Promise<Exit> {
    this.stdin.end();
    return this.exit;
  }
}

export const helloBody = { protocol: [1, 1], client: "extension", client_version: "0.1.0", capabilities: [] };

export function chunkBody(capture: string, upload: number, offset: number, bytes: Buffer) {
  return { capture, upload, offset, crc32c: crc32c(bytes), data: bytes.toString("base64") };
}

export const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

let counter = 0;
// Version 7 in form; unique within a run, and the same in every run.
export function captureId(): string {
  return `019aa9f0-5c00-7000-8000-${(++counter).toString(16).padStart(12, "0")}`;
}

export interface Upload {
  bytes: Buffer;
  role: string;
  mediaType: string;
}

export function commitBody(capture: string, url: string, parts: number) {
  return {
    capture,
    page: { url, title: "A page", taken_at: "2026-11-22T05:55:01.250Z", engine: "tab" },
    parts,
  };
}

export function partsBody(capture: string, url: string, uploads: Upload[]) {
  const parts = uploads.map((upload, n) => ({
    n,
    ...(n > 0 && { parent: 0 }),
    role: upload.role,
    url: n === 0 ? url : `${url}part-${n}`,
    media_type: upload.mediaType,
    status: "ok",
    sha256: sha256(upload.bytes),
  }));
  return { capture, parts };
}

const chunkBytes = 384 * 1024;
const windowBytes = 4 * 1024 * 1024;

// Sends what is not yet received, within the window.
export async function sendUpload(
  host: Host,
  capture: string,
  upload: number,
  bytes: Buffer,
  from = 0,
): Promise<void> {
  const received = () =>
    host.messages
      .filter((message) => message.event === "capture.ack" && message.body.capture === capture)
      .flatMap((message) => message.body.uploads)
      .filter((state) => state.upload === upload)
      .reduce((most, state) => Math.max(most, state.received), from);
  for (let offset = from; offset < bytes.length; offset += chunkBytes) {
    while (offset - received() > windowBytes - chunkBytes) {
      const seen = host.messages.length;
      await host.until((message) => host.messages.indexOf(message, seen) >= seen);
    }
    const failed = host.messages.find((message) => message.event === "capture.failed");
    if (failed) throw new Error(JSON.stringify(failed.body.error));
    host.send(
      "capture.chunk",
      chunkBody(capture, upload, offset, bytes.subarray(offset, offset + chunkBytes)),
    );
  }
}

// A whole capture, or the rest of one: goes on from what begin answers.
export async function capturePage(host: Host, capture: string, url: string, uploads: Upload[]) {
  const begun = await host.ask("capture.begin", { capture, url });
  if (begun.state === "committed") return begun.committed;
  for (const [number, upload] of uploads.entries()) {
    const staged = begun.uploads.find((state: { upload: number }) => state.upload === number);
    if (staged?.sha256) continue;
    await sendUpload(host, capture, number, upload.bytes, staged?.received ?? 0);
    await host.ask("capture.end_upload", {
      capture,
      upload: number,
      size: upload.bytes.length,
      sha256: sha256(upload.bytes),
    });
  }
  await host.ask("capture.parts", partsBody(capture, url, uploads));
  return host.ask("capture.commit", commitBody(capture, url, uploads.length));
}
