// Sends a capture while it is still being read, out of its writer's hands (follower.ts). One attempt: whatever fails, the
// capture goes into the outbox and is sent from there.

import type { Bytes } from "../capture/bytes.ts";
import type { CapturedPage, Committed, Uuid } from "../protocol/messages.ts";
import type { Clock } from "../protocol/session.ts";
import { trace } from "./capture/trace.ts";
import type { PartDraft } from "./capture-writer.ts";
import type { Follower } from "./follower.ts";
import type { HostConnection, OpenHost } from "./host-connection.ts";
import type { OutboxWriter } from "./outbox.ts";
import type { StoredObject } from "./outbox-store.ts";
import { Upload, UploadError, type UploadProgress } from "./upload.ts";

export class LiveSender implements Follower {
  readonly capture: Uuid;
  /** The open host; null when there is none that takes captures. */
  readonly host: Promise<OpenHost | null>;
  /** What the host committed; null when it did not. */
  readonly result: Promise<Committed | null>;
  /** The sender has taken the result. */
  isSettled = false;
  readonly #url: string;
  readonly #clock: Clock;
  readonly #onProgress: UploadProgress;
  readonly #abort = new AbortController();
  readonly #onStop: () => void;
  readonly #release: () => void;
  #upload: Promise<Upload | null>;
  #tell: (committed: Committed | null) => void = () => {};
  #finished = false;

  constructor(
    writer: OutboxWriter,
    connection: HostConnection,
    clock: Clock,
    onProgress: UploadProgress,
    onStop: () => void,
  ) {
    this.#onStop = onStop;
    this.capture = writer.capture;
    this.#url = writer.url;
    this.#clock = clock;
    this.#onProgress = onProgress;
    this.#release = connection.hold();
    this.result = new Promise((resolve) => {
      this.#tell = resolve;
    });
    this.host = connection.open().then((open) => {
      trace("host");
      if (!open.ok || open.value.hello.library.error) return null;
      return open.value;
    });
    this.#upload = this.host.then((host) => host && this.#begin(host));
  }

  get isFinished(): boolean {
    return this.#finished;
  }

  #begin(host: OpenHost): Upload {
    const upload = new Upload(host, this.capture, this.#onProgress, this.#abort.signal, this.#clock);
    void upload.begin(this.#url);
    return upload;
  }

  object(object: StoredObject, read: () => Promise<Bytes | undefined>): void {
    void this.#upload.then((upload) => upload?.offer(object, read));
  }

  async finish(page: CapturedPage, parts: PartDraft[]): Promise<boolean> {
    this.#finished = true;
    let committed: Committed | null = null;
    try {
      committed = await this.#complete(page, parts);
    } finally {
      // Whatever went wrong: who waits for the result must not wait for ever, nor the port stay open.
      this.#tell(committed);
      this.#release();
    }
    return committed !== null;
  }

  async #complete(page: CapturedPage, parts: PartDraft[]): Promise<Committed | null> {
    const upload = await this.#upload;
    if (!upload) return null;
    try {
      trace("finishing");
      const committed = await upload.complete(page, parts);
      trace("committed");
      return committed;
    } catch (error) {
      if (!(error instanceof UploadError)) throw error;
      return null;
    } finally {
      upload.stop();
    }
  }

  stop(): void {
    this.#abort.abort();
    void this.host.then((host) => {
      if (host && !host.session.closed) void host.session.request("capture.abort", { capture: this.capture });
    });
    if (!this.#finished) {
      void this.#upload.then((upload) => upload?.stop());
      this.#tell(null);
      this.#release();
    }
    this.#onStop();
  }
}
