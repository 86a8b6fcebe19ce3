// Pages that are added by their address: from the library page and the address bar's door to it; what became of them is
// told live, what failed can be tried again, and what can't be kept is refused in words.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "puppeteer-core";
import { browserName, Session } from "./support/session.ts";
import { until } from "./support/until.ts";

describe(`adding by address, in ${browserName}`, () => {
  let session: Session;
  let library: Page;

  before(async () => {
    session = await Session.start();
    for (let number = 1; number <= 4; number++) {
      session.site.page(
        `/typed-${number}.html`,
        `<!doctype html><title>Typed ${number}</title><p>words of page ${number}`,
      );
    }
    await session.keepleaf.run("config", "set", "allowed_hosts", new URL(session.site.origin).host);
    library = await session.openExtensionPage("library.html");
    await library.bringToFront();
  });
  after(async () => {
    await session?.stop();
  });

  const addressOf = (number: number | string) => `${session.site.origin}/typed-${number}.html`;
  const text = (selector: string) =>
    library.evaluate((wanted) => document.querySelector<HTMLElement>(wanted)?.innerText ?? "", selector);

  async function add(words: string): Promise<void> {
    await until("the field", () =>
      library.evaluate((value) => {
        const field = document.querySelector<HTMLInputElement>("#add-address");
        if (field) field.value = value;
        return field !== null;
      }, words),
    );
    await library.click(".add button[type=submit]");
  }
  const said = (pattern: RegExp) =>
    until(`the words ${pattern}`, async () => pattern.test(await text(".add .said")));

  test("what is no address is refused in words, and nothing is asked of anybody", async () => {
    await add("ftp://example.org/file");
    await said(/no address of a web page: ftp:/);
    await add("just words");
    await said(/no address/);
    assert.equal((await session.keepleaf.links()).length, 0);
  });

  test("without access the link is filed at once and the library's own program fetches it", async () => {
    await add(addressOf(1));
    await session.answerPermission(false);
    await said(/Filed\. Without access/);
    await session.keepleaf.kept(addressOf(1));
    await until("the row without a mark of a job", async () => {
      const words = await text(".links li.link");
      return /Typed 1/.test(words) && !/fetched/.test(words);
    });
  });

  test("a page that fails stays a link, says why, and can be tried again among the jobs", async () => {
    await add(`${addressOf("gone")} ${addressOf(2)}`);
    await said(/2 links filed/);
    await session.keepleaf.kept(addressOf(2));
    await until("the reason", async () => /404/.test(await text(".links")));
    await session.photograph("adding-list");
    await library.evaluate(() => {
      location.hash = "#/jobs";
    });
    await until("the failed job", async () => /Failed[\s\S]*404/.test(await text(".jobs li.failed")));
    await session.photograph("adding-jobs");
    session.site.page("/typed-gone.html", "<!doctype html><title>Back again</title><p>the page is back");
    await library.click(".jobs li.failed button");
    await session.keepleaf.kept(addressOf("gone"));
    await until("the end of it", async () => !(await text(".jobs")).includes("404"));
  });

  test("a link is looked after: another snapshot now, and one by a schedule", async () => {
    const link = await session.keepleaf.kept(addressOf(2));
    await library.evaluate((id) => {
      location.hash = `#/link/${id}`;
    }, link.id);
    await until("the button", async () =>
      library.evaluate(() => document.querySelector("#snapshot-again") !== null),
    );
    await library.click("#snapshot-again");
    await session.keepleaf.kept(addressOf(2), 2);
    await until("both versions", async () =>
      library.evaluate(() => document.querySelectorAll(".versions li").length === 2),
    );
    await library.select("#schedule", "weekly");
    await until("the schedule", async () => /weekly/.test(await session.keepleaf.run("schedule", "list")));
    await session.photograph("adding-link");
  });

  test("with access a typed address is opened in a tab in the background, in the person's session", async () => {
    await library.evaluate(() => {
      location.hash = "#/";
    });
    await add(addressOf(3));
    await session.answerPermission(true);
    await said(/Kept, as you see it/);
    const link = await session.keepleaf.kept(addressOf(3));
    assert.equal(link.snapshots[0]?.engine, "link_tab");
  });

  test("another address is added from the popup", async () => {
    const popup = await session.openExtensionPage("popup.html");
    await popup.evaluate((url) => {
      const box = document.querySelector<HTMLDetailsElement>("#add");
      const field = document.querySelector<HTMLInputElement>("#add-address");
      if (box) box.open = true;
      if (field) field.value = url;
    }, addressOf(4));
    await popup.click("#add-form button");
    await session.keepleaf.kept(addressOf(4));
    await until("the words", () =>
      popup.evaluate(() =>
        /Kept, as you see it/.test(document.querySelector("#add-said")?.textContent ?? ""),
      ),
    );
    await session.photograph("adding-popup");
  });
});
