// What a tab shows, as the browser pictures it. The click that gives access to the tab allows it.
import { visibleTab } from "../../platform/visible-tab.ts";

/** Undefined when the tab is not in front. */
export async function tabPicture(tabId: number): Promise<ImageBitmap | undefined> {
  const { active, windowId } = await chrome.tabs.get(tabId);
  if (!active) return undefined;
  const address = await visibleTab(windowId, { format: "png" });
  const after = await chrome.tabs.get(tabId);
  if (!after.active || after.windowId !== windowId) return undefined;
  return createImageBitmap(await (await fetch(address)).blob());
}
