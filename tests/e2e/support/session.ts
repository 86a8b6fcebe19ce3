// One person at one computer: a screen, a home folder with Keepleaf installed in it, a web site, a browser.
// KEEPLEAF_BROWSER says which browser the suite runs in.
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Page } from "puppeteer-core";
import { launchChromium } from "./chromium.ts";
import { type Area, type Colour, Display } from "./display.ts";
import { launchFirefox } from "./firefox.ts";
import { Keepleaf } from "./keepleaf.ts";
import { Popup } from "./popup.ts";
import { Site } from "./site.ts";
import { insist, patience, pause, until } from "./until.ts";
import type { BrowserWindow } from "./window.ts";

export const browserName = (process.env.KEEPLEAF_BROWSER ?? "chromium") as "chromium" | "firefox";

// The leaf of the toolbar icon and of our context menu entries (extension/src/icons/leaf.svg).
const leaf: Colour = { r: 0x1f, g: 0x7a, b: 0x4d };

// Where "Allow" is in the browsers' own permission prompts.
const allowButton: Record<"chromium" | "firefox", { colour: Colour; within: Partial<Area> }> = {
  chromium: { colour: { r: 0xd3, g: 0xe3, b: 0xfd }, within: { x: 400, y: 150, width: 480, height: 500 } },
  firefox: { colour: { r: 0x35, g: 0x84, b: 0xe4 }, within: { x: 780, y: 110, height: 400 } },
};

const shots = resolve(import.meta.dirname, "../../../build/screenshots");

export interface MenuEntry {
  label: string;
  number: number;
}

export class Session {
  readonly display: Display;
  readonly keepleaf: Keepleaf;
  readonly site: Site;
  window: BrowserWindow;

  readonly #keepHome: boolean;

  private constructor(
    display: Display,
    keepleaf: Keepleaf,
    site: Site,
    window: BrowserWindow,
    keepHome: boolean,
  ) {
    this.#keepHome = keepHome;
    this.display = display;
    this.keepleaf = keepleaf;
    this.site = site;
    this.window = window;
  }

  /** In a home folder of its own, which goes at the end; or in `home`, which stays. */
  static async start(home?: string, options: { installed?: boolean } = {}): Promise<Session> {
    await mkdir(shots, { recursive: true });
    const keepleaf = await Keepleaf.at(home);
    if (options.installed !== false) await keepleaf.installInto(browserName);
    const display = await Display.start();
    const site = (await Site.start())
      .mount("/python/", "/usr/share/doc/python3.11/html")
      .mount("/postgresql/", "/usr/share/doc/postgresql-doc-15/html")
      .mount("/handbook/", "/usr/share/doc/debian-handbook/html")
      .mount("/reference/", "/usr/share/debian-reference")
      .mount("/fixtures/", resolve(import.meta.dirname, "../../fixtures/pages"));
    try {
      const window = await launch(display, keepleaf, false);
      return new Session(display, keepleaf, site, window, home !== undefined);
    } catch (error) {
      await site.stop();
      display.stop();
      throw error;
    }
  }

  /** On the profile of the one before, which was closed or killed. */
  async restartBrowser(): Promise<void> {
    this.window = await launch(this.display, this.keepleaf, true);
  }

  /** Opens a page in the first tab and brings it to the front. */
  async open(url: string): Promise<Page> {
    const page = await this.window.page();
    await page.bringToFront();
    await page.goto(url, { waitUntil: "load", timeout: patience });
    return page;
  }

  /** Opens a file that the browser shows in a viewer of its own, in the first tab. */
  async openFile(url: string): Promise<void> {
    const page = await this.window.page();
    await page.bringToFront();
    await this.#openPrivileged(page, url);
  }

  /** Opens a page of the extension in a tab of its own. */
  async openExtensionPage(path: string): Promise<Page> {
    const page = await this.window.browser.newPage();
    await this.#openPrivileged(page, this.window.extensionUrl(path));
    return page;
  }

  /** Opens one of the browser's own pages, which no extension may read, in the first tab. */
  async openOwnPageOfBrowser(): Promise<void> {
    const page = await this.window.page();
    await page.bringToFront();
    await this.#openPrivileged(page, this.window.name === "chromium" ? "chrome://version/" : "about:support");
  }

  /** A private window by the browser's own keys, on a page. */
  async openPrivateWindow(url: string): Promise<void> {
    const isChromium = this.window.name === "chromium";
    const before = (await this.display.windows()).length;
    await insist(
      "a private window",
      () => this.display.key(isChromium ? "ctrl+shift+n" : "ctrl+shift+p"),
      async () => (await this.display.windows()).length > before,
      { each: 15_000 },
    );
    await insist(
      `${url} in the private window`,
      async () => {
        await this.display.key("ctrl+l");
        await this.display.type(url);
        await this.display.key("Return");
      },
      () => this.window.shows(url),
      { each: 15_000 },
    );
  }

  async #openPrivileged(page: Page, url: string): Promise<void> {
    // Firefox never reports that such a page has loaded.
    const isSilent = this.window.name === "firefox";
    await page.goto(url, { timeout: isSilent ? 1_000 : patience }).catch((error: unknown) => {
      if (!isSilent) throw error;
    });
    await until(`${url} to load`, () => this.window.shows(url));
  }

  /** The real button: found on the screen by its colour, clicked with the mouse. */
  async clickToolbarButton(): Promise<void> {
    if (await this.popup.isOpen()) await this.popup.close(); // the click would do no more than that
    const find = () => this.display.find(leaf, { y: 30, height: 80, x: 900 });
    await insist(
      "the popup to open",
      async () => this.display.clickArea(await until("the toolbar button", find)),
      () => this.popup.isOpen(),
    );
  }

  get popup(): Popup {
    return new Popup(this.window, this.display);
  }

  /** The real context menu at a point of the page, and in it our entry. */
  async clickContextMenuEntry(page: Page, selector: string): Promise<void> {
    const at = await this.positionOnScreen(page, selector);
    // The menu opens beside the pointer; our entry carries our icon.
    const open = async () => (await this.#findEntry(at.x)) !== undefined;
    await insist("our entry in the context menu", () => this.display.click(at.x, at.y, 3), open).catch(
      async (error: unknown) => {
        await this.photograph("no-entry");
        throw error;
      },
    );
    await insist(
      "the context menu to close",
      async () => {
        const entry = await this.#findEntry(at.x);
        if (entry) await this.display.clickArea(entry);
      },
      async () => !(await open()),
    );
  }

  /**
   * The same, where several entries of ours are in a menu of their own behind the one with our icon. Chromium tells
   * nobody which entry is highlighted: there its number counts, and each key must be seen to move something.
   */
  async chooseFromContextMenu(page: Page, selector: string, entry: MenuEntry): Promise<void> {
    const at = await this.positionOnScreen(page, selector);
    const find = () => this.#findEntry(at.x);
    let chosen = false;
    await insist(
      "our entry to be chosen",
      async () => {
        chosen = await this.#highlight(at, find, entry);
        await this.photograph("submenu");
        await this.display.key(...(chosen ? ["Return"] : ["Escape", "Escape", "Escape"]));
      },
      async () => chosen && (await find()) === undefined,
    );
  }

  async #highlight(
    at: { x: number; y: number },
    find: () => Promise<Area | undefined>,
    entry: MenuEntry,
  ): Promise<boolean> {
    await this.display.click(at.x, at.y, 3);
    const area = await until("our entry in the context menu", find, 6_000).catch(() => undefined);
    if (!area) return false;
    await this.display.point(area.x + area.width / 2 + 40, area.y + area.height / 2);
    await pause(400); // the menu follows the pointer with a delay
    for (const key of ["Right", ...Array<string>(entry.number - 1).fill("Down")]) {
      if (!(await this.display.changes(() => this.display.key(key)))) return false;
    }
    const highlighted = await this.window.highlightedEntry();
    return highlighted === entry.label || highlighted === "untold";
  }

  async #findEntry(x: number): Promise<Area | undefined> {
    const found = await this.display.find(leaf, { x: Math.max(0, Math.round(x) - 320), y: 110, width: 640 });
    return found && found.width < 28 ? found : undefined; // in prompts our icon is larger
  }

  /** Where the middle of an element is on the screen. */
  async positionOnScreen(page: Page, selector: string): Promise<{ x: number; y: number }> {
    const inPage = await page.evaluate((wanted) => {
      const box = document.querySelector(wanted)?.getBoundingClientRect();
      if (!box) return undefined;
      return {
        x: box.x + Math.min(box.width / 2, 60),
        y: box.y + box.height / 2,
        windowX: window.screenX,
        windowY: window.screenY,
        chromeX: (window.outerWidth - window.innerWidth) / 2,
        chromeY: window.outerHeight - window.innerHeight,
      };
    }, selector);
    if (!inPage) throw new Error(`no ${selector} on ${page.url()}`);
    return {
      x: inPage.windowX + inPage.chromeX + inPage.x,
      y: inPage.windowY + inPage.chromeY - inPage.chromeX + inPage.y,
    };
  }

  /** The badge answers: at work, kept, or that something is to be read. */
  async pressShortcut(): Promise<void> {
    const atRest = await until("the badge at rest", async () => {
      const text = await this.window.badge();
      return /[…✓]/.test(text) ? undefined : { text };
    });
    await insist(
      "the badge to answer the shortcut",
      () => this.display.key("alt+shift+k"),
      async () => (await this.window.badge()) !== atRest.text,
    );
  }

  /** The button that allows, of the browser's own permission prompt. */
  findPermissionPrompt(): Promise<Area | undefined> {
    const { colour, within } = allowButton[this.window.name];
    return this.display.find(colour, within, 300);
  }

  /** Answers the browser's own permission prompt with the mouse: "Allow", or "Deny" beside it. */
  async answerPermission(allow: boolean): Promise<void> {
    const find = () => this.findPermissionPrompt();
    await until("the permission prompt", find).catch(async (error: unknown) => {
      await this.photograph("no-prompt");
      throw error;
    });
    await this.photograph("permission");
    // Both browsers ignore input for a while after a prompt appears, against clicks that were meant for the page.
    await insist(
      "the end of the permission prompt",
      async () => {
        const button = await find();
        if (button)
          await this.display.clickArea(allow ? button : { ...button, x: button.x - button.width - 8 });
      },
      async () => !(await find()),
      { each: 1_500 },
    );
  }

  /** A picture of the whole screen in build/screenshots, to be looked at. */
  async photograph(name: string): Promise<void> {
    await this.display.screenshot(join(shots, `${this.window.name}-${name}.png`));
  }

  async stop(): Promise<void> {
    await this.window.close().catch(() => this.window.kill());
    await this.site.stop();
    this.display.stop();
    if (!this.#keepHome) await this.keepleaf.remove();
  }
}

function launch(display: Display, keepleaf: Keepleaf, keepProfile: boolean): Promise<BrowserWindow> {
  const options = {
    home: keepleaf.home,
    extensionDir: keepleaf.extensionDir,
    extensionPackage: keepleaf.extensionPackage,
    extensionId: keepleaf.extensionId(browserName),
    keepProfile,
  };
  return browserName === "chromium" ? launchChromium(display, options) : launchFirefox(display, options);
}
