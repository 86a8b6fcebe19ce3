// One capture by one contestant: how long, how much, how many requests, how long the page stood still.
import type { PopupView, ToPopup } from "../../../extension/src/background/ui-messages.ts";
import { pause } from "../../e2e/support/until.ts";
import type { BenchBrowser } from "./browser.ts";
import { runPeer } from "./peer.ts";
import type { Web } from "./web.ts";

export interface Outcome {
  ms: number;
  bytes: number;
  requests: number;
  /** Milliseconds of the page's main thread in tasks over 50 ms, and the longest one. */
  blocked: number;
  longest: number;
  /** What was made: SingleFile's document, or the id of Keepleaf's snapshot. */
  made: string;
  /** Parts without bytes; Keepleaf tells. */
  missing?: number;
}

export async function keepleafCapture(browser: BenchBrowser, web: Web, again = false): Promise<Outcome> {
  return measured(browser, web, async () => {
    const { job, clicked } = await clickToKept(browser, again);
    if (job?.stage !== "kept" || !job.committed || !job.keptAt) {
      throw new Error(`Keepleaf: ${job?.stage} ${job?.failure ?? job?.error?.message ?? ""}`);
    }
    const { snapshot_id, size_stored } = job.committed;
    return { ms: job.keptAt - clicked, bytes: size_stored, made: snapshot_id, missing: job.missing };
  });
}

export async function peerCapture(browser: BenchBrowser, web: Web, waits: boolean): Promise<Outcome> {
  return measured(browser, web, async () => {
    const { ms, content } = await runPeer(browser, waits);
    return { ms, bytes: Buffer.byteLength(content), made: content };
  });
}

/** What the popup does from the click on: the same messages, from a page of the extension. */
export function clickToKept(browser: BenchBrowser, again: boolean) {
  return browser.keepleafPage.evaluate(
    async (url, repeat) => {
      const api = (globalThis as unknown as { browser?: typeof chrome }).browser ?? chrome;
      const tabs = await api.tabs.query({});
      const tabId = tabs.find((tab) => tab.url === url)?.id;
      const port = api.runtime.connect({ name: "keepleaf.popup" });
      try {
        return await new Promise<{ job: PopupView["job"]; clicked: number }>((resolve) => {
          const ended = ["kept", "failed", "refused"];
          let earlier: string | undefined;
          let clicked = Date.now();
          port.onMessage.addListener(({ view }: ToPopup) => {
            if (repeat && !earlier && view.job) {
              earlier = view.job.capture;
              clicked = Date.now();
              port.postMessage({ do: "keep_again", instead: false });
            } else if (view.job && view.job.capture !== earlier && ended.includes(view.job.stage)) {
              resolve({ job: view.job, clicked });
            }
          });
          setTimeout(() => resolve({ job: null, clicked }), 120_000);
          port.postMessage({ do: "open", tabId });
        });
      } finally {
        port.disconnect();
      }
    },
    browser.page.url(),
    again,
  );
}

interface Watched {
  keepleafBench?: { tasks: number[]; stop(): void };
}

async function measured(
  browser: BenchBrowser,
  web: Web,
  run: () => Promise<Pick<Outcome, "ms" | "bytes" | "made" | "missing">>,
): Promise<Outcome> {
  await browser.page.evaluate(watchTasks);
  const before = web.requests;
  const outcome = await run();
  const requests = web.requests - before;
  await pause(150); // observers are told of a task some time after it
  const tasks = await browser.page.evaluate(() => {
    const watched = globalThis as unknown as Watched;
    watched.keepleafBench?.stop();
    return watched.keepleafBench?.tasks ?? [];
  });
  const blocked = tasks.reduce((sum, task) => sum + task, 0);
  return { ...outcome, requests, blocked, longest: Math.max(0, ...tasks) };
}

// Runs in the page. Where the browser does not tell of long tasks (Firefox), the lateness of a timer does.
const watchTasks = `(() => {
  const tasks = [];
  if (PerformanceObserver.supportedEntryTypes.includes("longtask")) {
    const take = (entries) => entries.forEach(({ duration }) => tasks.push(duration));
    const observer = new PerformanceObserver((list) => take(list.getEntries()));
    observer.observe({ type: "longtask" });
    globalThis.keepleafBench = { tasks, stop: () => { take(observer.takeRecords()); observer.disconnect(); } };
    return;
  }
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - last > 60) tasks.push(now - last - 10);
    last = now;
  }, 10);
  globalThis.keepleafBench = { tasks, stop: () => clearInterval(timer) };
})()`;
