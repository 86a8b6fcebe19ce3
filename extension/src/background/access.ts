// Access to other sites: what was granted, and whether a page has frames for which it is needed.
import { browser } from "../platform/browser.ts";

export const allSites = { origins: ["<all_urls>"] };

export async function hasAllSites(): Promise<boolean> {
  return browser.permissions.contains(allSites);
}

/** The hosts of frames from other sites in the page of a tab; empty when it can't be read or has none. */
export async function foreignFrameHosts(tabId: number): Promise<string[]> {
  try {
    const [found] = await browser.scripting.executeScript({ target: { tabId }, func: listForeignFrameHosts });
    return found?.result ?? [];
  } catch {
    return []; // a page that can't be read is reported by the capture, with its reason
  }
}

/** Whether a frame's document is of another site than its page; a frame without an address of its own is not. */
export function isForeign(frameUrl: string, pageUrl: string): boolean {
  const frame = URL.parse(frameUrl);
  return frame !== null && /^https?:$/.test(frame.protocol) && frame.origin !== URL.parse(pageUrl)?.origin;
}

/** The frames of a tab in which something is selected, the page itself first. */
export async function framesWithSelection(tabId: number): Promise<number[]> {
  try {
    const found = await browser.scripting.executeScript({
      target: { tabId, allFrames: true },
      func: hasSelection,
      injectImmediately: true,
    });
    return found
      .filter(({ result }) => result)
      .map(({ frameId }) => frameId)
      .sort((a, b) => a - b);
  } catch {
    return []; // a page that can't be read is reported by the capture, with its reason
  }
}

// Runs in the page's isolated world: must not refer to anything outside itself.
function hasSelection(): boolean {
  const selection = getSelection();
  return selection !== null && selection.rangeCount > 0 && !selection.isCollapsed;
}

/**
 * What a tab is whose address the browser hides. Chromium does so where a click grants nothing: on its own pages, which
 * its words give away, on empty ones, and where an address holds a user name and a password.
 */
export async function whatHides(tabId: number): Promise<"page_browser_own" | "page_hidden"> {
  try {
    await browser.scripting.executeScript({ target: { tabId }, func: () => true });
  } catch (error) {
    if (/access a chrome:\/\/ URL/i.test((error as Error).message)) return "page_browser_own";
  }
  // With access to all sites, no web page is hidden.
  return (await hasAllSites()) ? "page_browser_own" : "page_hidden";
}

// Runs in the page's isolated world: must not refer to anything outside itself.
function listForeignFrameHosts(): string[] {
  const hosts = new Set<string>();
  for (const frame of document.querySelectorAll<HTMLIFrameElement | HTMLFrameElement>(
    "iframe[src], frame[src]",
  )) {
    try {
      const url = new URL(frame.src, document.baseURI);
      if (/^https?:$/.test(url.protocol) && url.origin !== location.origin) hosts.add(url.host);
    } catch {
      // not an address
    }
  }
  return [...hosts].sort();
}
