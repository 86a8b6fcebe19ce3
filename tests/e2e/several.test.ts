// Several pages at once: a list of addresses and all tabs of a window, with one list of what became of each.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "puppeteer-core";
import { browserName, Session } from "./support/session.ts";
import { pause, until } from "./support/until.ts";

describe(`several pages at once, in ${browserName}`, () => {
  let session: Session;
  let several: Page;

  before(async () => {
    session = await Session.start();
    for (let number = 1; number <= 21; number++) {
      session.site.page(
        `/page-${number}.html`,
        `<!doctype html><title>Page ${number}</title><p>words ${number}`,
      );
    }
    several = await session.openExtensionPage("several.html");
    await several.bringToFront();
  });
  after(async () => {
    await session?.stop();
  });

  const addressOf = (number: number) => `${session.site.origin}/page-${number}.html`;

  async function paste(...lines: string[]): Promise<void> {
    await several.evaluate((text) => {
      const field = document.querySelector<HTMLTextAreaElement>("#addresses");
      if (field) field.value = text;
    }, lines.join("\n"));
    await several.click("#keep-list");
  }

  /** The list, once every page in it has come to its end: a line each, "state: name". */
  async function outcome(count: number, last: RegExp): Promise<string[]> {
    return until(`the end of ${count} pages`, async () => {
      const lines = await several.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>("#entries li")].map(
          (line) => `${line.className}: ${line.querySelector<HTMLElement>(".name")?.innerText}`,
        ),
      );
      const ended = lines.every((line) => !/^(queued|reading|waiting):/.test(line));
      return lines.length === count && ended && last.test(lines.at(-1) ?? "") ? lines : undefined;
    });
  }

  test("the popup leads there", async () => {
    await session.open(`${session.site.origin}/python/library/json.html`);
    await session.clickToolbarButton();
    await session.popup.says(/Kept in your library[\s\S]*Several pages/);
    await session.popup.close();
    await several.bringToFront();
  });

  test("more than twenty pages are asked about, and cancelled, none is opened", async () => {
    const before = session.site.requests.length;
    await paste(...Array.from({ length: 21 }, (_, index) => addressOf(index + 1)));
    const words = await until("the question", () =>
      several.evaluate(() => document.querySelector<HTMLElement>("#question:not([hidden])")?.innerText),
    );
    assert.match(words, /Keep 21 pages at once\?/);
    await session.photograph("several-question");
    await several.click("#question button:not(.main)");
    await pause(1_000);
    assert.equal(session.site.requests.length, before);
    assert.equal(
      await several.evaluate(() => document.querySelector<HTMLElement>("#progress")?.hidden),
      true,
    );
  });

  test("without access, the addresses are handed to the library's own program, which keeps the links", async () => {
    await paste(addressOf(1));
    await session.answerPermission(false);
    assert.match((await outcome(1, /page-1/)).join(), /^handed_over: /);
    await until("the link", async () =>
      (await session.keepleaf.links()).some(({ url }) => url === addressOf(1)),
    );
  });

  test("with access, each is opened in a tab in the background, kept and closed again; what is no address is named", async () => {
    const tabs = (await session.window.browser.pages()).length;
    await paste(addressOf(2), "no address", `${addressOf(3)} ${addressOf(4)}`, addressOf(5), addressOf(2));
    await session.answerPermission(true);
    assert.deepEqual(await outcome(4, /Page 5/), [
      "kept: Page 2",
      "kept: Page 3",
      "kept: Page 4",
      "kept: Page 5",
    ]);
    await session.photograph("several-list");
    const wrong = await several.evaluate(() => document.querySelector<HTMLElement>("#wrong")?.innerText);
    assert.match(wrong ?? "", /left out: no address$/);
    for (const number of [2, 3, 4, 5]) {
      const link = await session.keepleaf.kept(addressOf(number));
      assert.equal(link.snapshots[0]?.engine, "link_tab");
      assert.equal(link.snapshot_count, 1);
    }
    await until(
      "the tabs to be closed again",
      async () => (await session.window.browser.pages()).length === tabs,
    );
  });

  test("all tabs of the window are kept; the browser's own says why it is not", async () => {
    await session.openOwnPageOfBrowser(); // in the first tab
    for (const number of [11, 12, 13]) {
      const page = await session.window.browser.newPage();
      await page.goto(addressOf(number), { waitUntil: "load" });
    }
    await several.bringToFront();
    const label = await until("the count of tabs", () =>
      several.evaluate(() => {
        const words = document.querySelector<HTMLElement>("#keep-tabs")?.innerText ?? "";
        return /\b4\b/.test(words) ? words : undefined;
      }),
    );
    assert.equal(label, "Keep 4 tabs");
    await several.click("#keep-tabs");
    const lines = await outcome(4, /Page 13/);
    assert.deepEqual(lines.slice(1), ["kept: Page 11", "kept: Page 12", "kept: Page 13"]);
    assert.match(lines[0] ?? "", /^refused: /);
    const all = await several.evaluate(() => document.querySelector<HTMLElement>("#entries")?.innerText);
    assert.match(all ?? "", /This page belongs to the browser/);
    await session.photograph("several-tabs");
    for (const number of [11, 12, 13]) {
      const link = await session.keepleaf.kept(addressOf(number));
      assert.equal(link.snapshots[0]?.engine, "tab");
    }
  });
});
