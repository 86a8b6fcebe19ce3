// A picture of what a tab shows at this moment. Null where the browser gives none, where the tab did not stay the one that
// was meant, or where the picture would show what a capture never writes.
import { secretFieldRules } from "../../capture/steps/forms.ts";
import { browser } from "../../platform/browser.ts";
import { visibleTab } from "../../platform/visible-tab.ts";

/** Firefox alone pictures a tab that is not in front, where access to all sites was given. */
interface TabsOfFirefox {
  captureTab?: (tabId: number, details: PictureDetails) => Promise<string>;
}
interface PictureDetails {
  format: "jpeg" | "png";
  quality?: number;
  /** Firefox: a part of the document, in CSS pixels, visible or not. */
  rect?: { x: number; y: number; width: number; height: number };
  /** Firefox: pixels of the picture for one of CSS. */
  scale?: number;
}

const tabs = browser?.tabs as typeof chrome.tabs & TabsOfFirefox;
/** A window that is minimised, or a browser that is busy, must not hold anything up. */
const patience = 5_000;

export async function shootTab(
  tabId: number,
  details: PictureDetails = { format: "jpeg", quality: 92 },
): Promise<Blob | null> {
  try {
    const before = await tabs.get(tabId);
    const url = before.active ? await shootVisible(before, details) : await tabs.captureTab?.(tabId, details);
    if (!url || !(await isStill(before))) return null;
    return await (await fetch(url)).blob();
  } catch {
    return null;
  }
}

async function shootVisible({ windowId }: chrome.tabs.Tab, details: PictureDetails): Promise<string> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error("no picture in time")), patience);
  });
  return Promise.race([visibleTab(windowId, details as chrome.extensionTypes.ImageDetails), late]);
}

/** What was pictured is what is in front of the window: another tab, if the person changed to one meanwhile. */
async function isStill(before: chrome.tabs.Tab): Promise<boolean> {
  const now = await tabs.get(before.id as number);
  return now.active === before.active && now.url === before.url && now.windowId === before.windowId;
}

/**
 * Something is typed, and can be read, in a field whose value no capture writes. Frames that let no script in can't be
 * asked; a field of type "password" shows dots.
 */
export async function showsSecret(tabId: number): Promise<boolean> {
  const { autocomplete, name } = secretFieldRules;
  const frames = await browser.scripting
    .executeScript({
      target: { tabId, allFrames: true },
      injectImmediately: true,
      func: hasReadableSecret,
      args: [autocomplete.source, name.source],
    })
    .catch(() => []); // the browser's own viewers of files have no fields
  return frames.some(({ result }) => result);
}

// Runs in the page's isolated world: must not refer to anything outside itself.
function hasReadableSecret(autocomplete: string, name: string): boolean {
  const unreadable = /^(?:hidden|password|file|checkbox|radio|submit|reset|button|image)$/;
  const byAutocomplete = new RegExp(autocomplete);
  const byName = new RegExp(name, "i");
  const isFilled = (field: HTMLInputElement | HTMLTextAreaElement) =>
    field.value !== "" &&
    !unreadable.test(field.type) &&
    ((field.getAttribute("autocomplete") ?? "")
      .toLowerCase()
      .split(/\s+/)
      .some((token) => byAutocomplete.test(token)) ||
      byName.test(field.name) ||
      byName.test(field.id));
  const fields = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea");
  return [...fields].some(isFilled);
}
