// The same tests in every browser that Keepleaf is made for.
import { after, before, describe } from "node:test";
import { type BrowserName, browsers, CaptureBrowser, type Options } from "./browser.ts";
import { Site } from "./site.ts";

export interface Running {
  readonly name: BrowserName;
  readonly site: Site;
  readonly browser: CaptureBrowser;
}

export function inBrowsers(title: string, tests: (running: Running) => void, options: Options = {}): void {
  for (const name of browsers.filter((one) => !process.env.ONLY || one === process.env.ONLY)) {
    if (options.pageCapture && name !== "chromium") continue;
    describe(`${title} (${name})`, () => {
      const running: { name: BrowserName; site?: Site; browser?: CaptureBrowser } = { name };
      before(async () => {
        running.site = await Site.start();
        running.browser = await CaptureBrowser.start(name, running.site, options);
      });
      after(async () => {
        await running.browser?.stop();
        await running.site?.stop();
      });
      tests(running as Running);
    });
  }
}
