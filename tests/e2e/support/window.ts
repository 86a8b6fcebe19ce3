// What the tests need of a browser window, whichever browser it is.
import type { Browser, Page } from "puppeteer-core";

export interface LaunchOptions {
  /** HOME of the browser, and so of the host that it starts. */
  home: string;
  /** The unpacked extension (Chromium) … */
  extensionDir: string;
  /** … or the packed one (Firefox). */
  extensionPackage: string;
  extensionId: string;
  /** Start again on the profile of an earlier launch. */
  keepProfile?: boolean;
}

export interface BrowserWindow {
  readonly name: "chromium" | "firefox";
  readonly browser: Browser;
  /** Address of a page of the extension. */
  extensionUrl(path: string): string;
  /** The first tab. */
  page(): Promise<Page>;
  /** What a person does in the browser's list of extensions: lets it see private windows. */
  allowInPrivateWindows(): Promise<void>;
  /** The words on the badge of the toolbar button. */
  badge(): Promise<string>;
  /** The label of the menu entry that Return would choose; "untold" where the browser does not tell. */
  highlightedEntry(): Promise<string>;
  /** A tab has come to its end with loading this address, also one of which browsers tell no debugger. */
  shows(url: string): Promise<boolean>;
  close(): Promise<void>;
  /** The browser dies without a word; resolves when it is gone. */
  kill(): Promise<void>;
}

export async function killed(browser: Browser): Promise<void> {
  const child = browser.process();
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  await gone;
}
