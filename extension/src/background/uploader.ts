// Sends one capture from the outbox to an open host: begin, have, chunks, end_upload, parts, commit (docs/protocol.md,
// "Capture"). Keeps no state of its own: whatever breaks, the next attempt goes on from the answer to `capture.begin`.

import { bitAt, fromBase64, toBase64 } from "../protocol/bytes.ts";
import type { Event } from "../protocol/codec.ts";
import { crc32cHex } from "../protocol/crc32c.ts";
import type {
  Committed,
  Limits,
  MessageBody,
  MessageReply,
  Sha256,
  UploadState,
  Uuid,
} from "../protocol/messages.ts";
import type { Reply, WireError } from "../protocol/reply.ts";
import { type Clock, systemClock } from "../protocol/session.ts";
import type { OpenHost } from "./host-connection.ts";
import type { OutboxRecord, OutboxStore, StoredObject } from "./outbox-store.ts";
import { fitPage, partBatches } from "./upload-parts.ts";
import { UploadWindow } from "./upload-window.ts";

/** Bytes that the host has of those that it needs. */
export type UploadProgress = (done: number, total: number) => void;

/** Without a sign of life for so long while the window is full, the host counts as gone. */
export const stallTimeout = 60_000;
/** How often one attempt begins again after an error that says `resume`. */
const resumes = 3;
/** How often the host may refuse chunks of one attempt before it begins again. */
const rewinds = 8;

class UploadError extends Error {
  readonly error: WireError;
  constructor(error: WireError) {
    super(error.message);
    this.error = error;
  }
}

export async function uploadCapture(
  host: OpenHost,
  record: OutboxRecord,
  store: OutboxStore,
  onProgress: UploadProgress,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<Reply<Committed>> {
  for (let attempt = 0; ; attempt++) {
    const upload = new Upload(host, record, store, onProgress, signal, clock);
    try {
      return { ok: true, value: await upload.run() };
    } catch (error) {
      if (!(error instanceof UploadError)) throw error;
      if (error.error.retry !== "resume") return { ok: false, error: error.error };
      // Begun again and again without an end: leave it to a later attempt on a new port.
      if (attempt >= resumes) return { ok: false, error: { ...error.error, retry: "later" } };
    } finally {
      upload.stop();
    }
  }
}

class Upload {
  readonly #host: OpenHost;
  readonly #limits: Limits;
  readonly #record: OutboxRecord;
  readonly #capture: Uuid;
  readonly #store: OutboxStore;
  readonly #onProgress: UploadProgress;
  readonly #clock: Clock;
  readonly #window: UploadWindow;
  readonly #digests = new Map<string, Sha256>();
  readonly #cleanup: (() => void)[] = [];
  #failure: WireError | null = null;
  #rewinds = 0;
  #total = 0;

  constructor(
    host: OpenHost,
    record: OutboxRecord,
    store: OutboxStore,
    onProgress: UploadProgress,
    signal: AbortSignal,
    clock: Clock,
  ) {
    this.#host = host;
    this.#limits = host.hello.limits;
    this.#record = record;
    this.#capture = record.capture;
    this.#store = store;
    this.#onProgress = onProgress;
    this.#clock = clock;
    this.#window = new UploadWindow(this.#limits.window);
    const cancel = () => this.#fail(cancelled);
    signal.addEventListener("abort", cancel);
    this.#cleanup.push(
      () => signal.removeEventListener("abort", cancel),
      host.session.onEvent((event) => this.#onEvent(event)),
      host.session.onClose((error) => this.#fail(error)),
    );
    if (signal.aborted) cancel();
  }

  stop(): void {
    for (const step of this.#cleanup) step();
  }

  async run(): Promise<Committed> {
    const page = this.#record.page;
    if (!page) throw new UploadError(damaged("the page of the capture"));
    if (this.#record.bytes > this.#limits.capture)
      throw new UploadError(tooLarge("capture", this.#record.bytes));
    const begun = await this.#ask("capture.begin", {
      capture: this.#capture,
      url: page.url.toWellFormed(),
      expected_bytes: this.#record.bytes,
    });
    if (begun.state === "committed" && begun.committed) return withoutCapture(begun.committed);

    await this.#sendObjects(begun.uploads);
    const parts = await this.#sendParts();
    return withoutCapture(
      await this.#ask("capture.commit", { capture: this.#capture, page: fitPage(page, this.#limits), parts }),
    );
  }

  async #sendObjects(uploads: UploadState[]): Promise<void> {
    const objects = await this.#store.objects(this.#capture);
    const staged = new Map(uploads.map((upload) => [upload.upload, upload]));
    for (const object of objects) {
      const complete = staged.get(object.upload)?.sha256;
      if (complete && (!object.sha256 || object.sha256 === complete)) this.#digests.set(object.ref, complete);
    }
    await this.#askWhichAreKnown(objects.filter(({ ref }) => !this.#digests.has(ref)));

    const toSend = objects.filter(({ ref }) => !this.#digests.has(ref));
    for (const { upload, size } of toSend) {
      this.#window.start(upload, Math.min(staged.get(upload)?.received ?? 0, size));
      this.#total += size - this.#window.sentUpTo(upload);
    }
    this.#report();
    // An upload is confirmed while later ones are under way: a page has hundreds of small resources.
    const confirmed: Promise<void>[] = [];
    for (const object of toSend) {
      const bytes = await this.#bytesOf(object);
      await this.#sendChunks(object, bytes);
      const end = this.#confirm(object, bytes);
      end.catch(() => {}); // looked at below; until then the next object may fail first
      confirmed.push(end);
    }
    await Promise.all(confirmed);
  }

  async #askWhichAreKnown(objects: StoredObject[]): Promise<void> {
    const hashed = objects.flatMap(({ ref, sha256 }) => (sha256 ? [{ ref, sha256 }] : []));
    for (let at = 0; at < hashed.length; at += this.#limits.have_batch) {
      const batch = hashed.slice(at, at + this.#limits.have_batch);
      const sha256s = batch.map(({ sha256 }) => sha256);
      const answer = await this.#ask("capture.have", { capture: this.#capture, sha256: sha256s });
      const bits = fromBase64(answer.known);
      for (const [index, { ref, sha256 }] of batch.entries()) {
        if (bitAt(bits, index)) this.#digests.set(ref, sha256);
      }
    }
  }

  async #bytesOf(object: StoredObject): Promise<Blob> {
    if (object.size > this.#limits.part) throw new UploadError(tooLarge("part", object.size));
    const bytes = await this.#store.bytes(this.#capture, object.ref);
    if (bytes?.size !== object.size) throw new UploadError(damaged(`upload ${object.upload}`));
    return bytes;
  }

  async #sendChunks({ upload, size }: StoredObject, bytes: Blob): Promise<void> {
    for (;;) {
      this.#throwIfFailed();
      const offset = this.#window.sentUpTo(upload);
      if (offset >= size) return;
      const end = Math.min(offset + this.#limits.chunk, size);
      if (!this.#window.hasRoom(end - offset)) {
        await this.#signOfLife();
        continue;
      }
      const data = new Uint8Array(await bytes.slice(offset, end).arrayBuffer());
      this.#throwIfFailed();
      // A refused chunk moved the upload back while these bytes were being read.
      if (this.#window.sentUpTo(upload) !== offset) continue;
      const failed = this.#host.session.send({
        capture: this.#capture,
        upload,
        offset,
        crc32c: crc32cHex(data),
        data: toBase64(data),
      });
      if (failed) throw new UploadError(failed);
      this.#window.sent(upload, data.length);
    }
  }

  async #confirm(object: StoredObject, bytes: Blob): Promise<void> {
    for (;;) {
      const answer = await this.#host.session.request("capture.end_upload", {
        capture: this.#capture,
        upload: object.upload,
        size: object.size,
        ...(object.sha256 ? { sha256: object.sha256 } : {}),
      });
      this.#throwIfFailed();
      if (answer.ok) {
        this.#window.acknowledge([answer.value]);
        this.#digests.set(object.ref, answer.value.sha256);
        this.#report();
        return;
      }
      // A chunk was refused after the last one had been sent; its event came first and says where to go on.
      const refused = this.#window.sentUpTo(object.upload) < object.size;
      if (!refused || answer.error.code === "digest_mismatch") throw new UploadError(answer.error);
      await this.#sendChunks(object, bytes);
    }
  }

  async #sendParts(): Promise<number> {
    const drafts = await this.#store.parts(this.#capture);
    if (drafts.length > this.#limits.parts) throw new UploadError(tooLarge("parts", drafts.length));
    const parts = partBatches(drafts, this.#digests, this.#limits);
    if ("missing" in parts) throw new UploadError(damaged(`part ${parts.missing}`));
    for (const batch of parts.batches)
      await this.#ask("capture.parts", { capture: this.#capture, parts: batch });
    return drafts.length;
  }

  async #ask<T extends "capture.begin" | "capture.have" | "capture.parts" | "capture.commit">(
    type: T,
    body: MessageBody<T>,
  ): Promise<MessageReply<T>> {
    this.#throwIfFailed();
    const reply = await this.#host.session.request(type, body);
    if (!reply.ok) throw new UploadError(reply.error);
    return reply.value;
  }

  async #signOfLife(): Promise<void> {
    const stop = this.#clock.after(stallTimeout, () => this.#fail(stalled));
    await this.#window.changed();
    stop();
  }

  #onEvent(event: Event): void {
    if (event.event === "log" || event.body.capture !== this.#capture) return;
    if (event.event === "capture.ack") {
      this.#window.acknowledge(event.body.uploads);
      this.#report();
      return;
    }
    const { error, uploads } = event.body;
    const goesOn = (error.code === "gap" || error.code === "checksum_mismatch") && this.#rewinds++ < rewinds;
    if (goesOn) this.#window.rewind(uploads);
    else this.#fail(error);
  }

  #fail(error: WireError): void {
    this.#failure ??= error;
    this.#window.wake();
  }

  #throwIfFailed(): void {
    if (this.#failure) throw new UploadError(this.#failure);
  }

  #report(): void {
    this.#onProgress(Math.min(this.#window.confirmed, this.#total), this.#total);
  }
}

function withoutCapture({ capture: _, ...committed }: MessageReply<"capture.commit">): Committed {
  return committed;
}

const cancelled: WireError = { code: "cancelled", message: "The capture was stopped.", retry: "never" };
const stalled: WireError = {
  code: "timeout",
  message: "The host stopped taking bytes.",
  kept: "The capture waits in the extension.",
  retry: "later",
};

function damaged(what: string): WireError {
  return {
    code: "corrupt",
    message: `The browser lost a piece of the capture: ${what}.`,
    next: "Keep the page again.",
    retry: "never",
  };
}

function tooLarge(limit: keyof Limits, is: number): WireError {
  return { code: "too_large", message: `The capture exceeds the limit ${limit}: ${is}.`, retry: "never" };
}
