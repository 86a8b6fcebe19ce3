// Keeping from the menus and by the shortcut. The badge answers; the popup opens by itself only where a menu's click has
// a question to answer that no badge can put: the first time that a site's page shows parts of other sites.

import { withoutCredentials } from "../capture/frame/plain-address.ts";
import type { CaptureScope } from "../capture/scope.ts";
import { browser } from "../platform/browser.ts";
import type { Badge } from "./badge.ts";
import type { CaptureController } from "./capture-controller.ts";
import type { Settings } from "./settings.ts";
import type { JobView, Notice } from "./ui-messages.ts";

export interface QuietParts {
  controller: CaptureController;
  badge: Pick<Badge, "kept">;
  note(notice: Omit<Notice, "at">): Promise<void>;
  recentlyKept(url: string): Promise<JobView | null>;
  settings(): Promise<Settings>;
  hasAllSites(): Promise<boolean>;
  foreignFrameHosts(tabId: number): Promise<string[]>;
  /** Opens the popup over the tab, which then keeps its page; false when the browser does not do it. */
  openPopup(tab: chrome.tabs.Tab): Promise<boolean>;
  now(): number;
}

export class QuietKeeper {
  readonly #parts: QuietParts;

  constructor(parts: QuietParts) {
    this.#parts = parts;
  }

  /** `pageUrl`: what a menu tells of a page whose tab hides its address. */
  async keepPage(tab: chrome.tabs.Tab, by: "menu" | "shortcut", pageUrl = ""): Promise<void> {
    const { controller, badge, note } = this.#parts;
    const { url = "", title = "" } = tab;
    if (await this.isUnaskedPrivate(tab.incognito)) return this.notePrivate();
    if (controller.jobs.current(url, this.#parts.now()) || (await this.#parts.recentlyKept(url))) {
      return badge.kept();
    }
    if (by === "menu" && (await this.#hasQuestion(tab)) && (await this.#parts.openPopup(tab))) return;
    const target = { tabId: tab.id as number, url, title, private: tab.incognito, engine: "tab" } as const;
    const { job, done } = await controller.keep(target);
    await done;
    if (await this.#noteRefusal(job.view, title, url || pageUrl)) return;
    const hasGaps = job.view.missingForAccess > 0 && !tab.incognito;
    if (hasGaps && (await this.#mayOffer(`${url} by badge`)))
      await note({ kind: "frames_missing", url, title });
  }

  /** A part of a page: a selection, or one frame. What was kept of the page before does not matter. */
  async keepPart(tab: chrome.tabs.Tab, scope: CaptureScope, pageUrl = ""): Promise<void> {
    const { url = "", title = "" } = tab;
    if (await this.isUnaskedPrivate(tab.incognito)) return this.notePrivate();
    const target = {
      tabId: tab.id as number,
      url,
      title,
      private: tab.incognito,
      engine: "tab",
      scope,
    } as const;
    const { job, done } = await this.#parts.controller.keep(target);
    await done;
    await this.#noteRefusal(job.view, title, url || pageUrl);
  }

  async #noteRefusal({ stage, failure }: JobView, title: string, url: string): Promise<boolean> {
    const isRefused = stage === "refused" || stage === "failed";
    if (isRefused) await this.#parts.note({ kind: "refused", url: withoutCredentials(url), title, failure });
    return isRefused;
  }

  async isUnaskedPrivate(isPrivate: boolean): Promise<boolean> {
    return isPrivate && !(await this.#parts.settings()).keepPrivate;
  }

  /** Without a word about which page it was: notices are shown in ordinary windows, too. */
  notePrivate(): Promise<void> {
    return this.#parts.note({ kind: "private_unasked", url: "", title: "" });
  }

  async #hasQuestion(tab: chrome.tabs.Tab): Promise<boolean> {
    // A private window's sites are remembered nowhere, so that it would be asked at every click.
    if (tab.incognito || tab.id === undefined || !tab.url) return false;
    if ((await this.#parts.foreignFrameHosts(tab.id)).length === 0) return false;
    return this.#mayOffer(new URL(tab.url).host);
  }

  /** Access is neither given nor refused, and was not offered here since the browser was started. */
  async #mayOffer(subject: string): Promise<boolean> {
    const { accessRefused } = await this.#parts.settings();
    return !accessRefused && !(await this.#parts.hasAllSites()) && (await firstOffer(subject));
  }
}

const remembered = 200;

// In the browser's memory alone (storage.session): a list of sites is nobody's business.
async function firstOffer(subject: string): Promise<boolean> {
  const { offered } = await browser.storage.session.get("offered");
  const subjects = Array.isArray(offered) ? (offered as string[]) : [];
  if (subjects.includes(subject)) return false;
  await browser.storage.session.set({ offered: [...subjects, subject].slice(-remembered) });
  return true;
}
