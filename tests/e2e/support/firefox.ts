// Debian's Firefox ESR in a real window, with the packed extension installed for good in a profile of its own (ESR
// lets a profile switch the signature check off), so that it survives a restart as a person's would.
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import type { Display } from "./display.ts";
import { chromeWindow } from "./firefox-chrome.ts";
import { type BrowserWindow, killed, type LaunchOptions } from "./window.ts";

// Firefox gives each extension a random host name per profile; the tests name it so that they can open its pages.
const internalId = "6b656570-6c65-4166-8000-000000000001";

export async function launchFirefox(display: Display, options: LaunchOptions): Promise<BrowserWindow> {
  const profile = join(options.home, "firefox-profile");
  await mkdir(join(profile, "extensions"), { recursive: true });
  if (!options.keepProfile) {
    // Not a second time: Firefox takes a package that changed on the disk for an upgrade, and restarts the extension.
    await copyFile(options.extensionPackage, join(profile, "extensions", `${options.extensionId}.xpi`));
  }
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    headless: false,
    userDataDir: profile,
    defaultViewport: null,
    env: display.env({ HOME: options.home, LANG: "C.UTF-8" }),
    // The last one lets a test open the pages of the extension itself.
    args: [`--width=${display.width}`, `--height=${display.height}`, "--remote-allow-system-access"],
    extraPrefsFirefox: {
      "xpinstall.signatures.required": false,
      "extensions.autoDisableScopes": 0,
      "extensions.webextensions.uuids": JSON.stringify({ [options.extensionId]: internalId }),
      "browser.shell.checkDefaultBrowser": false,
      "browser.startup.page": 0,
      "datareporting.policy.dataSubmissionEnabled": false,
      "browser.aboutwelcome.enabled": false,
      "gfx.color_management.mode": 0,
      // No name but the loopback's resolves, as in Chromium.
      "network.dns.disabled": false,
      "network.proxy.type": 0,
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
      "services.settings.server": "data:,#remote-settings-dummy/v1",
    },
  });
  return new FirefoxWindow(browser, options.extensionId);
}

class FirefoxWindow implements BrowserWindow {
  readonly name = "firefox";
  readonly browser: Browser;
  readonly #id: string;

  constructor(browser: Browser, id: string) {
    this.browser = browser;
    this.#id = id;
  }

  extensionUrl(path: string): string {
    return `moz-extension://${internalId}/${path}`;
  }

  async page(): Promise<Page> {
    const [first] = await this.browser.pages();
    return first ?? (await this.browser.newPage());
  }

  async allowInPrivateWindows(): Promise<void> {
    await chromeWindow(this.browser).evaluate(`(async () => {
      const { ExtensionPermissions } = ChromeUtils.importESModule("resource://gre/modules/ExtensionPermissions.sys.mjs");
      const { AddonManager } = ChromeUtils.importESModule("resource://gre/modules/AddonManager.sys.mjs");
      const addon = await AddonManager.getAddonByID(${JSON.stringify(this.#id)});
      await ExtensionPermissions.add(addon.id, { permissions: ["internal:privateBrowsingAllowed"], origins: [] });
      await addon.disable();
      await addon.enable();
      return "null";
    })()`);
  }

  badge(): Promise<string> {
    return chromeWindow(this.browser).evaluate<string>(
      `JSON.stringify(document.querySelector("toolbarbutton.webextension-browser-action").getAttribute("badge") ?? "")`,
    );
  }

  highlightedEntry(): Promise<string> {
    return chromeWindow(this.browser).evaluate<string>(
      `JSON.stringify(document.querySelector('#contentAreaContextMenu menuitem[_moz-menuactive]')?.label ?? "")`,
    );
  }

  shows(url: string): Promise<boolean> {
    return chromeWindow(this.browser).evaluate<boolean>(
      `JSON.stringify(gBrowser.browsers.some((tab) =>
        tab.currentURI.spec === ${JSON.stringify(url)} && !tab.webProgress.isLoadingDocument))`,
    );
  }

  async close(): Promise<void> {
    await this.browser.close();
  }

  async kill(): Promise<void> {
    await killed(this.browser);
  }
}
