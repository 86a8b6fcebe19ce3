// The context menus. The link's item exists in two forms: the first says that access will be asked for, and a click on
// it asks (a request for access must come directly out of the click, before anything could be looked up). Once it was
// answered, the plain form takes its place.
import { browser } from "../platform/browser.ts";

export const menu = {
  page: "keep-page",
  selection: "keep-selection",
  frame: "keep-frame",
  link: "keep-link",
  linkAsking: "keep-link-asking",
} as const;

export async function makeMenus(asksForLinks: boolean): Promise<void> {
  await browser.contextMenus.removeAll();
  const create = (item: chrome.contextMenus.CreateProperties) =>
    browser.contextMenus.create(item, () => {
      void browser.runtime.lastError; // two backgrounds starting at once may both make it
    });
  create({
    id: menu.page,
    title: browser.i18n.getMessage("menu_keep_page"),
    contexts: ["page", "selection", "frame"],
  });
  create({
    id: menu.selection,
    title: browser.i18n.getMessage("menu_keep_selection"),
    contexts: ["selection"],
  });
  create({ id: menu.frame, title: browser.i18n.getMessage("menu_keep_frame"), contexts: ["frame"] });
  create({
    id: asksForLinks ? menu.linkAsking : menu.link,
    title: browser.i18n.getMessage(asksForLinks ? "menu_keep_link_asking" : "menu_keep_link"),
    contexts: ["link"],
    targetUrlPatterns: ["http://*/*", "https://*/*"],
  });
}
