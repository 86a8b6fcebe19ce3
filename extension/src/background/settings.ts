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
  /** The same for one sound or film; 0: none is kept. */
  mediaLimitMiB: number;
  /** Pictures are kept in all sizes that a page offers, not only in the one that was shown. */
  allSizes: boolean;
  /** The question for access to all sites was answered with no: it is not put again by itself. */
  accessRefused: boolean;
  /** A small picture of the window is kept with each page. */
  thumbnails: boolean;
}

export const defaults: Settings = {
  askFirst: false,
  keepPrivate: false,
  resourceLimitMiB: 64,
  mediaLimitMiB: 64,
  allSizes: false,
  accessRefused: false,
  thumbnails: true,
};
/** limits.part */
export const largestResourceMiB = 2048;

export function readSettings(stored: Record<string, unknown>): Settings {
  const flag = (name: "askFirst" | "keepPrivate" | "accessRefused" | "allSizes" | "thumbnails") =>
    typeof stored[name] === "boolean" ? stored[name] : defaults[name];
  const size = (name: "resourceLimitMiB" | "mediaLimitMiB", least: number) => {
    const given = stored[name];
    const right = typeof given === "number" && Number.isSafeInteger(given);
    return right && given >= least && given <= largestResourceMiB ? given : defaults[name];
  };
  return {
    askFirst: flag("askFirst"),
    keepPrivate: flag("keepPrivate"),
    resourceLimitMiB: size("resourceLimitMiB", 1),
    mediaLimitMiB: size("mediaLimitMiB", 0),
    allSizes: flag("allSizes"),
    accessRefused: flag("accessRefused"),
    thumbnails: flag("thumbnails"),
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
