// One batch at a time, for whichever pages of ours look at it. Knows how a tab or an address is kept.
import { browser } from "../platform/browser.ts";
import { Batch, type BatchPage } from "./batch.ts";
import type { CaptureController } from "./capture-controller.ts";
import type { HostConnection } from "./host-connection.ts";
import { captureLink } from "./link-capture.ts";
import type { Outbox } from "./outbox.ts";
import type { Sender } from "./sender.ts";
import type { BatchView, FromSeveral, JobView, ToSeveral } from "./ui-messages.ts";

export interface BatchDeskParts {
  controller: CaptureController;
  outbox: Outbox;
  sender: Sender;
  connection: HostConnection;
  hasAllSites(): Promise<boolean>;
}

/** The part of a runtime port that is used. */
export interface SeveralPort {
  sender?: chrome.runtime.MessageSender;
  postMessage(message: ToSeveral): void;
  onMessage: { addListener(listener: (message: FromSeveral) => void): void };
  onDisconnect: { addListener(listener: () => void): void };
}

/** Views follow each other at most so often, in milliseconds. */
const pace = 100;

export class BatchDesk {
  readonly #parts: BatchDeskParts;
  readonly #ports = new Set<SeveralPort>();
  #batch: Batch | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: BatchDeskParts) {
    this.#parts = parts;
  }

  connect(port: SeveralPort): void {
    this.#ports.add(port);
    port.onDisconnect.addListener(() => this.#ports.delete(port));
    port.onMessage.addListener((message) => void this.#receive(message, port.sender?.tab));
    if (this.#batch) port.postMessage({ batch: this.#batch.view });
  }

  async #receive(message: FromSeveral, own: chrome.tabs.Tab | undefined): Promise<void> {
    if (message.do === "stop") return this.#batch?.stop();
    if (this.#batch?.view.running || !own) return;
    await this.#run(message.do === "tabs" ? await this.#tabsBeside(own) : this.#links(message.urls, own));
  }

  async #run(pages: BatchPage[]): Promise<void> {
    this.#batch?.forget();
    const batch = new Batch(pages, this.#parts.controller.jobs, () => this.#tellSoon());
    this.#batch = batch;
    // An open port keeps this background alive until the last page was read.
    const release = this.#parts.connection.hold();
    void this.#parts.connection.open();
    await batch.run().finally(release);
  }

  #tellSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const view: BatchView | undefined = this.#batch?.view;
      if (view) for (const port of this.#ports) port.postMessage({ batch: view });
    }, pace);
  }

  async #tabsBeside(own: chrome.tabs.Tab): Promise<BatchPage[]> {
    const tabs = await browser.tabs.query({ windowId: own.windowId });
    return tabs.filter(({ id }) => id !== own.id && id !== undefined).map((tab) => this.#tab(tab));
  }

  #tab(tab: chrome.tabs.Tab): BatchPage {
    const { id = -1, url = "", title = "", incognito, discarded } = tab;
    return {
      url,
      title,
      keep: async () => {
        // Put away to save memory: there is nothing to read in it, and waking it would take its place in the window.
        if (discarded && !incognito && url) return this.#keepLink(url, title, tab);
        const target = { tabId: id, url, title, private: incognito, engine: "tab" } as const;
        return this.#ended(await this.#parts.controller.keep(target));
      },
    };
  }

  #links(urls: string[], own: chrome.tabs.Tab): BatchPage[] {
    return urls.map((url) => ({ url, title: "", keep: () => this.#keepLink(url, "", own) }));
  }

  async #keepLink(url: string, title: string, beside: chrome.tabs.Tab): Promise<JobView | "handed_over"> {
    const { controller, outbox, sender, hasAllSites } = this.#parts;
    const { windowId, incognito } = beside;
    if (await hasAllSites()) {
      const link = { url, title, private: incognito, windowId };
      const view = (await captureLink(link, controller).catch(() => null))?.view;
      const isFull = view?.failure === "outbox_full" || view?.failure === "disk_full";
      if (view && (isFull || (view.stage !== "refused" && view.stage !== "failed"))) return view;
    }
    // Without access, or without a page to read: the host has engines of its own.
    await outbox.addLink({ url, title, private: incognito });
    void sender.wake();
    return "handed_over";
  }

  async #ended({ job, done }: Awaited<ReturnType<CaptureController["keep"]>>): Promise<JobView> {
    await done;
    return job.view;
  }
}
