// A browser of a contestant: headless, with the built extension, whose optional permissions are granted at its install,
// and with the bench's own extension that runs SingleFile. Nothing but the corpus' web is reached.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { Keepleaf } from "../../e2e/support/keepleaf.ts";
import { until } from "../../e2e/support/until.ts";
import { buildPeer, peerGeckoId } from "./peer.ts";

export type BrowserName = "chromium" | "firefox";

const root = resolve(import.meta.dirname, "../../..");
// Firefox gives each extension a random host name per profile; named here, their pages can be opened.
const uuids = {
  keepleaf: "6b656570-6c65-4166-8000-000000000001",
  peer: "6b656570-6c65-4166-8000-000000000002",
};

export interface BrowserOptions {
  proxyPort: number;
  /** Give the extension what the person can give it in Chromium: the browser's own MHTML of a tab. */
  pageCapture: boolean;
  /** Where the extension was built, if not in extension/dist. */
  built?: string;
}

export class BenchBrowser {
  readonly name: BrowserName;
  readonly keepleaf: Keepleaf;
  /** A page of Keepleaf's, and one of the peer's: their scripts may use what the extensions may. */
  readonly keepleafPage: Page;
  readonly peerPage: Page;
  readonly page: Page;
  readonly #browser: Browser;
  readonly #folder: string;

  private constructor(
    name: BrowserName,
    keepleaf: Keepleaf,
    pages: { keepleaf: Page; peer: Page; page: Page },
    browser: Browser,
    folder: string,
  ) {
    this.name = name;
    this.keepleaf = keepleaf;
    this.keepleafPage = pages.keepleaf;
    this.peerPage = pages.peer;
    this.page = pages.page;
    this.#browser = browser;
    this.#folder = folder;
  }

  static async start(name: BrowserName, options: BrowserOptions): Promise<BenchBrowser> {
    const folder = await mkdtemp(join(tmpdir(), "keepleaf-versus-"));
    const keepleaf = await Keepleaf.at(folder);
    await keepleaf.installInto(name);
    const own = await grantedCopy(name, join(folder, "extension"), options);
    const peer = await buildPeer(name, join(folder, "peer"));
    const browser = await (name === "chromium" ? startChromium : startFirefox)(
      folder,
      options.proxyPort,
      keepleaf,
    );
    await browser.installExtension(own);
    const peerId = await browser.installExtension(peer);
    const id = keepleaf.extensionId("chromium");
    const open = async (host: string, path: string): Promise<Page> => {
      const page = await browser.newPage();
      const scheme = name === "chromium" ? "chrome-extension" : "moz-extension";
      // Firefox never reports that such a page has loaded, but it has.
      await page.goto(`${scheme}://${host}/${path}`, { timeout: 5000 }).catch((error: unknown) => {
        if (name === "chromium") throw error;
      });
      await until(`${path} of ${host}`, () => page.evaluate(() => document.readyState === "complete"));
      return page;
    };
    const pages = {
      keepleaf: await open(name === "chromium" ? id : uuids.keepleaf, "options.html"),
      peer: await open(name === "chromium" ? peerId : uuids.peer, "peer.html"),
      page: await browser.newPage(),
    };
    await pages.page.setViewport({ width: 1280, height: 800 });
    return new BenchBrowser(name, keepleaf, pages, browser, folder);
  }

  /** Shows a page, and gives it time to become quiet; a page that never does is taken as it is. */
  async show(url: string): Promise<void> {
    await this.page.bringToFront();
    await this.page.goto(url, { waitUntil: "load", timeout: 15_000 }).catch(() => undefined);
    await this.page.waitForNetworkIdle({ idleTime: 300, timeout: 4_000 }).catch(() => undefined);
  }

  /** What the extension's background has marked, in milliseconds since 1970; Chromium only. */
  async marks(): Promise<{ name: string; at: number }[]> {
    const own = this.keepleafPage.url().replace(/options\.html.*$/, "");
    const target = await this.#browser.waitForTarget(
      (one) => one.type() === "service_worker" && one.url().startsWith(own),
    );
    const worker = await target.worker();
    if (!worker) throw new Error("the background is not there");
    return worker.evaluate(() =>
      performance
        .getEntriesByType("mark")
        .map(({ name, startTime }) => ({ name, at: performance.timeOrigin + startTime })),
    );
  }

  /** The browser's processes that run scripts: its pages, and the extension's background. */
  async scriptProcesses(): Promise<number[]> {
    const own = this.#browser.process()?.pid;
    const found: number[] = [];
    for (const name of (await readdir("/proc")).filter((one) => /^\d+$/.test(one))) {
      const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
      const isOurs = command.includes(this.#folder) || (await descends(Number(name), own ?? -1));
      if (isOurs && /--type=renderer/.test(command)) found.push(Number(name));
    }
    return found;
  }

  /** Milliseconds of processor time so far, by kind of process; those of the library's program included. */
  async processorTimes(): Promise<Map<string, number>> {
    const times = new Map<string, number>();
    const own = this.#browser.process()?.pid ?? -1;
    for (const name of (await readdir("/proc")).filter((one) => /^\d+$/.test(one))) {
      if (!(await descends(Number(name), own))) continue;
      const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
      const kind = kindOf(command);
      times.set(kind, (times.get(kind) ?? 0) + (await processorTime(name)));
    }
    return times;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function grantedCopy(name: BrowserName, folder: string, options: BrowserOptions): Promise<string> {
  await cp(join(options.built ?? join(root, "extension/dist"), name), folder, { recursive: true });
  const path = join(folder, "manifest.json");
  const manifest = JSON.parse(await readFile(path, "utf8"));
  manifest.permissions.push("tabs", ...(options.pageCapture ? ["pageCapture"] : []));
  delete manifest.optional_permissions;
  delete manifest.optional_host_permissions;
  manifest.host_permissions = ["<all_urls>"];
  await writeFile(path, JSON.stringify(manifest));
  return folder;
}

async function startChromium(folder: string, proxyPort: number, keepleaf: Keepleaf): Promise<Browser> {
  return puppeteer.launch({
    executablePath: "/usr/bin/chromium",
    headless: true,
    pipe: true,
    enableExtensions: true,
    userDataDir: join(folder, "chromium-profile"),
    env: keepleaf.env() as Record<string, string>,
    protocolTimeout: 240_000,
    args: [
      "--no-sandbox", // benchmarks run as root; the product never passes it
      "--disable-background-networking",
      "--disable-component-update",
      "--no-first-run",
      "--window-size=1280,900",
      "--ignore-certificate-errors",
      `--proxy-server=127.0.0.1:${proxyPort}`,
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
}

async function startFirefox(folder: string, proxyPort: number, keepleaf: Keepleaf): Promise<Browser> {
  await mkdir(join(folder, "firefox-profile"), { recursive: true });
  return puppeteer.launch({
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    headless: true,
    acceptInsecureCerts: true,
    userDataDir: join(folder, "firefox-profile"),
    env: keepleaf.env() as Record<string, string>,
    protocolTimeout: 240_000,
    args: ["--width=1280", "--height=900", "--remote-allow-system-access"],
    extraPrefsFirefox: {
      "xpinstall.signatures.required": false,
      "extensions.autoDisableScopes": 0,
      "extensions.webextensions.uuids": JSON.stringify({
        [keepleaf.ids.gecko_id]: uuids.keepleaf,
        [peerGeckoId]: uuids.peer,
      }),
      "network.proxy.type": 1,
      "network.proxy.http": "127.0.0.1",
      "network.proxy.http_port": proxyPort,
      "network.proxy.ssl": "127.0.0.1",
      "network.proxy.ssl_port": proxyPort,
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
      "datareporting.policy.dataSubmissionEnabled": false,
      "services.settings.server": "data:,#remote-settings-dummy/v1",
    },
  });
}

async function descends(pid: number, from: number): Promise<boolean> {
  for (let at = pid; at > 1; ) {
    if (at === from) return true;
    const status = await readFile(`/proc/${at}/status`, "utf8").catch(() => "");
    at = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return false;
}

function kindOf(command: string): string {
  if (/keepleaf-host/.test(command)) return "host";
  const type = /--type=([-\w]+)/.exec(command)?.[1];
  if (type !== "renderer") return type ?? "browser";
  return command.includes("--extension-process") ? "extension" : "page";
}

/** Of all its threads that are alive (proc(5), schedstat: nanoseconds on a processor). */
async function processorTime(pid: string): Promise<number> {
  let time = 0;
  for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
    const told = await readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8").catch(() => "0");
    time += Number(told.split(" ")[0]) / 1e6;
  }
  return time;
}
