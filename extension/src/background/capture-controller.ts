// Starts captures, follows them from the page to the library, and undoes them. Everything that must not be lost lies in
// the outbox; this object can be rebuilt from it at any time.

import { type CaptureScope, isWholePage } from "../capture/scope.ts";
import type { Committed, Engine, Uuid } from "../protocol/messages.ts";
import type { WireError } from "../protocol/reply.ts";
import { uuid7 } from "../protocol/uuid.ts";
import { trace } from "./capture/trace.ts";
import type { CaptureOptions, CaptureSummary, CaptureTab } from "./capture-writer.ts";
import { CaptureError } from "./capture-writer.ts";
import type { LivePage } from "./fidelity/pages.ts";
import type { HostConnection } from "./host-connection.ts";
import { type Job, type Jobs, noEdits } from "./jobs.ts";
import type { Outbox, OutboxWriter } from "./outbox.ts";
import type { Edits, OutboxRecord } from "./outbox-store.ts";
import { refusalOf } from "./page-kind.ts";
import type { Sender } from "./sender.ts";
import type { Failure, JobView } from "./ui-messages.ts";

export interface Target {
  tabId: number;
  url: string;
  title: string;
  private: boolean;
  engine: Engine;
  /** Absent: all of the page. */
  scope?: CaptureScope;
  /** A snapshot that this one takes the place of. */
  instead?: Uuid;
}

export interface ControllerParts {
  outbox: Outbox;
  sender: Sender;
  connection: HostConnection;
  jobs: Jobs;
  captureTab: CaptureTab;
  /** What the person chose of limits and sizes. */
  choices(): Promise<Pick<CaptureOptions, "resourceLimit" | "mediaLimit" | "allSizes">>;
  fileAccess(): Promise<boolean>;
  /** A page is about to be read. */
  begun?(capture: Uuid, target: Target): void;
  /** What the live page of a capture showed, as soon as it is known. */
  seen?(capture: Uuid, page: Promise<LivePage | null>): void;
  /** Of a tab whose address is not told. */
  whatHides(tabId: number): Promise<Failure>;
}

/** Failures that no second attempt mends by itself. */
const refusals: Failure[] = [
  "page_protected",
  "page_needs_access",
  "file_needs_access",
  "frame_needs_access",
  "nothing_selected",
];

export class CaptureController {
  readonly #parts: ControllerParts;
  readonly jobs: Jobs;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.jobs = parts.jobs;
  }

  /** Keeps the page in a tab. The job is there at once; `done` resolves when it lies in the outbox, or does not. */
  async keep(target: Target): Promise<{ job: Job; done: Promise<void> }> {
    trace("asked");
    const refusal = refusalOf(target.url, await this.#parts.fileAccess());
    if (refusal === "page_hidden") {
      return this.#ended(target, "refused", await this.#parts.whatHides(target.tabId));
    }
    if (refusal) return this.#ended(target, "refused", refusal);
    let writer: OutboxWriter;
    try {
      writer = await this.#parts.outbox.begin({ kind: "page", ...target });
    } catch (error) {
      return this.#ended(target, "failed", failureOf(error, null));
    }
    const job = this.#addJob(target, writer.capture, "reading");
    this.#parts.begun?.(writer.capture, target);
    return { job, done: this.#capture(target, writer, job) };
  }

  async #capture(target: Target, writer: OutboxWriter, job: Job): Promise<void> {
    const { capture } = writer;
    // The port opens while the page is read: the host is there when the first byte is, and an open port keeps this
    // background alive.
    const release = this.#parts.connection.hold();
    void this.#parts.connection.open();
    this.#parts.sender.follow(writer);
    try {
      const summary = await this.#parts.captureTab(
        target.tabId,
        writer,
        {
          engine: target.engine,
          ...(target.scope ? { scope: target.scope } : {}),
          ...(await this.#parts.choices()),
          onProgress: ({ stage, done, total }) => {
            if (stage !== "done" && !job.abort.signal.aborted)
              this.jobs.update(capture, { stage, done, total });
          },
        },
        job.abort.signal,
      );
      if (job.abort.signal.aborted) throw new CaptureError("cancelled", "undone while it was read");
      if (summary.seen) this.#parts.seen?.(capture, summary.seen);
      // It was sent while it was read: another capture's wake may have told that it was committed.
      const next = job.view.stage === "kept" ? {} : ({ stage: "waiting", done: 0, total: 0 } as const);
      this.jobs.update(capture, { ...next, ...shownOf(summary, job.view) });
      void this.#parts.sender.wake();
    } catch (error) {
      await writer.discard();
      if (job.view.stage === "undone") return;
      const failure = failureOf(error, writer);
      const refused = refusals.includes(failure);
      this.jobs.update(capture, { stage: refused ? "refused" : "failed", failure });
    } finally {
      release();
    }
  }

  /** Takes back what a capture did, wherever it is by now. Gives the error when it could not. */
  async undo(capture: Uuid): Promise<WireError | null> {
    const job = this.jobs.get(capture);
    const committed = job?.view.committed;
    if (committed) return this.#remove(capture, committed);
    this.jobs.update(capture, { stage: "undone" });
    job?.abort.abort();
    await this.#parts.sender.drop(capture);
    return null;
  }

  /** To the trash, and a link that the snapshot made goes with it; what a private window showed leaves nothing behind. */
  async #remove(capture: Uuid, committed: Committed): Promise<WireError | null> {
    await this.#parts.sender.drop(capture);
    const host = await this.#parts.connection.open();
    if (!host.ok) return host.error;
    const destroy =
      this.jobs.get(capture)?.private === true && host.value.hello.capabilities.includes("trash");
    const body = destroy
      ? { ids: [committed.snapshot_id], destroy } // takes its link along by itself
      : { ids: [linkOrSnapshot(committed)] };
    const reply = await this.#parts.connection.request("item.remove", body);
    if (!reply.ok && reply.error.code !== "not_found") return reply.error;
    this.jobs.update(capture, { stage: "undone", ...(destroy ? { destroyed: true } : {}) });
    return null;
  }

  /** A later snapshot took this one's place: it goes alone, for the later one may lie under the link that it made. */
  async #replace(capture: Uuid): Promise<void> {
    const committed = this.jobs.get(capture)?.view.committed;
    if (committed) await this.#remove(capture, { ...committed, new_link: false });
    else await this.undo(capture);
  }

  /** Keeps what the person wrote about a capture until the host has it. */
  async edit(capture: Uuid, edits: Edits): Promise<void> {
    const { outbox, sender } = this.#parts;
    const job = this.jobs.get(capture);
    this.jobs.update(capture, { edits });
    const inOutbox = await outbox.change(capture, { edits });
    const view = job?.view;
    if (!inOutbox && view?.committed) {
      const { url, title, committed } = view;
      const createdAt = view.keptAt ?? Date.now();
      const record = { capture, kind: "page", url, title, createdAt, bytes: 0, stage: "committed" } as const;
      await outbox.restore({ ...record, committed, edits }, job?.private === true);
    }
    if (inOutbox || view?.committed) void sender.wake();
  }

  // ---- what the sender says

  sending(capture: Uuid, done: number, total: number): void {
    const stage = this.jobs.get(capture)?.view.stage;
    if (stage === "waiting" || stage === "sending") {
      this.jobs.update(capture, { stage: "sending", done, total, error: undefined });
    }
  }

  async committed(capture: Uuid, committed: Committed): Promise<void> {
    const job = this.jobs.get(capture);
    if (!job) return;
    if (job.view.stage === "undone") {
      // Undone while the commit was under way.
      await this.#remove(capture, committed);
      return;
    }
    this.jobs.update(capture, { stage: "kept", committed, keptAt: Date.now(), error: undefined });
    if (job.replaces) await this.#replace(job.replaces);
  }

  failed(capture: Uuid, error: WireError): void {
    this.jobs.update(capture, { stage: "waiting", error });
  }

  /** What an earlier background left in the outbox is shown, edited and undone as if it were of this one. */
  restore(records: OutboxRecord[]): void {
    for (const { capture, kind, url, title, createdAt, stage, edits, committed, error } of records) {
      if (kind !== "page" || stage === "capturing" || this.jobs.get(capture)) continue;
      const target: Target = { tabId: -1, url, title, private: false, engine: "tab" };
      this.#addJob(target, capture, committed ? "kept" : "waiting");
      this.jobs.update(capture, { startedAt: createdAt, edits: edits ?? noEdits(), committed, error });
    }
  }

  #addJob(target: Target, capture: Uuid, stage: JobView["stage"]): Job {
    const { tabId, url, title } = target;
    const job: Job = {
      private: target.private,
      abort: new AbortController(),
      ...(target.instead ? { replaces: target.instead } : {}),
      view: {
        capture,
        tabId,
        url,
        title,
        ...(target.scope && !isWholePage(target.scope) ? { scope: target.scope } : {}),
        startedAt: Date.now(),
        stage,
        done: 0,
        total: 0,
        missing: 0,
        missingForAccess: 0,
        edits: noEdits(),
      },
    };
    this.jobs.add(job);
    return job;
  }

  #ended(target: Target, stage: "refused" | "failed", failure: Failure): { job: Job; done: Promise<void> } {
    const job = this.#addJob(target, uuid7(), stage);
    this.jobs.update(job.view.capture, { failure });
    return { job, done: Promise.resolve() };
  }
}

function linkOrSnapshot({ new_link, versions, link_id, snapshot_id }: Committed): Uuid {
  return new_link && versions === 1 ? link_id : snapshot_id;
}

function shownOf(summary: CaptureSummary, view: JobView): Partial<JobView> {
  return {
    title: summary.title || view.title,
    missing: summary.missing.length,
    missingForAccess: summary.missing.filter(({ status }) => status === "no_permission").length,
  };
}

function failureOf(error: unknown, writer: OutboxWriter | null): Failure {
  const full = writer?.full ?? error;
  if (full instanceof Error && "limitedBy" in full)
    return full.limitedBy === "limit" ? "outbox_full" : "disk_full";
  return error instanceof CaptureError ? error.reason : "internal";
}
