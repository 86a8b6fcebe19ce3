// A picture of what a window shows. Chromium allows two a second to each extension: who comes third waits for the next.
import { browser } from "./browser.ts";

const attempts = 5;
const pause = 550;

/** A data: address. Rejects when the browser gives none. */
export async function visibleTab(
  windowId: number,
  details: chrome.extensionTypes.ImageDetails,
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await browser.tabs.captureVisibleTab(windowId, details);
    } catch (error) {
      if (attempt === attempts || !/_CALLS_PER_SECOND/.test((error as Error).message)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
