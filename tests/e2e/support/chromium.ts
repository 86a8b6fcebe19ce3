// Debian's Chromium in a real window, with the packed extension loaded the way a person loads it unpacked, its button
// pinned to the toolbar, and a profile of its own.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import type { Display } from "./display.ts";
import { until } from "./until.ts";
import { type BrowserWindow, killed, type LaunchOptions } from "./window.ts";

export async function launchChromium(display: Display, options: LaunchOptions): Promise<BrowserWindow> {
  const profile = join(options.home, "chromium-profile");
  await mkdir(join(profile, "Default"), { recursive: true });
  if (!options.keepProfile) {
    await writeFile(
      join(profile, "Default", "Preferences"),
      JSON.stringify({
        extensions: { pinned_extensions: [options.extensionId], ui: { developer_mode: true } },
        intl: { accept_languages: "en-US,en", selected_languages: "en-US,en" },
      }),
    );
  }
  const browser = await puppeteer.launch({
    executablePath: "/usr/bin/chromium",
    headless: false,
    pipe: true,
    userDataDir: profile,
    defaultViewport: null,
    // "Controlled by automated software" would push the page down; extensions are what this is about.
    ignoreDefaultArgs: ["--enable-automation", "--disable-extensions"],
    env: display.env({ HOME: options.home, LANGUAGE: "en", LANG: "C.UTF-8" }),
    args: [
      "--no-sandbox", // these tests run as root; the product never passes it
      "--disable-background-networking",
      "--disable-component-update",
      "--no-first-run",
      "--no-default-browser-check",
      "--password-store=basic",
      "--force-color-profile=srgb",
      "--hide-crash-restore-bubble",
      "--test-type", // no bar about the flags, which would move the page
      `--load-extension=${options.extensionDir}`,
      "--window-position=0,0",
      `--window-size=${display.width},${display.height}`,
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost",
    ],
  });
  await until("the extension's background", () =>
    browser.targets().some((target) => target.url().startsWith(`chrome-extension://${options.extensionId}/`)),
  );
  return new ChromiumWindow(browser, options.extensionId);
}

class ChromiumWindow implements BrowserWindow {
  readonly name = "chromium";
  readonly browser: Browser;
  readonly #id: string;

  constructor(browser: Browser, id: string) {
    this.browser = browser;
    this.#id = id;
  }

  extensionUrl(path: string): string {
    return `chrome-extension://${this.#id}/${path}`;
  }

  async page(): Promise<Page> {
    const [first] = await this.browser.pages();
    return first ?? (await this.browser.newPage());
  }

  async allowInPrivateWindows(): Promise<void> {
    const list = await this.browser.newPage();
    await list.goto("chrome://extensions");
    await list.evaluate(async (id) => {
      const { developerPrivate } = chrome as unknown as {
        developerPrivate: { updateExtensionConfiguration(change: object): Promise<void> };
      };
      await developerPrivate.updateExtensionConfiguration({ extensionId: id, incognitoAccess: true });
    }, this.#id);
    // The browser starts the extension anew; its own page says when.
    await until("the extension to be started again", () =>
      list.evaluate(
        (id) =>
          new Promise<boolean>((resolve) => {
            const { developerPrivate } = chrome as unknown as {
              developerPrivate: {
                getExtensionInfo(id: string, done: (info: Record<string, unknown>) => void): void;
              };
            };
            developerPrivate.getExtensionInfo(id, (info) => {
              const access = info.incognitoAccess as { isActive: boolean };
              resolve(info.state === "ENABLED" && access.isActive);
            });
          }),
        this.#id,
      ),
    );
    await list.close();
  }

  async badge(): Promise<string> {
    const own = this.extensionUrl("background.js");
    const target = this.browser.targets().find((one) => one.type() === "service_worker" && one.url() === own);
    const worker = await target?.worker();
    return worker ? worker.evaluate(() => chrome.action.getBadgeText({})) : "";
  }

  async highlightedEntry(): Promise<string> {
    return "untold";
  }

  async shows(url: string): Promise<boolean> {
    const page = (await this.browser.pages()).find((one) => one.url() === url);
    return page !== undefined && (await page.evaluate(() => document.readyState === "complete"));
  }

  async close(): Promise<void> {
    await this.browser.close();
  }

  async kill(): Promise<void> {
    await killed(this.browser);
  }
}
