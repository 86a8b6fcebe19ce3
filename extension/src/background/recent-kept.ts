// What was kept within the last minute, for a background that ended in between. In the browser's memory alone
// (storage.session); pages of private windows are not even there.

import { browser } from "../platform/browser.ts";
import type { Uuid } from "../protocol/messages.ts";
import { recently } from "./jobs.ts";
import type { JobView } from "./ui-messages.ts";

export async function rememberKept(view: JobView, now: number = Date.now()): Promise<void> {
  const kept = (await readKept()).filter(({ keptAt }) => now - (keptAt ?? 0) < recently);
  await browser.storage.session.set({
    kept: [...kept.filter(({ capture }) => capture !== view.capture), view],
  });
}

export async function forgetKept(capture: Uuid): Promise<void> {
  const kept = (await readKept()).filter((view) => view.capture !== capture);
  await browser.storage.session.set({ kept });
}

export async function readKept(): Promise<JobView[]> {
  const { kept } = await browser.storage.session.get("kept");
  return Array.isArray(kept) ? (kept as JobView[]) : [];
}
