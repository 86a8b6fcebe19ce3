// The tools on the scoreboard: each turns the page that is open into a file that can be opened again.
import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { Keepleaf } from "../support/keepleaf.ts";
import { type BrowserName, launch, openExtension } from "./browsers.ts";
import { startMhtml, startSingleFile } from "./peers.ts";
import type { Step } from "./step.ts";

/** "By URL": Keepleaf given nothing but the address, rendered by its headless browser. */
export type ToolName = "Keepleaf" | "By URL" | "SingleFile" | "MHTML";
export const toolsOf: Readonly<Record<BrowserName, readonly ToolName[]>> = {
  chromium: ["Keepleaf", "By URL", "SingleFile", "MHTML"],
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
  if (tool === "By URL") return startByUrl(name);
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

/** What a person did in the page can't be there: steps with an act are not this tool's. */
export function canMeasure(tool: ToolName, step: Step): boolean {
  return tool !== "By URL" || !step.act;
}

async function startByUrl(name: BrowserName): Promise<Tool> {
  const keepleaf = await Keepleaf.at();
  const browser = await launch(name, { home: keepleaf.home, profile: `${name}-live` });
  const hosts = [1, 2, 3, 4].flatMap((n) => ["--allow-host", `127.0.0.${n}`]);
  let count = 0;
  return {
    browser,
    ownRequests: true,
    prepare: async () => undefined,
    async save(page) {
      const library = ["--library", keepleaf.library];
      const added = await keepleaf.run(
        ...library,
        "add",
        page.url(),
        "--engine",
        "browser",
        ...hosts,
        "--json",
      );
      const { items } = JSON.parse(added) as { items: { snapshot_id: string }[] };
      const file = join(keepleaf.home, `page-${count++}.html`);
      const snapshot = items[0]?.snapshot_id ?? "";
      await keepleaf.run(...library, "export", snapshot, "--format", "html", "-o", file);
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
