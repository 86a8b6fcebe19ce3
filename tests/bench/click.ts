// Click to committed: from the shortcut's arrival in the extension to the host's answer that the snapshot survives power
// loss, for real pages in a real window (docs/benchmarks.md):
//
//   KEEPLEAF_BROWSER=chromium npm run bench:click
//
// Beside each time stands the floor for anything that reads a page from within: its markup once, and every resource
// that it loaded once more, out of the browser's cache; in Chromium also the browser's own MHTML of the same tab. Neither
// hashes, sends, compresses or stores anything.
import type { Page } from "puppeteer-core";
import type { PopupView, ToPopup } from "../../extension/src/background/ui-messages.ts";
import { browserName, Session } from "../e2e/support/session.ts";
import { until } from "../e2e/support/until.ts";

const pages = [
  ["python re", "/python/library/re.html"],
  ["python index", "/python/genindex-all.html"],
  ["postgresql select", "/postgresql/sql-select.html"],
  ["handbook zh-CN apt", "/handbook/zh-CN/apt.html"],
  ["handbook ja-JP packaging", "/handbook/ja-JP/packaging-system.html"],
  ["reference zh-cn 1", "/reference/ch01.zh-cn.html"],
  ["reference ja 1", "/reference/ch01.ja.html"],
] as const;
const rounds = Number(process.env.ROUNDS ?? 3);

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const say = (line: string) => process.stdout.write(`${line}\n`);

/** What the popup would show of the first tab's capture. */
function popupView(extensionPage: Page): Promise<PopupView | undefined> {
  return extensionPage.evaluate(async () => {
    const api = (globalThis as unknown as { browser?: typeof chrome }).browser ?? chrome;
    const tabs = await api.tabs.query({ index: 0, currentWindow: true });
    const port = api.runtime.connect({ name: "keepleaf.popup" });
    try {
      return await new Promise<PopupView | undefined>((resolve) => {
        port.onMessage.addListener(({ view }: ToPopup) => resolve(view));
        setTimeout(() => resolve(undefined), 2000);
        port.postMessage({ do: "open", tabId: tabs[0]?.id });
      });
    } finally {
      port.disconnect();
    }
  });
}

async function floorMs(page: Page): Promise<{ ms: number; bytes: number; nodes: number }> {
  return page.evaluate(async () => {
    const begin = performance.now();
    let bytes = document.documentElement.outerHTML.length;
    const urls = new Set(performance.getEntriesByType("resource").map(({ name }) => name));
    await Promise.all(
      [...urls].map(async (url) => {
        const response = await fetch(url, { cache: "force-cache" }).catch(() => undefined);
        bytes += (await response?.arrayBuffer())?.byteLength ?? 0;
      }),
    );
    return { ms: performance.now() - begin, bytes, nodes: document.getElementsByTagName("*").length };
  });
}

async function mhtmlMs(page: Page): Promise<number> {
  const client = await page.createCDPSession();
  const begin = performance.now();
  await client.send("Page.captureSnapshot", { format: "mhtml" });
  const ms = performance.now() - begin;
  await client.detach();
  return ms;
}

const session = await Session.start();
try {
  const extensionPage = await session.openExtensionPage("options.html");
  say(
    `${browserName}: click to committed, median of ${rounds}; the first capture of a page, then of the unchanged page`,
  );
  say("page                        nodes   first ms   again ms   floor ms  first/floor   mhtml ms");
  const ratios: number[] = [];
  for (const [name, path] of pages) {
    const times: number[] = [];
    const floors: number[] = [];
    const mhtml: number[] = [];
    let nodes = 0;
    let first = Number.NaN;
    for (let round = 0; round <= rounds; round++) {
      // Another address each time, so that "kept within the last minute" does not apply; the bytes stay the same.
      const page = await session.open(`${session.site.origin}${path}?round=${round}`);
      const floor = await floorMs(page);
      nodes = floor.nodes;
      floors.push(floor.ms);
      if (browserName === "chromium") mhtml.push(await mhtmlMs(page));
      await session.pressShortcut();
      const job = await until(`${name} to be kept`, async () => {
        const view = await popupView(extensionPage);
        return view?.job?.stage === "kept" && view.job.url === page.url() ? view.job : undefined;
      });
      const ms = (job.keptAt ?? Number.NaN) - job.startedAt;
      if (round === 0) first = ms;
      else times.push(ms);
    }
    ratios.push(first / median(floors));
    const column = (value: number, width: number, digits = 0) => value.toFixed(digits).padStart(width);
    say(
      `${name.padEnd(26)}${column(nodes, 7)}${column(first, 11)}${column(median(times), 11)}${column(median(floors), 11)}` +
        `${column(first / median(floors), 13, 1)}${mhtml.length > 0 ? column(median(mhtml), 11) : "          -"}`,
    );
  }
  say(`median of first/floor over the pages: ${median(ratios).toFixed(1)}`);
} finally {
  await session.stop();
}
