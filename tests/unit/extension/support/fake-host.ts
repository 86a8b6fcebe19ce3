// A host in memory, as strict as docs/protocol.md: it stages chunks, checks sums, acknowledges, commits, and can be
// made to fail at any message. What it staged and committed outlives its ports, as a real host's disk does.
import { createHash } from "node:crypto";
import { fromBase64, toBase64 } from "../../../../extension/src/protocol/bytes.ts";
import { readRequest } from "../../../../extension/src/protocol/codec.ts";
import { crc32cHex } from "../../../../extension/src/protocol/crc32c.ts";
import { defaultLimits } from "../../../../extension/src/protocol/limits.ts";
import type {
  CapturedPage,
  Limits,
  MessageBody,
  Part,
  RequestType,
  UploadState,
} from "../../../../extension/src/protocol/messages.ts";
import type { ErrorCode, WireError } from "../../../../extension/src/protocol/reply.ts";
import type { Port } from "../../../../extension/src/protocol/session.ts";

interface Upload {
  bytes: number[];
  sha256?: string;
}
export interface StagedCapture {
  uploads: Map<number, Upload>;
  parts: Map<number, Part>;
  known: Set<string>;
}
export interface CommittedCapture {
  capture: string;
  page: CapturedPage;
  parts: Part[];
}

/** What a host does with a message instead of answering it. */
export type Fault = "crash" | "crash_after" | "silence" | WireError;

const link = "3f1c2a4e-9b7d-8c55-a1b2-0123456789ab";
const retries: Partial<Record<ErrorCode, WireError["retry"]>> = {
  gap: "resume",
  checksum_mismatch: "resume",
  digest_mismatch: "resume",
  incomplete: "resume",
};

export function hostError(code: ErrorCode, retry: WireError["retry"] = retries[code] ?? "never"): WireError {
  return { code, message: `the host says ${code}`, retry };
}

export function sha256(bytes: Uint8Array | number[]): string {
  return createHash("sha256").update(Uint8Array.from(bytes)).digest("hex");
}

export class FakeHost {
  limits: Limits = { ...defaultLimits };
  objects = new Set<string>();
  staged = new Map<string, StagedCapture>();
  committed = new Map<string, CommittedCapture>();
  /** Every request in order, as "type" or "type detail". */
  log: string[] = [];
  /** Asked for each message before it is handled. */
  fault: (type: RequestType, body: unknown, host: FakeHost) => Fault | undefined = () => undefined;
  /** false: chunks are acknowledged only by `acknowledge()`. */
  acks = true;
  ports = 0;
  /** Raw bytes taken by chunks and not acknowledged yet; the most that it ever was. */
  unacknowledged = 0;
  mostUnacknowledged = 0;
  removed: string[] = [];
  /** Of those: without the trash. */
  destroyed: string[] = [];
  capabilities = ["capture", "have", "library"];
  /** Why the library can't be opened: of every port that opens from now on. */
  libraryError: WireError | undefined;
  edits: unknown[] = [];
  links: string[] = [];
  #port: FakePort | null = null;

  connect(): Port {
    this.ports++;
    this.#port = new FakePort((message, port) => this.#receive(message, port));
    return this.#port;
  }

  /** The port breaks, as when the process dies. */
  crash(reason?: string): void {
    this.#port?.break(reason);
  }

  acknowledge(): void {
    for (const [capture, { uploads }] of this.staged) {
      this.#event("capture.ack", {
        capture,
        uploads: [...uploads].map(([upload, one]) => stateOf(upload, one)),
      });
    }
    this.unacknowledged = 0;
  }

  #receive(message: unknown, port: FakePort): void {
    const read = readRequest(message);
    if (!read.ok) throw new Error(`the extension sent what a host refuses: ${read.error.message}`);
    const { id, type, body } = read.value;
    this.log.push(type);
    const fault = this.fault(type, body, this);
    if (fault === "crash") port.break();
    if (fault === "crash" || fault === "silence") return;
    if (type === "capture.chunk") {
      this.#chunk(body as MessageBody<"capture.chunk">, fault as WireError | undefined);
      return;
    }
    const answer = fault && fault !== "crash_after" ? fault : this.#answer(type, body);
    if (fault === "crash_after") {
      port.break();
      return;
    }
    const failed = typeof answer === "object" && answer !== null && "retry" in answer;
    port.say({ v: 1, re: id, type, ...(failed ? { error: answer } : { body: answer }) });
  }

  #answer(type: RequestType, body: unknown): unknown {
    switch (type) {
      case "hello":
        return this.#hello();
      case "ping":
        return {};
      case "capture.begin":
        return this.#begin(body as MessageBody<"capture.begin">);
      case "capture.have":
        return this.#have(body as MessageBody<"capture.have">);
      case "capture.end_upload":
        return this.#endUpload(body as MessageBody<"capture.end_upload">);
      case "capture.parts":
        return this.#parts(body as MessageBody<"capture.parts">);
      case "capture.commit":
        return this.#commit(body as MessageBody<"capture.commit">);
      case "capture.abort":
        this.staged.delete((body as MessageBody<"capture.abort">).capture);
        return body;
      case "item.remove":
        this.removed.push(...(body as MessageBody<"item.remove">).ids);
        if ((body as MessageBody<"item.remove">).destroy)
          this.destroyed.push(...(body as MessageBody<"item.remove">).ids);
        return body;
      case "link.add": {
        const { url } = body as MessageBody<"link.add">;
        this.links.push(url);
        return { url, link_id: link, job_id: link, new_link: true };
      }
      case "link.edit":
      case "link.tag":
        this.edits.push(body);
        return { items: [] };
      default:
        return hostError("unknown_type");
    }
  }

  #hello() {
    return {
      protocol: 1,
      host: { version: "0.1.0", os: "linux" },
      capabilities: this.capabilities,
      limits: this.limits,
      library: this.libraryError
        ? { path: "/library", format: 99, links: 0, read_only: true, error: this.libraryError }
        : { id: link, path: "/library", format: 1, links: 0, read_only: false },
      free_bytes: 1,
      pending: [],
    };
  }

  #begin({ capture }: MessageBody<"capture.begin">) {
    const done = this.committed.get(capture);
    if (done) return { capture, state: "committed", uploads: [], committed: committedBody(capture) };
    const known = this.staged.get(capture);
    if (known) known.parts.clear();
    else this.staged.set(capture, { uploads: new Map(), parts: new Map(), known: new Set() });
    const uploads = [...(known?.uploads ?? [])].map(([upload, one]) => stateOf(upload, one));
    return { capture, state: known ? "resumed" : "new", uploads };
  }

  #have({ capture, sha256 }: MessageBody<"capture.have">) {
    const bits = new Uint8Array(Math.ceil(sha256.length / 8));
    for (const [index, digest] of sha256.entries()) {
      if (!this.objects.has(digest)) continue;
      bits[index >> 3] = (bits[index >> 3] as number) | (1 << (index & 7));
      this.staged.get(capture)?.known.add(digest);
    }
    return { capture, known: toBase64(bits) };
  }

  #chunk({ capture, upload, offset, crc32c, data }: MessageBody<"capture.chunk">, fault?: WireError): void {
    const uploads = this.staged.get(capture)?.uploads;
    if (!uploads) throw new Error("a chunk before capture.begin");
    const into = uploads.get(upload) ?? { bytes: [] };
    uploads.set(upload, into);
    const bytes = fromBase64(data);
    if (bytes.length > this.limits.chunk) throw new Error("a chunk above the limit");
    let error = fault;
    if (!error && offset > into.bytes.length) error = hostError("gap");
    if (!error && crc32cHex(bytes) !== crc32c) error = hostError("checksum_mismatch");
    if (error) {
      this.#event("capture.failed", { capture, error, uploads: [stateOf(upload, into)] });
      return;
    }
    into.bytes.push(...bytes.subarray(Math.max(0, into.bytes.length - offset)));
    this.unacknowledged += bytes.length;
    this.mostUnacknowledged = Math.max(this.mostUnacknowledged, this.unacknowledged);
    if (this.acks) this.acknowledge();
  }

  #endUpload({ capture, upload, size, sha256: expected }: MessageBody<"capture.end_upload">) {
    const uploads = this.staged.get(capture)?.uploads;
    const one = uploads?.get(upload) ?? { bytes: [] };
    uploads?.set(upload, one);
    if (one.bytes.length < size) return hostError("incomplete");
    const is = sha256(one.bytes);
    if (one.bytes.length !== size || (expected && expected !== is)) {
      one.bytes = [];
      return hostError("digest_mismatch");
    }
    one.sha256 = is;
    return { capture, ...stateOf(upload, one), sha256: is };
  }

  #parts({ capture, parts }: MessageBody<"capture.parts">) {
    const table = this.staged.get(capture)?.parts;
    for (const part of parts) table?.set(part.n, part);
    return { capture, parts: table?.size ?? 0 };
  }

  #commit({ capture, page, parts }: MessageBody<"capture.commit">) {
    if (this.committed.has(capture)) return committedBody(capture);
    const staged = this.staged.get(capture);
    if (!staged) return hostError("not_found");
    const arrived = new Set([...staged.uploads.values()].flatMap(({ sha256 }) => sha256 ?? []));
    const table = [...staged.parts.values()];
    const lacking = table.find(({ sha256 }) => sha256 && !arrived.has(sha256) && !staged.known.has(sha256));
    if (lacking || table.length !== parts) return hostError("incomplete");
    for (const digest of arrived) this.objects.add(digest);
    this.committed.set(capture, { capture, page, parts: table });
    this.staged.delete(capture);
    return committedBody(capture);
  }

  #event(event: string, body: unknown): void {
    this.#port?.say({ v: 1, event, body });
  }
}

function stateOf(upload: number, { bytes, sha256 }: Upload): UploadState {
  return { upload, received: bytes.length, durable: bytes.length, ...(sha256 ? { sha256 } : {}) };
}

function committedBody(capture: string) {
  return {
    capture,
    link_id: link,
    snapshot_id: capture,
    new_link: true,
    versions: 1,
    size_raw: 1,
    size_stored: 1,
    objects_new: 1,
    objects_known: 0,
  };
}

/** Both directions are asynchronous and in order, as a pipe is; what is under way when it breaks is lost. */
class FakePort implements Port {
  readonly #host: (message: unknown, port: FakePort) => void;
  #onMessage: (message: unknown) => void = () => {};
  #onClose: (reason: string | undefined) => void = () => {};
  #open = true;

  constructor(host: (message: unknown, port: FakePort) => void) {
    this.#host = host;
  }

  postMessage(message: unknown): void {
    if (!this.#open) throw new Error("Attempting to use a disconnected port object");
    const sent: unknown = JSON.parse(JSON.stringify(message));
    queueMicrotask(() => {
      if (this.#open) this.#host(sent, this);
    });
  }

  disconnect(): void {
    this.#open = false;
  }

  listen(onMessage: (message: unknown) => void, onClose: (reason: string | undefined) => void): void {
    this.#onMessage = onMessage;
    this.#onClose = onClose;
  }

  say(message: unknown): void {
    queueMicrotask(() => {
      if (this.#open) this.#onMessage(message);
    });
  }

  break(reason?: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#onClose(reason);
  }
}
