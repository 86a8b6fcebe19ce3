// "Snapshot this link": a tab of its own in the background, in the person's own session, closed again when it was read.

import { browser } from "../platform/browser.ts";
import type { CaptureController } from "./capture-controller.ts";
import type { Job } from "./jobs.ts";

/** A page that never stops loading is read as far as it came. */
const loadLimit = 45_000;
/** What a page does after its load event counts as part of it until it has been quiet for a while. */
const quiet = 700;
const settleLimit = 8_000;
const attempts = 3;

export interface LinkTarget {
  url: string;
  title: string;
  private: boolean;
  windowId: number;
  openerTabId?: number;
}

export async function captureLink(link: LinkTarget, controller: CaptureController): Promise<Job> {
  const { url, windowId, openerTabId } = link;
  const tab = await browser.tabs.create({
    url,
    windowId,
    active: false,
    ...(openerTabId === undefined ? {} : { openerTabId }),
  });
  const tabId = tab.id as number;
  try {
    for (let attempt = 1; ; attempt++) {
      await loaded(tabId);
      const isSettled = await settled(tabId);
      const now = await browser.tabs.get(tabId);
      const { job, done } = await controller.keep({
        tabId,
        url: now.url || url,
        title: now.title || link.title,
        private: link.private,
        engine: "link_tab",
      });
      await done;
      if (attempt === attempts || !isWorthAnother(job, attempt === 1 && !isSettled)) return job;
    }
  } finally {
    await browser.tabs.remove(tabId).catch(() => {}); // the person may have closed it
  }
}

/** A page may send its visitor on, and Firefox tells of a new tab's page before it is that page's. */
function isWorthAnother({ view: { failure } }: Job, isEarly: boolean): boolean {
  if (failure === "page_gone" || failure === "page_loading") return true;
  return failure === "page_protected" && isEarly;
}

async function loaded(tabId: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      browser.tabs.onUpdated.removeListener(updated);
      browser.tabs.onRemoved.removeListener(removed);
      resolve();
    };
    const look = async () => {
      const tab = await browser.tabs.get(tabId).catch(() => null);
      if (!tab || (tab.status === "complete" && !isUnopened(tab))) done();
    };
    const updated = (id: number) => {
      if (id === tabId) void look();
    };
    const removed = (id: number) => {
      if (id === tabId) done();
    };
    const timer = setTimeout(done, loadLimit);
    browser.tabs.onUpdated.addListener(updated);
    browser.tabs.onRemoved.addListener(removed);
    void look();
  });
}

/** A new tab is "complete" on its empty page before it goes where it was sent. */
function isUnopened(tab: chrome.tabs.Tab): boolean {
  return (tab.url === "" || tab.url === "about:blank") && tab.pendingUrl !== "about:blank";
}

/** False: no script was let in, or what it waited in has gone. */
async function settled(tabId: number): Promise<boolean> {
  return browser.scripting
    .executeScript({ target: { tabId }, func: waitUntilQuiet, args: [quiet, settleLimit] })
    .then(
      () => true,
      () => false,
    );
}

// Runs in the page's isolated world: must not refer to anything outside itself. Leaves no trace in the page.
function waitUntilQuiet(quietFor: number, limit: number): Promise<void> {
  return new Promise((resolve) => {
    let timer = setTimeout(done, quietFor);
    const latest = setTimeout(done, limit);
    const again = () => {
      clearTimeout(timer);
      timer = setTimeout(done, quietFor);
    };
    const changes = new MutationObserver(again);
    changes.observe(document, { childList: true, subtree: true, characterData: true });
    const loads = new PerformanceObserver(again);
    loads.observe({ type: "resource" });
    function done() {
      clearTimeout(timer);
      clearTimeout(latest);
      changes.disconnect();
      loads.disconnect();
      resolve();
    }
  });
}
