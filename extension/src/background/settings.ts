// What the person chose for this browser (storage.local; never synced, never sent to a host).
import { browser } from "../platform/browser.ts";
import type { Uuid } from "../protocol/messages.ts";
import { isUuid, uuid7 } from "../protocol/uuid.ts";

export interface Settings {
  /** The toolbar button asks before it keeps. */
  askFirst: boolean;
  /** Pages of private windows are kept without a question each time. */
  keepPrivate: boolean;
  /** One resource of a page may be so large, in MiB. */
  resourceLimitMiB: number;
  /** The question for access to all sites was answered with no: it is not put again by itself. */
  accessRefused: boolean;
}

export const defaults: Settings = {
  askFirst: false,
  keepPrivate: false,
  resourceLimitMiB: 64,
  accessRefused: false,
};
/** limits.part */
export const largestResourceMiB = 2048;

export function readSettings(stored: Record<string, unknown>): Settings {
  const flag = (name: "askFirst" | "keepPrivate" | "accessRefused") =>
    typeof stored[name] === "boolean" ? stored[name] : defaults[name];
  const size = stored.resourceLimitMiB;
  const sizeIsRight =
    Number.isSafeInteger(size) && (size as number) >= 1 && (size as number) <= largestResourceMiB;
  return {
    askFirst: flag("askFirst"),
    keepPrivate: flag("keepPrivate"),
    resourceLimitMiB: sizeIsRight ? (size as number) : defaults.resourceLimitMiB,
    accessRefused: flag("accessRefused"),
  };
}

export async function loadSettings(): Promise<Settings> {
  return readSettings(await browser.storage.local.get(Object.keys(defaults)));
}

export async function saveSettings(change: Partial<Settings>): Promise<void> {
  await browser.storage.local.set(change);
}

/** Names this browser profile to hosts: random, made once. */
export async function profileId(): Promise<Uuid> {
  const { profile } = await browser.storage.local.get("profile");
  if (typeof profile === "string" && isUuid(profile)) return profile;
  const made = uuid7();
  await browser.storage.local.set({ profile: made });
  return made;
}
