// What the extension can get by its own permissions, when a frame can't. One capture's: asking a browser for permissions is
// dear, a page names hundreds of addresses of few sites, and a permission that is given while a page is read is for the next.
import { openUrl, readLimited } from "../../capture/frame/open-url.ts";
import type { Opened } from "../../capture/types.ts";
import type { PartStatus } from "../../protocol/messages.ts";

export class Outside {
  readonly #answers = new Map<string, Promise<boolean>>();

  async hasAccess(url: string): Promise<boolean> {
    const pattern = hostPattern(url);
    if (!pattern) return false;
    return (await this.#ask("<all_urls>")) || this.#ask(pattern);
  }

  /** Fetches with the extension's access to the site. Without it, only the frame's own site is tried (activeTab). */
  async fetch(url: string, frameUrl: string, limit: number, signal: AbortSignal): Promise<Opened> {
    const empty = { mediaType: "", url };
    // Of the files of this computer the one that the tab shows, and not what a page among them refers to.
    const shownFile = /^file:/i.test(url) && url === frameUrl;
    if (!/^https?:/i.test(url) && !shownFile) return { status: "blocked", ...empty };
    if (!shownFile && !sameOrigin(url, frameUrl) && !(await this.hasAccess(url))) {
      return { status: "no_permission", ...empty };
    }
    const { body, ...head } = await openUrl(url, self, limit, signal, "include");
    // The click's own permission opens files at some times only.
    if (shownFile && head.status === "unreachable" && !(await this.hasAccess(url))) {
      return { ...head, status: "no_permission" };
    }
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
  async missingFrame(url: string, tabUrl: string): Promise<PartStatus> {
    if (/^(?:about|blob|data|javascript):/i.test(url)) return "no_answer";
    if (!/^(?:https?|file):/i.test(url)) return "blocked";
    return sameOrigin(url, tabUrl) || (await this.hasAccess(url)) ? "no_answer" : "no_permission";
  }

  #ask(pattern: string): Promise<boolean> {
    let answer = this.#answers.get(pattern);
    if (!answer) {
      // Rejected for an address that permissions don't know.
      answer = chrome.permissions.contains({ origins: [pattern] }).catch(() => false);
      this.#answers.set(pattern, answer);
    }
    return answer;
  }
}

function hostPattern(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed?.protocol === "file:") return "file:///*";
  // Match patterns have no port: access is for all ports of a host.
  return parsed && /^https?:$/.test(parsed.protocol) ? `${parsed.protocol}//${parsed.hostname}/*` : undefined;
}

function sameOrigin(a: string, b: string): boolean {
  const left = URL.parse(a);
  const right = URL.parse(b);
  return left !== null && right !== null && left.origin !== "null" && left.origin === right.origin;
}
