// The tools on the scoreboard: each turns the page that is open into a file that can be opened again.
import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { Keepleaf } from "../support/keepleaf.ts";
import { type BrowserName, launch, openExtension } from "./browsers.ts";
import { startMhtml, startSingleFile } from "./peers.ts";

export type ToolName = "Keepleaf" | "SingleFile" | "MHTML";
export const toolsOf: Readonly<Record<BrowserName, readonly ToolName[]>> = {
  chromium: ["Keepleaf", "SingleFile", "MHTML"],
  firefox: ["Keepleaf", "SingleFile"], // Firefox writes no MHTML.
};

export interface Tool {
  readonly browser: Browser;
  /** Whether a request that the browser reports in the reopened page is one: what an archive answers is not. */
  readonly ownRequests: boolean;
  /** Before the page is visited. */
  prepare(page: Page): Promise<void>;
  /** The file, in a folder that `stop` removes. */
  save(page: Page): Promise<string>;
  stop(): Promise<void>;
}

export async function startTool(tool: ToolName, name: BrowserName): Promise<Tool> {
  if (tool === "Keepleaf") return startKeepleaf(name);
  return tool === "SingleFile" ? startSingleFile(name) : startMhtml();
}

async function startKeepleaf(name: BrowserName): Promise<Tool> {
  const keepleaf = await Keepleaf.at();
  await keepleaf.installInto(name);
  const browser = await launch(name, { home: keepleaf.home, profile: `${name}-profile` });
  const extension = await openExtension(name, browser, keepleaf);
  let count = 0;
  return {
    browser,
    ownRequests: true,
    prepare: async () => undefined,
    async save(page) {
      const snapshot = await keep(extension, page.url());
      const file = join(keepleaf.home, `page-${count++}.html`);
      await keepleaf.run("export", snapshot, "--format", "html", "-o", file);
      return file;
    },
    async stop() {
      await browser.close();
      await keepleaf.remove();
    },
  };
}

/** What the popup says to the background when it is opened over a tab, until the snapshot is committed. */
function keep(extension: Page, url: string): Promise<string> {
  const said = (address: string) =>
    new Promise<string>((resolve, reject) => {
      const end = setTimeout(() => reject(new Error("not kept within 60 seconds")), 60_000);
      void chrome.tabs.query({}).then((tabs) => {
        const tab = tabs.find((one) => one.url === address);
        if (tab?.id === undefined) return reject(new Error(`no tab shows ${address}`));
        const port = chrome.runtime.connect({ name: "keepleaf.popup" });
        port.onMessage.addListener(({ view }) => {
          const { job, question, diagnosis } = view;
          const trouble = question ?? diagnosis ?? job?.failure ?? job?.error;
          if (!job?.committed && !trouble) return;
          clearTimeout(end);
          port.disconnect();
          if (trouble) reject(new Error(JSON.stringify(trouble)));
          else resolve(job.committed.snapshot_id);
        });
        port.postMessage({ do: "open", tabId: tab.id });
      }, reject);
    });
  return extension.evaluate(
    `(() => { const __name = (f) => f; return (${said})(${JSON.stringify(url)}); })()`,
  ) as Promise<string>;
}
