// Exported files in a real browser, and what a real browser saves as an import.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import type { MessageReply } from "../../extension/src/protocol/messages.ts";
import { Site } from "../process/support/cli.ts";
import { unzipped } from "../process/support/zip.ts";
import { tinyFont } from "./capture/harness/tiny-font.ts";
import { Keepleaf } from "./support/keepleaf.ts";
import { browserName } from "./support/session.ts";

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe(`archives, in ${browserName}`, () => {
  let keepleaf: Keepleaf;
  let site: Site;
  let browser: Browser;
  let link = "";

  before(async () => {
    site = await new Site().start();
    const html = "text/html; charset=utf-8";
    site.pages.set("/page", {
      type: html,
      body: `<!doctype html><title>Kept — ページ</title><link rel=stylesheet href=/s.css><p id=words>words 言葉
        <img id=image src=/a.png><div id=box>box</div><iframe id=frame src=/frame></iframe><a href=/next>next</a>`,
    });
    site.pages.set("/frame", {
      type: html,
      body: "<!doctype html><p id=inner>in the frame<img id=image src=/a.png>",
    });
    site.pages.set("/s.css", {
      type: "text/css",
      body: "@import 'more.css'; #words{color:rgb(1,2,3)} @font-face{font-family:Tiny;src:url(tiny.ttf)}",
    });
    site.pages.set("/more.css", {
      type: "text/css",
      body: "#box{width:40px;border-image:url(a.png) 1;font:20px Tiny}",
    });
    site.pages.set("/a.png", { type: "image/png", body: png });
    site.pages.set("/tiny.ttf", { type: "font/ttf", body: tinyFont("Tiny") });
    keepleaf = await Keepleaf.at();
    await keepleaf.run(
      "add",
      site.url("/page"),
      "--allow-host",
      site.host,
      "--json",
      "--library",
      keepleaf.library,
    );
    browser = await puppeteer.launch({
      browser: browserName === "firefox" ? "firefox" : "chrome",
      executablePath: browserName === "firefox" ? "/usr/bin/firefox-esr" : "/usr/bin/chromium",
      headless: true,
      userDataDir: join(keepleaf.home, "profile"),
      // The sandbox needs privileges that test machines lack; the product never passes this.
      args:
        browserName === "firefox"
          ? []
          : ["--no-sandbox", "--disable-background-networking", "--no-first-run"],
    });
    const list = await keepleaf.json<{ items: { id: string }[] }>("list", "--library", keepleaf.library);
    link = list.items[0]?.id ?? assert.fail("the page was not kept");
  });
  after(async () => {
    await browser?.close();
    site?.[Symbol.dispose]();
    await keepleaf?.remove();
  });

  /** The page as it is shown, with the web site watched: nothing is asked of it. */
  async function isShown(file: string): Promise<void> {
    const asked = site.requests.length;
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
    const seen = await page.evaluate(() => ({
      title: document.title,
      words: document.getElementById("words")?.textContent?.trim(),
      colour: getComputedStyle(document.getElementById("words") as Element).color,
      width: getComputedStyle(document.getElementById("box") as Element).width,
      border: getComputedStyle(document.getElementById("box") as Element).borderImageSource,
      image: (document.getElementById("image") as HTMLImageElement).naturalWidth,
      link: document.querySelector("a")?.href,
    }));
    assert.equal(seen.title, "Kept — ページ");
    assert.match(seen.words ?? "", /^words 言葉/);
    assert.equal(seen.colour, "rgb(1, 2, 3)", "the style sheet applies");
    assert.equal(seen.width, "40px", "and the one that it imports");
    assert.match(seen.border, /^url\("(file|data|http|cid)/);
    assert.equal(seen.image, 1, "the image is shown");
    assert.equal(seen.link, site.url("/next"));
    assert.equal(await innerImage(page), 1, "and the one in the frame");
    await page.close();
    assert.deepEqual(site.requests.slice(asked), []);
  }

  async function innerImage(page: Page): Promise<number> {
    for (const frame of page.frames()) {
      const inner = await frame.$("#inner").catch(() => null);
      if (inner) return frame.$eval("#image", (image) => (image as HTMLImageElement).naturalWidth);
    }
    return assert.fail("the frame is not shown");
  }

  async function exported(format: string): Promise<string> {
    const file = join(keepleaf.home, `page.${format}`);
    await keepleaf.run(
      "export",
      link,
      "--format",
      format,
      "-o",
      file,
      "--force",
      "--library",
      keepleaf.library,
    );
    return file;
  }

  test("the folder of a ZIP opens offline as the page was", async () => {
    const folder = join(keepleaf.home, "unpacked");
    for (const [name, bytes] of unzipped(await exported("zip"))) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    await isShown(join(folder, "index.html"));
  });

  test("an MHTML file opens offline as the page was", { skip: browserName !== "chromium" }, async () => {
    await isShown(await exported("mhtml"));
  });

  test("what Chromium saves as MHTML comes in whole", { skip: browserName !== "chromium" }, async () => {
    const page = await browser.newPage();
    await page.goto(site.url("/page"), { waitUntil: "load" });
    const session = await page.createCDPSession();
    const { data } = await session.send("Page.captureSnapshot", { format: "mhtml" });
    await page.close();
    const file = join(keepleaf.home, "chromium.mhtml");
    writeFileSync(file, data);
    const library = join(keepleaf.home, "second");
    const { items } = await keepleaf.json<{
      items: { snapshots: Record<string, number>; pages: { snapshot_id: string; url: string }[] }[];
    }>("import", file, "--library", library);
    // Chromium leaves fonts out.
    assert.deepEqual(items[0]?.snapshots, { new: 1, known: 0, missing_parts: 1 });
    const snapshot = items[0]?.pages[0]?.snapshot_id ?? "";
    assert.equal(items[0]?.pages[0]?.url, site.url("/page"));
    const shown = await keepleaf.json<MessageReply<"snapshot.show">>("show", snapshot, "--library", library);
    assert.equal(shown.title, "Kept — ページ");
    assert.ok(shown.resources.some(({ role }) => role === "frame"));
    assert.deepEqual(
      shown.missing.map(({ url, status }) => [url, status]),
      [[site.url("/tiny.ttf"), "not_saved"]],
    );
    const out = join(keepleaf.home, "again.html");
    await keepleaf.run("export", snapshot, "--format", "html", "-o", out, "--library", library);
    await isShown(out);
  });
});
