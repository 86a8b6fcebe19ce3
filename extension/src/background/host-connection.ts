// The connection to the host: a port is opened when something is to be done and closed when nothing is. There is no
// "connected" to go stale, and several jobs share one port, which is one process of the host.
import type { Event } from "../protocol/codec.ts";
import type { HelloReply, MessageBody, MessageReply, RequestType } from "../protocol/messages.ts";
import type { Reply } from "../protocol/reply.ts";
import { type Clock, disconnectError, type Port, Session, systemClock } from "../protocol/session.ts";

export interface OpenHost {
  session: Session;
  hello: HelloReply;
}

export interface HostConnectionParts {
  /** Opens a port; may throw, as Firefox does for some defects of a manifest. */
  connect(): Port;
  greeting(): Promise<MessageBody<"hello">>;
  clock?: Clock;
}

/** How long a port stays open after the last job, so that a popup's next question finds it. */
export const linger = 3_000;

export class HostConnection {
  readonly #parts: HostConnectionParts;
  readonly #clock: Clock;
  readonly #listeners = new Set<(event: Event) => void>();
  #opening: Promise<Reply<OpenHost>> | null = null;
  #open: OpenHost | null = null;
  #holds = 0;
  #stopLinger: () => void = () => {};

  constructor(parts: HostConnectionParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
  }

  /** Keeps the port open (once it is) until the answer is called. */
  hold(): () => void {
    this.#holds++;
    this.#stopLinger();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds--;
      if (this.#holds === 0) this.#closeSoon();
    };
  }

  /** The open host: the one that is there, or a new one after a successful `hello`. One attempt. */
  open(): Promise<Reply<OpenHost>> {
    if (this.#open && !this.#open.session.closed) return Promise.resolve({ ok: true, value: this.#open });
    this.#opening ??= this.#start().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** One question, one answer, on whatever port is open. */
  async request<T extends RequestType>(type: T, body: MessageBody<T>): Promise<Reply<MessageReply<T>>> {
    const release = this.hold();
    try {
      const host = await this.open();
      if (!host.ok) return host;
      return await host.value.session.request(type, body);
    } finally {
      release();
    }
  }

  onEvent(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #start(): Promise<Reply<OpenHost>> {
    const greeting = await this.#parts.greeting();
    let session: Session;
    try {
      session = new Session(this.#parts.connect(), this.#clock);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { ok: false, error: disconnectError(reason, false) };
    }
    session.onEvent((event) => {
      for (const listener of [...this.#listeners]) listener(event);
    });
    const hello = await session.hello(greeting);
    if (!hello.ok) return hello;
    this.#open = { session, hello: hello.value };
    if (this.#holds === 0) this.#closeSoon();
    return { ok: true, value: this.#open };
  }

  #closeSoon(): void {
    this.#stopLinger();
    this.#stopLinger = this.#clock.after(linger, () => {
      if (this.#holds > 0) return;
      this.#open?.session.close();
      this.#open = null;
    });
  }
}
