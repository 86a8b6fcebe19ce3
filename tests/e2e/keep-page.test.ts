// The first storey, through the doors that a person uses: the toolbar button, the context menu, the shortcut, the
// permission prompt; real pages, in a real window, into a real library.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { MessageReply, PageOf, SearchHit } from "../../extension/src/protocol/messages.ts";
import { difference, picture } from "./support/pixels.ts";
import { browserName, Session } from "./support/session.ts";
import { until } from "./support/until.ts";

const viewport = { width: 1000, height: 700 };

// Real documentation in three languages; `find` is a piece of text from the middle of the page.
const pages = [
  { name: "python", path: "/python/library/re.html", find: "lookbehind" },
  { name: "postgresql", path: "/postgresql/sql-select.html", find: "LATERAL" },
  { name: "handbook-zh", path: "/handbook/zh-CN/packaging-system.html", find: "软件包" },
  { name: "reference-zh", path: "/reference/ch01.zh-cn.html", find: "文件系统" },
  { name: "reference-ja", path: "/reference/ch01.ja.html", find: "ファイル" },
];

describe(`keeping pages in ${browserName}`, () => {
  let session: Session;

  before(async () => {
    session = await Session.start();
  });
  after(async () => {
    await session?.stop();
  });

  for (const [number, page] of pages.entries()) {
    test(`a click on the toolbar button keeps ${page.name}, and it is found again`, async () => {
      const url = session.site.origin + page.path;
      const tab = await session.open(url);
      await session.clickToolbarButton();
      const link = await session.keepleaf.kept(url);
      if (number === 0) await session.photograph("popup");
      await session.popup.close();

      assert.equal(link.title, await tab.title());
      assert.equal(link.snapshots[0]?.engine, "tab");
      const snapshot = await session.keepleaf.json<MessageReply<"snapshot.show">>(
        "show",
        link.snapshots[0]?.id ?? "",
      );
      assert.deepEqual(snapshot.missing, [], "every part of the page was kept");
      const found = await session.keepleaf.json<PageOf<SearchHit>>("search", page.find);
      assert.ok(
        found.items.some(({ id }) => id === link.id),
        `${page.find} finds it`,
      );
    });
  }

  for (const page of pages) {
    test(`${page.name} looks the same when it is opened from a file, and asks nobody for anything`, async () => {
      const url = session.site.origin + page.path;
      const live = await session.window.browser.newPage();
      await live.setViewport(viewport);
      await live.goto(url, { waitUntil: "load" });
      const first = await picture(live, viewport);
      await live.reload({ waitUntil: "load" });
      const noise = difference(first, await picture(live, viewport));
      const text = await live.evaluate(() => document.body.innerText);
      await live.close();

      const link = await session.keepleaf.kept(url);
      const file = join(session.keepleaf.home, `${page.name}.html`);
      await session.keepleaf.run(
        "export",
        link.snapshots[0]?.id ?? "",
        "--format",
        "html",
        "-o",
        file,
        "--force",
      );
      const requestsBefore = session.site.requests.length;
      const copy = await session.window.browser.newPage();
      try {
        await copy.setViewport(viewport);
        await copy.goto(pathToFileURL(file).href, { waitUntil: "load" });
        assert.equal(await copy.evaluate(() => document.body.innerText), text);
        const changed = difference(first, await picture(copy, viewport));
        assert.ok(changed <= noise + 0.001, `${changed} of the pixels differ; two visits differ by ${noise}`);
        assert.equal(session.site.requests.length, requestsBefore, "no request reached the site");
      } finally {
        await copy.close();
      }
    });
  }

  test("the library page shows the snapshot without a request, and no script of the page runs", async () => {
    const path = "/hostile.html";
    session.site.page(
      path,
      `<!doctype html><title>Hostile</title><h1 id=heading>As it was seen</h1>
       <img src="/pixel.png" onerror="document.title='ran'" width=10 height=10>
       <a id=away href="/away">away</a>
       <form action="/submitted"><button id=send>send</button></form>
       <iframe srcdoc="<script>parent.document.title='ran'</script><p>inner"></iframe>
       <script>document.getElementById('heading').textContent = 'As it was seen, by a script'; addEventListener('load', () => setInterval(() => fetch('/beacon'), 50));</script>`,
    );
    const url = session.site.origin + path;
    await session.open(url);
    await session.pressShortcut();
    const link = await session.keepleaf.kept(url);
    await session.open("about:blank");
    const before = session.site.requests.length;

    const page = await session.openExtensionPage(`library.html#/snapshot/${link.snapshots[0]?.id}`);
    await until("the replay agent", () =>
      page.evaluate(() => document.querySelector("iframe")?.dataset.ready),
    );
    await session.photograph("replay");
    if (browserName === "chromium") {
      const frame = page.frames().find((candidate) => candidate.url() === "about:srcdoc");
      const shown = await frame?.evaluate(() => document.body.innerText);
      assert.match(shown ?? "", /As it was seen, by a script/);
      await frame?.evaluate(() => document.getElementById("away")?.click());
      await frame?.evaluate(() => document.getElementById("send")?.click());
    }
    await until("the answer to the clicked link", async () => {
      if (browserName !== "chromium") return true;
      return page.evaluate(() => document.querySelector(".toast")?.textContent);
    });
    assert.equal(session.site.requests.length, before, "nothing was asked for");
    await page.close();
  });

  test("the context menu keeps the page", async () => {
    const url = `${session.site.origin}/postgresql/sql-insert.html`;
    const page = await session.open(url);
    await session.clickContextMenuEntry(page, "h1, h2");
    assert.equal((await session.keepleaf.kept(url)).snapshots[0]?.engine, "tab");
  });

  test("the shortcut keeps the page without a popup", async () => {
    const url = `${session.site.origin}/postgresql/sql-delete.html`;
    await session.open(url);
    await session.pressShortcut();
    await session.keepleaf.kept(url);
  });

  test("a link is kept from its context menu, after the browser's own permission prompt", async () => {
    session.site.page(
      "/links.html",
      `<!doctype html><title>Links</title><p><a id=target href="/postgresql/sql-update.html">a page behind a link</a>`,
    );
    const page = await session.open(`${session.site.origin}/links.html`);
    const tabs = (await session.window.browser.pages()).length;
    await session.clickContextMenuEntry(page, "#target");
    await session.answerPermission(true);
    await session.keepleaf.kept(`${session.site.origin}/postgresql/sql-update.html`);
    await until(
      "the background tab to be closed again",
      async () => (await session.window.browser.pages()).length === tabs,
    );
  });

  test("what was typed into a page is kept, passwords never", async () => {
    session.site.page(
      "/form.html",
      `<!doctype html><title>Form</title><input id=name><input id=pass type=password><input id=card autocomplete=cc-number><textarea id=area></textarea>`,
    );
    const url = `${session.site.origin}/form.html`;
    const page = await session.open(url);
    await page.type("#name", "typed-by-hand");
    await page.type("#pass", "canary-secret-1");
    await page.type("#card", "4111canary2");
    await page.type("#area", "a longer thought");
    await session.pressShortcut();
    const link = await session.keepleaf.kept(url);
    const file = join(session.keepleaf.home, "form.html");
    await session.keepleaf.run(
      "export",
      link.snapshots[0]?.id ?? "",
      "--format",
      "html",
      "-o",
      file,
      "--force",
    );
    const copy = await session.window.browser.newPage();
    await copy.goto(pathToFileURL(file).href);
    const values = await copy.evaluate(() =>
      [...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value),
    );
    await copy.close();
    assert.deepEqual(values, ["typed-by-hand", "", "", "a longer thought"]);
  });

  test("a page of the browser itself gets a clear answer, and nothing is kept", async () => {
    const before = (await session.keepleaf.links()).length;
    await session.openOwnPageOfBrowser();
    await session.clickToolbarButton();
    await session.popup.says(/This page can't be kept\s+This page belongs to the browser/);
    await session.photograph("protected-page");
    await session.popup.close();
    assert.equal((await session.keepleaf.links()).length, before);
  });

  test("everything that was kept verifies, down to the last byte", async () => {
    const report = await session.keepleaf.json<MessageReply<"library.verify">>("verify", "--deep");
    await writeFile(join(session.keepleaf.home, "verify.json"), JSON.stringify(report));
    assert.deepEqual(report.findings, []);
    assert.equal(report.ok, true);
  });
});
