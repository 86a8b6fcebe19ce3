// One attempt to send a capture to an open host (docs/protocol.md, "Capture"): begin, have, chunks, end_upload, parts,
// commit. Objects may be offered while others are on their way and before the capture is complete: what the library has
// is asked for whatever has gathered, bytes follow each other without waiting for answers, and only the end is waited for.

import { type Bytes, sizeOf, sliceOf } from "../capture/bytes.ts";
import { bitAt, fromBase64, toBase64 } from "../protocol/bytes.ts";
import type { Event } from "../protocol/codec.ts";
import { crc32cHex } from "../protocol/crc32c.ts";
import type {
  CapturedPage,
  Committed,
  Limits,
  MessageBody,
  MessageReply,
  Sha256,
  UploadState,
  Uuid,
} from "../protocol/messages.ts";
import type { WireError } from "../protocol/reply.ts";
import type { Clock } from "../protocol/session.ts";
import type { PartDraft } from "./capture-writer.ts";
import type { OpenHost } from "./host-connection.ts";
import type { StoredObject } from "./outbox-store.ts";
import { fitPage, partBatches } from "./upload-parts.ts";
import { UploadWindow } from "./upload-window.ts";

/** Bytes that the host has of those that it needs. */
export type UploadProgress = (done: number, total: number) => void;

/** Without a sign of life for so long while the window is full, the host counts as gone. */
export const stallTimeout = 60_000;
/** How often the host may refuse chunks of one attempt before it begins again. */
const rewinds = 8;

export class UploadError extends Error {
  readonly error: WireError;
  constructor(error: WireError) {
    super(error.message);
    this.error = error;
  }
}

interface Offered {
  object: StoredObject;
  read: () => Promise<Bytes | undefined>;
}

/** Rejects with an UploadError. After the first failure nothing more is sent. */
export class Upload {
  readonly #host: OpenHost;
  readonly #limits: Limits;
  readonly #capture: Uuid;
  readonly #onProgress: UploadProgress;
  readonly #clock: Clock;
  readonly #window: UploadWindow;
  readonly #digests = new Map<string, Sha256>();
  readonly #staged = new Map<number, UploadState>();
  readonly #confirmed: Promise<void>[] = [];
  readonly #cleanup: (() => void)[] = [];
  #begun: Promise<Committed | null> | null = null;
  #unasked: Offered[] = [];
  #unsent: Offered[] = [];
  #asking: Promise<void> | null = null;
  #sending: Promise<void> | null = null;
  #failure: WireError | null = null;
  #rewinds = 0;
  #offered = 0;
  #total = 0;

  constructor(host: OpenHost, capture: Uuid, onProgress: UploadProgress, signal: AbortSignal, clock: Clock) {
    this.#host = host;
    this.#limits = host.hello.limits;
    this.#capture = capture;
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

  /** What an earlier attempt has committed already; null as a rule. */
  begin(url: string, expectedBytes?: number): Promise<Committed | null> {
    this.#begun = this.#begin(url, expectedBytes);
    this.#begun.catch(() => {}); // looked at by whoever goes on
    return this.#begun;
  }

  async #begin(url: string, expectedBytes?: number): Promise<Committed | null> {
    const begun = await this.#ask("capture.begin", {
      capture: this.#capture,
      url: url.toWellFormed(),
      ...(expectedBytes === undefined ? {} : { expected_bytes: expectedBytes }),
    });
    for (const state of begun.uploads) this.#staged.set(state.upload, state);
    return begun.state === "committed" && begun.committed ? withoutCapture(begun.committed) : null;
  }

  /** Sends an object unless the library has it. */
  offer(object: StoredObject, read: () => Promise<Bytes | undefined>): void {
    this.#offered += object.size;
    if (this.#offered > this.#limits.capture) this.#fail(tooLarge("capture", this.#offered));
    this.#unasked.push({ object, read });
    this.#askSoon();
  }

  /** After everything was offered. */
  async complete(page: CapturedPage, drafts: PartDraft[]): Promise<Committed> {
    while (this.#asking || this.#sending) await (this.#asking ?? this.#sending);
    this.#throwIfFailed();
    await Promise.all(this.#confirmed);
    if (drafts.length > this.#limits.parts) throw new UploadError(tooLarge("parts", drafts.length));
    const parts = partBatches(drafts, this.#digests, this.#limits);
    if ("missing" in parts) throw new UploadError(damaged(`part ${parts.missing}`));
    // Not waited for: a commit whose parts were refused is refused as well, as their number differs.
    const tables = parts.batches.map((batch) =>
      this.#ask("capture.parts", { capture: this.#capture, parts: batch }),
    );
    const commit = this.#ask("capture.commit", {
      capture: this.#capture,
      page: fitPage(page, this.#limits),
      parts: drafts.length,
    });
    commit.catch(() => {}); // a table that was refused says why, and comes first
    await Promise.all(tables);
    return withoutCapture(await commit);
  }

  #askSoon(): void {
    if (this.#asking || this.#failure || this.#unasked.length === 0) return;
    this.#asking = this.#run(() => this.#askAll()).finally(() => {
      this.#asking = null;
      this.#askSoon(); // offered after the last look
    });
  }

  #sendSoon(): void {
    if (this.#sending || this.#failure || this.#unsent.length === 0) return;
    this.#sending = this.#run(() => this.#sendAll()).finally(() => {
      this.#sending = null;
      this.#sendSoon();
    });
  }

  async #askAll(): Promise<void> {
    await this.#begun;
    while (this.#unasked.length > 0) {
      const batch = this.#unasked.splice(0, this.#limits.have_batch);
      for (const { object } of batch) {
        const complete = this.#staged.get(object.upload)?.sha256;
        if (complete && (!object.sha256 || object.sha256 === complete))
          this.#digests.set(object.ref, complete);
      }
      await this.#askWhichAreKnown(batch.filter(({ object }) => !this.#digests.has(object.ref)));
      const toSend = batch.filter(({ object }) => !this.#digests.has(object.ref));
      for (const { object } of toSend) {
        const { upload, size } = object;
        this.#window.start(upload, Math.min(this.#staged.get(upload)?.received ?? 0, size));
        this.#total += size - this.#window.sentUpTo(upload);
      }
      this.#report();
      this.#unsent.push(...toSend);
      this.#sendSoon();
    }
  }

  async #askWhichAreKnown(offered: Offered[]): Promise<void> {
    const hashed = offered.flatMap(({ object: { ref, sha256 } }) => (sha256 ? [{ ref, sha256 }] : []));
    if (hashed.length === 0) return;
    const sha256s = hashed.map(({ sha256 }) => sha256);
    const answer = await this.#ask("capture.have", { capture: this.#capture, sha256: sha256s });
    const bits = fromBase64(answer.known);
    for (const [index, { ref, sha256 }] of hashed.entries()) {
      if (bitAt(bits, index)) this.#digests.set(ref, sha256);
    }
  }

  // An upload is confirmed while later ones are under way: a page has hundreds of small resources.
  async #sendAll(): Promise<void> {
    for (let next = this.#unsent.shift(); next; next = this.#unsent.shift()) {
      const { object } = next;
      const bytes = await this.#bytesOf(next);
      await this.#sendChunks(object, bytes);
      const end = this.#confirm(object, bytes);
      end.catch(() => {}); // looked at at the end; until then the next object may fail first
      this.#confirmed.push(end);
    }
  }

  async #bytesOf({ object, read }: Offered): Promise<Bytes> {
    if (object.size > this.#limits.part) throw new UploadError(tooLarge("part", object.size));
    const bytes = await read();
    if (bytes === undefined || sizeOf(bytes) !== object.size)
      throw new UploadError(damaged(`upload ${object.upload}`));
    return bytes;
  }

  async #sendChunks({ upload, size }: StoredObject, bytes: Bytes): Promise<void> {
    for (;;) {
      this.#throwIfFailed();
      const offset = this.#window.sentUpTo(upload);
      if (offset >= size) return;
      const end = Math.min(offset + this.#limits.chunk, size);
      if (!this.#window.hasRoom(end - offset)) {
        await this.#signOfLife();
        continue;
      }
      const data = await sliceOf(bytes, offset, end);
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

  async #confirm(object: StoredObject, bytes: Bytes): Promise<void> {
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

  /** What goes wrong while nobody waits is told to whoever waits next. */
  async #run(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof UploadError)) throw error;
      this.#fail(error.error);
    }
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

export function damaged(what: string): WireError {
  return {
    code: "corrupt",
    message: `The browser lost a piece of the capture: ${what}.`,
    next: "Keep the page again.",
    retry: "never",
  };
}

export function tooLarge(limit: keyof Limits, is: number): WireError {
  return { code: "too_large", message: `The capture exceeds the limit ${limit}: ${is}.`, retry: "never" };
}
