// Parts of a page, from the real context menu and the popup: what is selected, and one frame.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Page } from "puppeteer-core";
import type { MessageReply } from "../../extension/src/protocol/messages.ts";
import { browserName, Session } from "./support/session.ts";
import { insist, until } from "./support/until.ts";

// After the one for the page.
const selection = { label: "Snapshot the selection", number: 2 };
const frame = { label: "Snapshot this frame alone", number: 2 };

describe(`parts of a page, in ${browserName}`, () => {
  let session: Session;

  before(async () => {
    session = await Session.start();
    const { site } = session;
    const html = (title: string) => `<!doctype html><html lang=en><title>${title}</title>
      <style>li:nth-child(2) { color: rgb(1, 2, 3) }</style>
      <h1 id=head>Outside heading</h1>
      <p>outside before <b id=begin>chosen begins</b> in the middle</p>
      <ul><li>item one<li id=end>item two chosen, not this<li>item three outside</ul>
      <div>outside again<style>#begin { font-size: 31px }</style><img src="/python/_static/file.png"></div>
      <iframe id=frame src="/inner.html" width=400 height=80></iframe>
      <iframe id=foreign src="${site.foreignOrigin}/inner.html" width=400 height=80></iframe>`;
    for (const name of ["one", "two", "three"]) site.page(`/${name}.html`, html(`Parts ${name}`));
    site.page("/inner.html", "<!doctype html><title>Inner</title><p>words of the frame");
  });
  after(async () => {
    await session?.stop();
  });

  /** From the bold words to "item two chosen". */
  async function select(page: Page): Promise<void> {
    await page.evaluate(() => {
      const begin = document.getElementById("begin")?.firstChild as Text;
      const end = document.getElementById("end")?.firstChild as Text;
      getSelection()?.setBaseAndExtent(begin, 0, end, "item two chosen".length);
    });
  }

  async function isSelectionAlone(snapshot: string): Promise<void> {
    const shown = await session.keepleaf.json<MessageReply<"snapshot.show">>("show", snapshot);
    assert.deepEqual(
      [...shown.resources, ...shown.missing].map(({ role }) => role).filter((role) => role !== "document"),
      [],
      "nothing of the rest of the page was kept beside it",
    );
    const file = join(session.keepleaf.home, `${snapshot}.html`);
    await session.keepleaf.run("export", snapshot, "--format", "html", "-o", file);
    const copy = await session.window.browser.newPage();
    await copy.goto(pathToFileURL(file).href);
    const seen = await copy.evaluate(() => ({
      words: document.body.innerText.split(/\s+/).filter(Boolean).join(" "),
      second: getComputedStyle(document.getElementById("end") as Element).color,
      size: getComputedStyle(document.getElementById("begin") as Element).fontSize,
      scope: document.documentElement.dataset.keepleafScope,
      all: document.documentElement.outerHTML,
    }));
    await copy.close();
    assert.equal(seen.words, "chosen begins in the middle item one item two chosen");
    assert.equal(seen.second, "rgb(1, 2, 3)", "it is still the second of its siblings");
    assert.equal(seen.size, "31px", "sheets between what was left out still apply");
    assert.equal(seen.scope, "selection");
    assert.doesNotMatch(seen.all, /Outside heading|outside before|not this|item three|outside again/);
  }

  test("the context menu on a selection keeps the selection alone", async () => {
    const url = `${session.site.origin}/one.html`;
    const page = await session.open(url);
    await select(page);
    const before = await page.evaluate(() => document.documentElement.outerHTML);
    await session.chooseFromContextMenu(page, "#begin", selection);
    const link = await session.keepleaf.kept(url);
    assert.equal(link.title, "Parts one");
    assert.equal(link.snapshot_count, 1);
    assert.equal(await page.evaluate(() => document.documentElement.outerHTML), before);
    assert.match(await page.evaluate(() => String(getSelection())), /^chosen begins[\s\S]*item two chosen$/);
    await isSelectionAlone(link.snapshots[0]?.id ?? "");
  });

  test("the popup offers the selection in place of the whole page", async () => {
    const url = `${session.site.origin}/two.html`;
    const page = await session.open(url);
    await select(page);
    await session.clickToolbarButton();
    await session.popup.says(/This page shows parts of other sites/);
    await session.popup.press("Keep without them");
    const whole = (await session.keepleaf.kept(url)).snapshots[0]?.id;
    await session.popup.press("Only the selection");
    await session.popup.says(/The selection is kept in your library/);
    await session.photograph("selection-kept");
    await session.popup.close();
    const id = await until("the selection alone", async () => {
      const { snapshots } = await session.keepleaf.kept(url);
      const [one, ...others] = snapshots.filter(({ state }) => state !== "trashed");
      return others.length === 0 && one?.id !== whole ? one?.id : undefined;
    });
    await isSelectionAlone(id);
  });

  test("the context menu in a frame keeps that frame as a page of its own", async () => {
    const page = await session.open(`${session.site.origin}/three.html`);
    await session.chooseFromContextMenu(page, "#frame", frame);
    const link = await session.keepleaf.kept(`${session.site.origin}/inner.html`);
    assert.equal(link.title, "Inner");
    assert.ok(!(await session.keepleaf.links()).some(({ url }) => url.endsWith("/three.html")));
  });

  test("a frame of another site is kept after the browser's own prompt", async () => {
    const page = await session.open(`${session.site.origin}/three.html`);
    await insist(
      "the permission prompt",
      () => session.chooseFromContextMenu(page, "#foreign", frame),
      () => session.findPermissionPrompt(),
      { each: 15_000 },
    );
    await session.answerPermission(true);
    const link = await session.keepleaf.kept(`${session.site.foreignOrigin}/inner.html`);
    const id = link.snapshots[0]?.id ?? "";
    const shown = await session.keepleaf.json<MessageReply<"snapshot.show">>("show", id);
    assert.deepEqual(shown.missing, []);
    assert.ok(!(await session.keepleaf.links()).some(({ url }) => url.endsWith("/three.html")));
  });
});
