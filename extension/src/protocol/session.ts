// One open port to a host: requests and their answers matched by id, events handed on, everything that is still open
// answered with an error when the port closes. Pure: a port is anything with postMessage, so that tests run it in Node.
import { type Event, readIncoming, readReply, request } from "./codec.ts";
import type { HelloReply, MessageBody, MessageReply, RequestType } from "./messages.ts";
import type { LocalErrorCode, Reply, WireError } from "./reply.ts";

export interface Port {
  postMessage(message: unknown): void;
  disconnect(): void;
  /** `reason`: what the browser says about a port that closed, if anything. */
  listen(onMessage: (message: unknown) => void, onClose: (reason: string | undefined) => void): void;
}

export interface Clock {
  now(): number;
  /** Calls `run` after `ms`; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export const helloTimeout = 3_000;
export const requestTimeout = 60_000;
/** A commit waits for the disk: everything staged is made durable before it answers. */
export const commitTimeout = 10 * 60_000;
export const pingInterval = 20_000;

interface Pending {
  type: RequestType;
  settle(reply: Reply<unknown>): void;
  stopTimer(): void;
}

export class Session {
  readonly #port: Port;
  readonly #clock: Clock;
  readonly #pending = new Map<number, Pending>();
  readonly #eventListeners = new Set<(event: Event) => void>();
  readonly #closeListeners = new Set<(error: WireError) => void>();
  #nextId = 1;
  #closed: WireError | null = null;
  #greeted = false;
  #stopPing: () => void = () => {};

  constructor(port: Port, clock: Clock = systemClock) {
    this.#port = port;
    this.#clock = clock;
    port.listen(
      (message) => this.#receive(message),
      (reason) => this.#close(disconnectError(reason, this.#greeted)),
    );
  }

  get closed(): WireError | null {
    return this.#closed;
  }

  /** The first request. A host that says nothing for three seconds is not one. */
  async hello(body: MessageBody<"hello">): Promise<Reply<HelloReply>> {
    const reply = await this.request("hello", body, { timeout: helloTimeout });
    if (reply.ok) {
      this.#greeted = true;
      this.#schedulePing();
    } else {
      this.close();
    }
    return reply;
  }

  request<T extends RequestType>(
    type: T,
    body: MessageBody<T>,
    options: { timeout?: number } = {},
  ): Promise<Reply<MessageReply<T>>> {
    const id = this.#nextId;
    this.#nextId = id === 0xffffffff ? 1 : id + 1;
    return new Promise((resolve) => {
      const timeout = options.timeout ?? (type === "capture.commit" ? commitTimeout : requestTimeout);
      const stopTimer = this.#clock.after(timeout, () =>
        this.#settle(id, { ok: false, error: timeoutError(type) }),
      );
      const settle = (reply: Reply<unknown>) => resolve(reply as Reply<MessageReply<T>>);
      this.#pending.set(id, { type, settle, stopTimer });
      const failed = this.#post(request(id, type, body));
      if (failed) this.#settle(id, { ok: false, error: failed });
    });
  }

  /** A chunk: answered by events alone. Gives the error when the port is closed. */
  send(body: MessageBody<"capture.chunk">): WireError | null {
    const id = this.#nextId;
    this.#nextId = id === 0xffffffff ? 1 : id + 1;
    return this.#post(request(id, "capture.chunk", body));
  }

  onEvent(listener: (event: Event) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  /** Called once when the port closes from the other side; at once when it already has. */
  onClose(listener: (error: WireError) => void): () => void {
    if (this.#closed) {
      listener(this.#closed);
      return () => {};
    }
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  /** Only when nothing is under way: what the host has not read yet is lost with the port. */
  close(error: WireError = disconnectError(undefined, true)): void {
    if (this.#closed) return;
    this.#close(error);
    this.#port.disconnect();
  }

  #post(message: unknown): WireError | null {
    if (this.#closed) return this.#closed;
    try {
      this.#port.postMessage(message);
      return null;
    } catch (error) {
      // A port that closed a moment ago says so by throwing, before its event arrives.
      const reason = error instanceof Error ? error.message : String(error);
      this.#close(disconnectError(reason, this.#greeted));
      return this.#closed;
    }
  }

  #receive(message: unknown): void {
    if (this.#closed) return;
    const incoming = readIncoming(message);
    if (incoming.kind === "response") {
      if (incoming.re === undefined) {
        // The host could not tell which request it refuses: none of the open ones can be trusted any more.
        this.close(incoming.error ?? disconnectError(undefined, true));
        return;
      }
      const pending = this.#pending.get(incoming.re);
      if (pending) this.#settle(incoming.re, readReply(pending.type, incoming));
    } else if (incoming.kind === "event") {
      for (const listener of [...this.#eventListeners]) listener(incoming);
    } else if (incoming.kind === "broken") {
      this.close({
        code: "bad_frame",
        message: `The host sent something that is no message of the protocol: ${incoming.reason}.`,
        retry: "later",
      });
    }
  }

  #settle(id: number, reply: Reply<unknown>): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    pending.stopTimer();
    pending.settle(reply);
  }

  #close(error: WireError): void {
    if (this.#closed) return;
    this.#closed = error;
    this.#stopPing();
    for (const id of [...this.#pending.keys()]) this.#settle(id, { ok: false, error });
    for (const listener of [...this.#closeListeners]) listener(error);
    this.#closeListeners.clear();
    this.#eventListeners.clear();
  }

  // Browsers keep an extension with an open port alive; older and forked ones only while the port is used.
  #schedulePing(): void {
    this.#stopPing = this.#clock.after(pingInterval, () => {
      if (this.#closed) return;
      void this.request("ping", {});
      this.#schedulePing();
    });
  }
}

function timeoutError(type: RequestType): WireError {
  return { code: "timeout", message: `The host did not answer ${type} in time.`, retry: "later" };
}

/**
 * What a closed port means. Browsers tell little: Firefox says the same of a missing manifest and of a foreign
 * extension, and nothing at all when the host exits; Chromium says "exited" of a host that can't be executed.
 */
export function disconnectError(reason: string | undefined, greeted: boolean): WireError {
  return {
    code: disconnectCode(reason ?? "", greeted),
    message: reason || "The port closed.",
    retry: "later",
  };
}

function disconnectCode(reason: string, greeted: boolean): LocalErrorCode {
  if (
    /native messaging host not found|No such native application|Invalid native messaging host name/i.test(
      reason,
    )
  ) {
    return "host_missing";
  }
  if (/forbidden/i.test(reason)) return "host_forbidden";
  if (!greeted) return "host_exited";
  return "disconnected";
}
