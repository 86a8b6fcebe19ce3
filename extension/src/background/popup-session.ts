// One open popup: what it shows, which question is put, and what its buttons do. The capture it starts does not depend
// on it: a popup may close at any moment.
import type { CaptureController, Target } from "./capture-controller.ts";
import type { Diagnosis } from "./diagnosis.ts";
import type { Job } from "./jobs.ts";
import type { Outbox } from "./outbox.ts";
import type { Sender } from "./sender.ts";
import type { Settings } from "./settings.ts";
import type { FromPopup, JobView, Notice, PopupView, Question, WaitingView } from "./ui-messages.ts";

export interface PopupParts {
  controller: CaptureController;
  outbox: Outbox;
  sender: Sender;
  settings(): Promise<Settings>;
  refuseAccess(): Promise<void>;
  hasAllSites(): Promise<boolean>;
  foreignFrameHosts(tabId: number): Promise<string[]>;
  framesWithSelection(tabId: number): Promise<number[]>;
  /** Resolves when access was granted after the popup had closed, or after a while. */
  accessLater(): Promise<void>;
  page(tabId: number): Promise<PopupView["page"]>;
  /** What was kept within the last minute, by an earlier life of the background too. */
  recentlyKept(url: string): Promise<JobView | null>;
  takeNotices(): Promise<Notice[]>;
  diagnosis(): Diagnosis | null;
  now(): number;
}

/** Views follow each other at most so often, in milliseconds. */
const pace = 60;

export class PopupSession {
  readonly #parts: PopupParts;
  readonly #send: (view: PopupView) => void;
  readonly #stopListening: () => void;
  #page: PopupView["page"] | null = null;
  #question: Question | null = null;
  #job: Job | null = null;
  #earlier: JobView | null = null;
  #recent = false;
  #notices: Notice[] = [];
  #selectionIn: number | null = null;
  #askingAccess = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: PopupParts, send: (view: PopupView) => void) {
    this.#parts = parts;
    this.#send = send;
    this.#stopListening = parts.controller.jobs.onChange(() => this.refresh());
  }

  async receive(message: FromPopup): Promise<void> {
    switch (message.do) {
      case "open":
        return this.#open(message.tabId);
      case "start":
        if (this.#question?.kind === "frames" || !this.#question) return;
        return this.#askForFramesOrBegin();
      case "asking_access":
        this.#askingAccess = true;
        return;
      case "access_answered":
        this.#askingAccess = false;
        if (!message.granted) await this.#parts.refuseAccess();
        if (this.#question?.kind === "frames") await this.#begin();
        return;
      case "keep_again":
        this.#askingAccess = false;
        return this.#begin(message.instead ? this.#shown()?.capture : undefined);
      case "keep_selection":
        return this.#begin(this.#shown()?.capture, true);
      case "edit":
        return this.#parts.controller.edit(message.capture, message.edits);
      case "undo":
        return this.#undo(message.capture);
      case "retry":
        void this.#parts.sender.retryAll();
        return;
      case "discard":
        await this.#parts.sender.drop(message.capture);
        return this.#show();
    }
  }

  /** The popup is gone. A question about frames is no reason not to keep the page; the others are. */
  async closed(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    clearTimeout(this.#timer);
    const incomplete = this.#question ? undefined : this.#shown()?.capture;
    if (this.#askingAccess) await this.#parts.accessLater();
    if (this.#question?.kind === "frames") await this.#begin();
    // "Allow access and keep again": the browser's question has closed the popup that would have gone on.
    else if (this.#askingAccess && incomplete && (await this.#parts.hasAllSites())) {
      await this.#begin(incomplete);
    }
  }

  refresh(): void {
    if (this.#closed || !this.#page) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#show();
    }, pace);
  }

  async #open(tabId: number): Promise<void> {
    const { controller, settings } = this.#parts;
    this.#page = await this.#parts.page(tabId);
    const { url } = this.#page;
    // What the popup shows and offers for this very page needs no notice.
    this.#notices = (await this.#parts.takeNotices()).filter(
      (notice) => notice.kind !== "frames_missing" || notice.url !== url,
    );
    void this.#parts.sender.wake();
    this.#selectionIn = (await this.#parts.framesWithSelection(tabId))[0] ?? null;
    this.#job = controller.jobs.current(url, this.#parts.now()) ?? null;
    this.#earlier = this.#job ? null : await this.#parts.recentlyKept(url);
    this.#recent = this.#earlier !== null || this.#job?.view.stage === "kept";
    if (this.#job || this.#earlier) return this.#show();
    const { askFirst, keepPrivate } = await settings();
    if (this.#page.private && !keepPrivate) return this.#ask({ kind: "private" });
    if (askFirst) return this.#ask({ kind: "ask_first" });
    return this.#askForFramesOrBegin();
  }

  async #askForFramesOrBegin(): Promise<void> {
    const page = this.#page;
    if (!page) return;
    const { accessRefused } = await this.#parts.settings();
    if (!accessRefused && !(await this.#parts.hasAllSites())) {
      const sites = await this.#parts.foreignFrameHosts(page.tabId);
      if (sites.length > 0 && !this.#closed) return this.#ask({ kind: "frames", sites });
    }
    return this.#begin();
  }

  async #ask(question: Question): Promise<void> {
    this.#question = question;
    await this.#show();
  }

  async #begin(instead?: string, onlySelection = false): Promise<void> {
    let page = this.#page;
    if (!page) return;
    // An address that the browser hid may show after access was given.
    if (page.url === "") page = this.#page = await this.#parts.page(page.tabId);
    this.#question = null;
    this.#recent = false;
    const target: Target = { ...page, engine: "tab", ...(instead ? { instead } : {}) };
    if (onlySelection && this.#selectionIn !== null) {
      target.scope = { frameId: this.#selectionIn, part: "selection" };
    }
    const { job } = await this.#parts.controller.keep(target);
    this.#job = job;
    await this.#show();
  }

  async #undo(capture: string): Promise<void> {
    const { controller } = this.#parts;
    const earlier = this.#earlier;
    if (earlier?.capture === capture && !controller.jobs.get(capture)) {
      // From an earlier life of the background: what is needed to undo it is in the view that it left.
      controller.jobs.add({
        view: earlier,
        private: this.#page?.private === true,
        abort: new AbortController(),
      });
      this.#job = controller.jobs.get(capture) ?? null;
    }
    const error = await controller.undo(capture);
    if (error) controller.jobs.update(capture, { error });
    else this.#recent = false;
    await this.#show();
  }

  #shown(): JobView | null {
    return this.#job?.view ?? this.#earlier;
  }

  async #show(): Promise<void> {
    const page = this.#page;
    if (!page || this.#closed) return;
    const job = this.#shown();
    const waiting = await this.#waiting(job);
    if (this.#closed) return;
    this.#send({
      page,
      question: this.#question,
      job,
      recent: this.#recent,
      selectionIn: this.#selectionIn,
      waiting,
      notices: this.#notices,
      diagnosis: this.#parts.diagnosis(),
    });
  }

  async #waiting(shown: JobView | null): Promise<WaitingView[]> {
    const records = await this.#parts.outbox.records();
    return records
      .filter(({ capture, stage }) => stage !== "capturing" && capture !== shown?.capture)
      .map(({ capture, kind, url, title, bytes, createdAt, error }) => ({
        capture,
        kind,
        url,
        title,
        bytes,
        createdAt,
        ...(error ? { error } : {}),
      }));
  }
}
