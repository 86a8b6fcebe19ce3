// Where a replay is measured: Chromium's service worker has no DOM and borrows an off-screen page; Firefox's background is
// a page itself.
import type { LibraryApi } from "../../library/api/library-api.ts";
import { browser } from "../../platform/browser.ts";
import { measureReplay, type ReplayRequest } from "./measure-replay.ts";
import type { ReplayDocument } from "./pages.ts";

export interface OffScreenRequest {
  to: "keepleaf.off-screen";
  request: ReplayRequest;
}

export function isOffScreenRequest(message: unknown): message is OffScreenRequest {
  return (message as Partial<OffScreenRequest> | null)?.to === "keepleaf.off-screen";
}

export const agentAddress = (): string => browser.runtime.getURL("replay-agent.js");

const page = "off-screen.html";
const hasDom = typeof document !== "undefined";

export async function measureOffScreen(
  api: LibraryApi,
  request: ReplayRequest,
): Promise<ReplayDocument[] | null> {
  if (hasDom) return measureReplay(api, request, agentAddress(), new AbortController().signal);
  if (!(await browser.offscreen.hasDocument())) {
    await browser.offscreen.createDocument({
      url: page,
      reasons: ["IFRAME_SCRIPTING" as chrome.offscreen.Reason],
      justification: "Shows a kept page in a sandboxed frame, to compare it with what was seen.",
    });
  }
  const message: OffScreenRequest = { to: "keepleaf.off-screen", request };
  return ((await browser.runtime.sendMessage(message)) as ReplayDocument[] | null | undefined) ?? null;
}

export async function closeOffScreen(): Promise<void> {
  if (!hasDom && (await browser.offscreen.hasDocument())) await browser.offscreen.closeDocument();
}
