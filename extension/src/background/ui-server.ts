// Who may speak to the background: pages of this extension. Scripts in web pages, ours included, are not among them;
// a page that took one over must not reach the library.
import type { LibraryRequest } from "../library/api/native-library-api.ts";
import { browser } from "../platform/browser.ts";
import { bodies } from "../protocol/shapes.ts";
import type { HostQuestion } from "./ui-messages.ts";

export function fromOwnPage(sender: chrome.runtime.MessageSender | undefined): boolean {
  return sender?.id === browser.runtime.id && sender.url?.startsWith(browser.runtime.getURL("")) === true;
}

export function isLibraryRequest(message: unknown): message is LibraryRequest {
  const { to, type } = (message ?? {}) as Partial<LibraryRequest>;
  if (to !== "keepleaf.library" || typeof type !== "string") return false;
  return Object.hasOwn(bodies, type) && !/^(hello$|ping$|capture\.)/.test(type);
}

export function isHostQuestion(message: unknown): message is HostQuestion {
  return (message as Partial<HostQuestion> | null)?.to === "keepleaf.host";
}
