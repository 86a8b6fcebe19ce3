// What the extension can get by its own permissions, when a frame can't.
import { openUrl, readLimited } from "../../capture/frame/open-url.ts";
import type { Opened } from "../../capture/types.ts";
import type { PartStatus } from "../../protocol/messages.ts";

export async function hasHostAccess(url: string): Promise<boolean> {
  const pattern = hostPattern(url);
  if (!pattern) return false;
  try {
    return await chrome.permissions.contains({ origins: [pattern] });
  } catch {
    return false; // Not an address that permissions know.
  }
}

/** Fetches with the extension's access to the site. Without it, only the frame's own site is tried (activeTab). */
export async function fetchOutside(
  url: string,
  frameUrl: string,
  limit: number,
  signal: AbortSignal,
): Promise<Opened> {
  const empty = { mediaType: "", url };
  if (!/^https?:/i.test(url)) return { status: "blocked", ...empty };
  if (!(await hasHostAccess(url)) && !sameOrigin(url, frameUrl)) {
    return { status: "no_permission", ...empty };
  }
  const { body, ...head } = await openUrl(url, self, limit, signal, "include");
  if (!body) return head;
  try {
    const bytes = await readLimited(body, limit);
    return bytes ? { ...head, bytes } : { ...head, status: "too_large" };
  } catch (error) {
    if (signal.aborted) throw error;
    return { ...head, status: "unreachable" };
  }
}

/** Why no script of ours answered in a frame at this address. */
export async function missingFrame(url: string, tabUrl: string): Promise<PartStatus> {
  if (/^(?:about|blob|data|javascript):/i.test(url)) return "no_answer";
  if (!/^(?:https?|file):/i.test(url)) return "blocked";
  return sameOrigin(url, tabUrl) || (await hasHostAccess(url)) ? "no_answer" : "no_permission";
}

function hostPattern(url: string): string | undefined {
  const parsed = parse(url);
  // Match patterns have no port: access is for all ports of a host.
  return parsed && /^https?:$/.test(parsed.protocol) ? `${parsed.protocol}//${parsed.hostname}/*` : undefined;
}

function sameOrigin(a: string, b: string): boolean {
  const left = parse(a);
  const right = parse(b);
  return left !== undefined && right !== undefined && left.origin !== "null" && left.origin === right.origin;
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}
