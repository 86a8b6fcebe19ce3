// A real browser, headless, with the test extension: the product's capture bundle and a driver page around captureTab.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import type { Order } from "./orders.ts";
import type { Site } from "./site.ts";
import { Stored } from "./stored.ts";

export type BrowserName = "chromium" | "firefox";
export const browsers: readonly BrowserName[] = ["chromium", "firefox"];

const root = fileURLToPath(new URL("../../../../", import.meta.url));

export interface Options {
  /** Sites that the extension may enter. */
  hosts?: readonly string[];
  /** As in the shipped Chromium manifest: Uint8Array survives a message port. */
  structuredClone?: boolean;
  /** Chromium: the permission for its own snapshot of a tab. */
  pageCapture?: boolean;
}

export class CaptureBrowser {
  readonly name: BrowserName;
  private readonly browser_: Browser;
  private readonly site_: Site;
  private readonly folder_: string;

  private constructor(name: BrowserName, browser: Browser, site: Site, folder: string) {
    this.name = name;
    this.browser_ = browser;
    this.site_ = site;
    this.folder_ = folder;
  }

  static async start(name: BrowserName, site: Site, options: Options = {}): Promise<CaptureBrowser> {
    const folder = await mkdtemp(join(tmpdir(), "keepleaf-capture-"));
    const extension = join(folder, "extension");
    await buildExtension(extension, name, site, options);
    const browser = await puppeteer.launch({
      browser: name === "firefox" ? "firefox" : "chrome",
      executablePath: name === "firefox" ? "/usr/bin/firefox-esr" : "/usr/bin/chromium",
      headless: true,
      userDataDir: join(folder, "profile"),
      ...(name === "firefox" ? {} : { pipe: true, enableExtensions: true }),
      // The sandbox needs privileges that test machines lack; the product never passes this.
      args:
        name === "firefox"
          ? []
          : [
              "--no-sandbox",
              "--disable-background-networking",
              "--disable-component-update",
              "--no-first-run",
              "--window-size=1000,800",
            ],
      defaultViewport: { width: 1000, height: 700 },
    });
    await browser.installExtension(extension);
    return new CaptureBrowser(name, browser, site, folder);
  }

  async open(path: string, host?: string): Promise<Page> {
    const page = await this.browser_.newPage();
    await page.goto(this.site_.url(path, host), { waitUntil: "load" });
    return page;
  }

  /** Opens without waiting for the load event: for pages of which something never arrives. */
  async openUnfinished(path: string): Promise<Page> {
    const page = await this.browser_.newPage();
    const address = this.site_.url(path);
    page.goto(address, { timeout: 0 }).catch(() => undefined); // Ends when the page is closed.
    await page.waitForFunction(
      (expected) => location.href.startsWith(expected) && document.readyState !== "loading",
      { polling: 50 },
      address,
    );
    return page;
  }

  async capture(page: Page, order: Omit<Order, "url"> = {}): Promise<Stored> {
    await page.bringToFront();
    return new Stored(await this.site_.capture({ ...order, url: page.url() }));
  }

  async captureUrl(url: string, order: Omit<Order, "url"> = {}): Promise<Stored> {
    return new Stored(await this.site_.capture({ ...order, url }));
  }

  newPage(): Promise<Page> {
    return this.browser_.newPage();
  }

  async stop(): Promise<void> {
    await this.browser_.close();
    await rm(this.folder_, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function buildExtension(
  folder: string,
  name: BrowserName,
  site: Site,
  options: Options,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const harness = join(root, "tests/e2e/capture/harness");
  const common = { bundle: true, format: "iife", target: "es2024", charset: "utf8" } as const;
  await build({
    ...common,
    entryPoints: [
      { in: join(root, "extension/src/capture/main.ts"), out: "capture" },
      { in: join(harness, "background.ts"), out: "background" },
    ],
    outdir: folder,
  });
  const driver = await build({
    ...common,
    format: "esm",
    entryPoints: [join(harness, "driver.ts")],
    write: false,
  });
  await writeFile(
    join(folder, "driver.js"),
    (driver.outputFiles[0]?.text ?? "").replace("127.0.0.1:PORT", `127.0.0.1:${site.port}`),
  );
  await writeFile(
    join(folder, "driver.html"),
    '<!doctype html><script type="module" src="driver.js"></script>',
  );
  const manifest = {
    manifest_version: 3,
    name: "Keepleaf capture test",
    version: "1",
    permissions: ["scripting", "tabs", ...(options.pageCapture ? ["pageCapture"] : [])],
    host_permissions: (options.hosts ?? ["127.0.0.1"]).map((host) => `http://${host}/*`),
    content_security_policy: { extension_pages: "script-src 'self'; connect-src *" },
    ...(name === "chromium"
      ? {
          background: { service_worker: "background.js" },
          ...(options.structuredClone === false ? {} : { message_serialization: "structured_clone" }),
        }
      : {
          background: { scripts: ["background.js"] },
          browser_specific_settings: { gecko: { id: "capture-test@keepleaf.org" } },
        }),
  };
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
}
