// Counts what was sent and not yet acknowledged. Browsers queue without bound and lose the queue when a port closes,
// so that the window is what keeps memory flat (docs/protocol.md, limits.window).
import type { UploadState } from "../protocol/messages.ts";

interface Flow {
  /** Where this attempt began. */
  from: number;
  /** The next offset to send. */
  sent: number;
  received: number;
}

export class UploadWindow {
  readonly #limit: number;
  readonly #flows = new Map<number, Flow>();
  #inFlight = 0;
  #confirmed = 0;
  #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Bytes that the host confirmed since `start`, all uploads together. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** Starts (or starts again) an upload at an offset that the host is known to have. */
  start(upload: number, offset: number): void {
    this.#set(upload, { from: offset, sent: offset, received: offset });
  }

  sentUpTo(upload: number): number {
    return this.#flows.get(upload)?.sent ?? 0;
  }

  /** Room for `size` more bytes? A single chunk always fits into an empty window. */
  hasRoom(size: number): boolean {
    return this.#inFlight === 0 || this.#inFlight + size <= this.#limit;
  }

  sent(upload: number, size: number): void {
    const flow = this.#flows.get(upload);
    if (flow) this.#set(upload, { ...flow, sent: flow.sent + size });
  }

  /** What the host says it has. It never says less than before, except when it failed (`rewind`). */
  acknowledge(states: UploadState[]): void {
    for (const { upload, received } of states) {
      const flow = this.#flows.get(upload);
      if (!flow || received <= flow.received) continue;
      this.#set(upload, { ...flow, sent: Math.max(flow.sent, received), received });
    }
    this.wake();
  }

  /** The host refused a chunk: everything from `received` on is to be sent again. */
  rewind(states: UploadState[]): void {
    for (const { upload, received } of states) {
      const flow = this.#flows.get(upload);
      if (flow) this.#set(upload, { from: Math.min(flow.from, received), sent: received, received });
    }
    this.wake();
  }

  /** Resolves at the next acknowledgement, rewind or wake. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #set(upload: number, flow: Flow): void {
    const old = this.#flows.get(upload) ?? { from: 0, sent: 0, received: 0 };
    this.#inFlight += flow.sent - flow.received - (old.sent - old.received);
    this.#confirmed += flow.received - flow.from - (old.received - old.from);
    this.#flows.set(upload, flow);
  }
}
