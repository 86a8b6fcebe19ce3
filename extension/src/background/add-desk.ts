// An address that a person typed in one of our own places: the popup, the library page, the address bar ("kl …"). One
// address is opened in a tab of their own browser, in their session; where that may not be or fails, the library's own
// program fetches it, and it is said why.
import type { Uuid } from "../protocol/messages.ts";
import type { Reply, WireError } from "../protocol/reply.ts";
import type { JobView } from "./ui-messages.ts";

export interface AddQuestion {
  to: "keepleaf.add";
  url: string;
  /** Whether the person gave access to all sites, as far as the page knows that asked them. */
  refused?: boolean;
}

export type AddAnswer =
  | { by: "tab"; snapshot?: Uuid }
  /** `why`: there is no access to open it here, or the tab gave no page. */
  | { by: "host"; why: "no_access" | "tab_failed"; link: Uuid; job: Uuid }
  /** The host could not be asked: it is filed as soon as it can. */
  | { by: "later"; error: WireError }
  | { by: "nobody"; error: WireError };

export interface AddDeskParts {
  hasAllSites(): Promise<boolean>;
  captureTab(url: string): Promise<JobView | null>;
  addToLibrary(url: string): Promise<Reply<{ link_id: Uuid; job_id: Uuid }>>;
  addLater(url: string): Promise<void>;
  refuseAccess(): Promise<void>;
}

export async function addAddress(question: AddQuestion, parts: AddDeskParts): Promise<AddAnswer> {
  const { url } = question;
  if (question.refused) await parts.refuseAccess();
  const access = await parts.hasAllSites();
  if (access) {
    const view = await parts.captureTab(url).catch(() => null);
    if (view && view.stage !== "refused" && view.stage !== "failed") {
      return { by: "tab", ...(view.committed ? { snapshot: view.committed.snapshot_id } : {}) };
    }
  }
  const reply = await parts.addToLibrary(url);
  if (reply.ok) {
    const { link_id: link, job_id: job } = reply.value;
    return { by: "host", why: access ? "tab_failed" : "no_access", link, job };
  }
  // What will never be taken is not queued: the person hears of it now.
  if (reply.error.retry === "never" && reply.error.code !== "host_missing") {
    return { by: "nobody", error: reply.error };
  }
  await parts.addLater(url);
  return { by: "later", error: reply.error };
}

export function isAddQuestion(message: unknown): message is AddQuestion {
  const { to, url } = (message ?? {}) as Partial<AddQuestion>;
  return to === "keepleaf.add" && typeof url === "string";
}
