// Empties the outbox into the host, newest capture first: the one that the person is looking at. Runs while there is
// something to send and a host that answers; starts again at every wake (a capture, the popup, an alarm, a start).

import { Backoff } from "../protocol/backoff.ts";
import type { Committed, MessageReply, Uuid } from "../protocol/messages.ts";
import type { Reply, WireError } from "../protocol/reply.ts";
import { type Clock, systemClock } from "../protocol/session.ts";
import type { HostConnection, OpenHost } from "./host-connection.ts";
import { LiveSender } from "./live-sender.ts";
import type { Outbox, OutboxWriter } from "./outbox.ts";
import type { Edits, OutboxRecord } from "./outbox-store.ts";
import { uploadCapture } from "./uploader.ts";

export interface SenderListener {
  sending(capture: Uuid, done: number, total: number): void;
  committed(capture: Uuid, committed: Committed): void;
  linkAdded(record: OutboxRecord, reply: MessageReply<"link.add">): void;
  /** It stays in the outbox. `error.retry: "never"`: until the person decides. */
  failed(capture: Uuid, error: WireError): void;
  /** No host: everything stays in the outbox. */
  unreachable(error: WireError): void;
  reached(host: OpenHost): void;
  /** Nothing more can be done now; so many records are left. */
  idle(left: number): void;
}

export class Sender {
  readonly #outbox: Outbox;
  readonly #connection: HostConnection;
  readonly #listener: SenderListener;
  readonly #clock: Clock;
  readonly #backoff = new Backoff();
  readonly #aborts = new Map<Uuid, AbortController>();
  readonly #live = new Map<Uuid, LiveSender>();
  #running: Promise<void> | null = null;
  #again = false;
  #skipWait: () => void = () => {};

  constructor(
    outbox: Outbox,
    connection: HostConnection,
    listener: SenderListener,
    clock: Clock = systemClock,
  ) {
    this.#outbox = outbox;
    this.#connection = connection;
    this.#listener = listener;
    this.#clock = clock;
  }

  /** Sends what a writer gets while it gets it. Whether it arrived is told at the first wake after the writer's end. */
  follow(writer: OutboxWriter): void {
    const { capture } = writer;
    const live: LiveSender = new LiveSender(
      writer,
      this.#connection,
      this.#clock,
      (done, total) => this.#listener.sending(capture, done, total),
      // A commit may be under way already: its answer is waited for.
      () => void (live.isFinished ? this.#settleLive(live) : this.#live.delete(capture)),
    );
    this.#live.set(capture, live);
    writer.follow(live);
  }

  /** Something may be there to send. Resolves when the run that looks at it has ended. */
  wake(): Promise<void> {
    for (const live of this.#live.values()) if (live.isFinished) void this.#settleLive(live);
    this.#again = true;
    this.#skipWait();
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Tries once more what waits for the person, too. */
  async retryAll(): Promise<void> {
    for (const { capture, error } of await this.#outbox.records()) {
      if (error) await this.#outbox.change(capture, { error: undefined });
    }
    this.#backoff.reset();
    await this.wake();
  }

  /** Stops sending a capture and takes it out of the outbox and, as far as it can be reached, out of the host. */
  async drop(capture: Uuid): Promise<void> {
    this.#aborts.get(capture)?.abort();
    this.#live.get(capture)?.stop();
    await this.#outbox.remove(capture);
  }

  async #run(): Promise<void> {
    const release = this.#connection.hold();
    try {
      while (this.#again) {
        this.#again = false;
        await this.#drain();
      }
    } finally {
      release();
      this.#listener.idle((await this.#outbox.records()).length);
    }
  }

  async #drain(): Promise<void> {
    const tried = new Set<Uuid>();
    for (;;) {
      const record = (await this.#outbox.records()).findLast(
        (one) => canBeSent(one) && !tried.has(one.capture) && !this.#live.has(one.capture),
      );
      if (!record) return;
      const host = await this.#reach();
      if (!host) return;
      tried.add(record.capture);
      const error = await this.#deliver(record, host);
      if (!error) continue;
      await this.#outbox.change(record.capture, { error });
      this.#listener.failed(record.capture, error);
      // The port broke under it: everything else would break as well, and this one may go on at once.
      if (host.session.closed) {
        tried.clear();
        if (!(await this.#waitOrStop())) return;
      }
    }
  }

  /** An open host, after as many attempts as make sense; null when there is none. */
  async #reach(): Promise<OpenHost | null> {
    for (;;) {
      const host = await this.#connection.open();
      if (host.ok) {
        const { session, hello } = host.value;
        this.#listener.reached(host.value);
        const error = hello.library.error;
        if (!error) return host.value;
        // It stays so for as long as this host runs: the next attempt gets a new one, and nothing is refused for good.
        session.close();
        if (error.retry === "never" || !(await this.#waitOrStop())) return null;
        continue;
      }
      this.#listener.unreachable(host.error);
      // A missing manifest or a foreign id does not mend itself within seconds.
      if (host.error.code === "host_missing" || host.error.code === "host_forbidden") return null;
      if (!(await this.#waitOrStop())) return null;
    }
  }

  async #waitOrStop(): Promise<boolean> {
    const wait = this.#backoff.next();
    if (wait === null) {
      this.#backoff.reset();
      return false;
    }
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(wait, resolve);
      this.#skipWait = () => {
        cancel();
        resolve();
      };
    });
    this.#skipWait = () => {};
    return true;
  }

  async #deliver(record: OutboxRecord, host: OpenHost): Promise<WireError | null> {
    if (record.kind === "link") return this.#addLink(record, host);
    let committed = record.committed;
    if (!committed) {
      const sent = await this.#upload(record, host);
      if (!sent.ok) return sent.error.code === "cancelled" ? null : sent.error;
      committed = sent.value;
      this.#backoff.reset();
      const kept = await this.#outbox.change(record.capture, {
        stage: "committed",
        committed,
        error: undefined,
      });
      this.#listener.committed(record.capture, committed);
      if (!kept) return null;
    }
    return this.#tellEdits(record.capture, committed, host);
  }

  async #settleLive(live: LiveSender): Promise<void> {
    if (live.isSettled) return;
    live.isSettled = true;
    const { capture } = live;
    // The host that it had was seen by nobody else.
    void live.host.then((host) => host && this.#listener.reached(host));
    const committed = await live.result;
    if (!committed) {
      this.#live.delete(capture);
      // It lies in the outbox now, or was taken back.
      void this.wake();
      return;
    }
    this.#backoff.reset();
    this.#listener.committed(capture, committed);
    const release = this.#connection.hold();
    try {
      const host = await live.host;
      if (!host || !(await this.#hasEdits(capture))) await this.#outbox.remove(capture);
      else if (await this.#outbox.change(capture, { stage: "committed", committed, error: undefined })) {
        const error = await this.#tellEdits(capture, committed, host);
        if (error) await this.#outbox.change(capture, { error });
      }
    } finally {
      this.#live.delete(capture);
      release();
      // A run that ended meanwhile has counted this one among those that wait.
      if (!this.#running) this.#listener.idle((await this.#outbox.records()).length);
    }
  }

  async #hasEdits(capture: Uuid): Promise<boolean> {
    return (await this.#outbox.record(capture))?.edits !== undefined;
  }

  async #upload(record: OutboxRecord, host: OpenHost): Promise<Reply<Committed>> {
    const { capture } = record;
    const abort = new AbortController();
    this.#aborts.set(capture, abort);
    try {
      const onProgress = (done: number, total: number) => this.#listener.sending(capture, done, total);
      const store = this.#outbox.storeOf(capture);
      const sent = await uploadCapture(host, record, store, onProgress, abort.signal, this.#clock);
      if (sent.ok || !abort.signal.aborted) return sent;
      if (!host.session.closed) await host.session.request("capture.abort", { capture });
      return { ok: false, error: { code: "cancelled", message: "The capture was stopped.", retry: "never" } };
    } finally {
      this.#aborts.delete(capture);
    }
  }

  async #tellEdits(capture: Uuid, committed: Committed, host: OpenHost): Promise<WireError | null> {
    for (;;) {
      const edits = (await this.#outbox.record(capture))?.edits;
      if (edits) {
        const error = await tell(edits, committed.link_id, host);
        if (error) return error;
      }
      if (await this.#outbox.settle(capture, edits)) return null;
    }
  }

  async #addLink(record: OutboxRecord, host: OpenHost): Promise<WireError | null> {
    const reply = await host.session.request("link.add", { url: record.url });
    if (!reply.ok) return reply.error;
    await this.#outbox.remove(record.capture);
    this.#listener.linkAdded(record, reply.value);
    return null;
  }
}

function canBeSent({ stage, error }: OutboxRecord): boolean {
  return stage !== "capturing" && error?.retry !== "never";
}

async function tell(edits: Edits, link: Uuid, host: OpenHost): Promise<WireError | null> {
  const { title, note, addTags, removeTags } = edits;
  if (title !== undefined || note !== undefined) {
    const body = {
      id: link,
      ...(title === undefined ? {} : { title }),
      ...(note === undefined ? {} : { note }),
    };
    const reply = await host.session.request("link.edit", body);
    if (!reply.ok) return reply.error;
  }
  if (addTags.length > 0 || removeTags.length > 0) {
    const reply = await host.session.request("link.tag", { ids: [link], add: addTags, remove: removeTags });
    if (!reply.ok) return reply.error;
  }
  return null;
}
