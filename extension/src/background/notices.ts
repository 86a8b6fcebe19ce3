// What the person should read when the popup is next opened. Kept in memory by the browser (storage.session), never on
// the disk, so that private windows may leave some too.

import { browser } from "../platform/browser.ts";
import type { Notice } from "./ui-messages.ts";

const most = 10;

export async function readNotices(): Promise<Notice[]> {
  const { notices } = await browser.storage.session.get("notices");
  return Array.isArray(notices) ? (notices as Notice[]) : [];
}

export async function addNotice(notice: Notice): Promise<void> {
  const notices = await readNotices();
  await browser.storage.session.set({ notices: [notice, ...notices].slice(0, most) });
}

export async function clearNotices(): Promise<void> {
  await browser.storage.session.remove("notices");
}
