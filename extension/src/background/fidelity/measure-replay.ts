// Shows a snapshot off-screen, in a frame of the size of the live page's window, exactly as the library page shows it, and
// has the agents in it measure. Runs where there is a DOM: the off-screen page in Chromium, the background in Firefox.
import type { Wanted } from "../../capture/measure/types.ts";
import type { LibraryApi } from "../../library/api/library-api.ts";
import { readSnapshot } from "../../library/api/read-snapshot.ts";
import type { Uuid, Viewport } from "../../protocol/messages.ts";
import { showWithAgent } from "../../replay-agent/frames.ts";
import { isMeasureReport, type MeasureRequest } from "../../replay-agent/measure-messages.ts";
import { isAgentReport } from "../../replay-agent/messages.ts";
import type { ReplayDocument } from "./pages.ts";

export interface ReplayRequest {
  snapshot: Uuid;
  viewport: Viewport;
  wanted: Wanted;
}

/** Larger pages are not measured: the copy would cost more memory than the answer is worth. */
const mostBytes = 32 << 20;
const patience = 60_000;

/** Null when it can't be measured: no document, too large, or without an answer. */
export async function measureReplay(
  api: LibraryApi,
  { snapshot, viewport, wanted }: ReplayRequest,
  agent: string,
  signal: AbortSignal,
): Promise<ReplayDocument[] | null> {
  const page = await readSnapshot(api, snapshot, signal, () => undefined, mostBytes);
  if (!page.ok || !page.value.type.startsWith("text/html")) return null;
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.referrerPolicy = "no-referrer";
  frame.style.cssText = `border:0;width:${viewport.width}px;height:${viewport.height}px`;
  showWithAgent(frame, opened(new TextDecoder().decode(page.value.bytes)), agent);
  try {
    return await answerOf(frame, { keepleaf: "measure", wanted }, signal);
  } finally {
    frame.remove();
  }
}

function answerOf(
  frame: HTMLIFrameElement,
  request: MeasureRequest,
  signal: AbortSignal,
): Promise<ReplayDocument[] | null> {
  return new Promise((resolve) => {
    const documents: ReplayDocument[] = [];
    const ended = new AbortController();
    const end = (answer: ReplayDocument[] | null): void => {
      clearTimeout(timer);
      ended.abort();
      resolve(answer);
    };
    const timer = setTimeout(() => end(documents.length > 0 ? documents : null), patience);
    signal.addEventListener("abort", () => end(null), { signal: ended.signal });
    addEventListener(
      "message",
      ({ source, data }: MessageEvent<unknown>) => {
        if (!source || source !== frame.contentWindow) return;
        if (isAgentReport(data) && data.keepleaf === "ready")
          source.postMessage(request, { targetOrigin: "*" });
        else if (!isMeasureReport(data)) return;
        else if (data.keepleaf === "measured_all") end(documents);
        else documents.push({ path: data.path, measure: data.measure });
      },
      { signal: ended.signal },
    );
    document.body.append(frame);
  });
}

/** The agent has to see into closed shadow trees too, also those of frames (srcdoc); to nobody else it matters. */
export function opened(html: string): string {
  return html
    .replace(/(<template [^>]*?shadowrootmode=["']?)closed/gi, "$1open")
    .replace(/(&(?:amp;)*lt;template [^>]*?shadowrootmode=&(?:amp;)*quot;)closed/gi, "$1open");
}
