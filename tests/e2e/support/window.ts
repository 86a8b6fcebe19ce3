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
  close(): Promise<void>;
  /** The browser dies without a word. */
  kill(): void;
}
