// Frames from other sites, for who keeps by menu or shortcut: a menu's click asks once for each site, in the popup; the
// shortcut never opens one.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { MessageReply } from "../../extension/src/protocol/messages.ts";
import { browserName, Session } from "./support/session.ts";
import { pause } from "./support/until.ts";

describe(`frames from other sites, by menu and shortcut, in ${browserName}`, () => {
  let session: Session;
  let here: string;
  let there: string;

  before(async () => {
    session = await Session.start();
    const { site } = session;
    here = site.origin;
    there = `http://other.localhost:${site.port}`;
    site.page("/inner.html", "<!doctype html><title>Inner</title><p>words of the foreign frame");
    for (const name of ["one", "two", "three"]) {
      site.page(
        `/${name}.html`,
        `<!doctype html><title>Outer ${name}</title><h1>Outer words</h1><iframe src="${site.foreignOrigin}/inner.html"></iframe>`,
      );
    }
  });
  after(async () => {
    await session?.stop();
  });

  async function missingOf(url: string): Promise<string[]> {
    const id = (await session.keepleaf.kept(url)).snapshots[0]?.id ?? "";
    const { missing } = await session.keepleaf.json<MessageReply<"snapshot.show">>("show", id);
    return missing.map(({ status }) => status);
  }

  test("the shortcut keeps the page as far as it may, and says in the popup what was left out", async () => {
    await session.open(`${here}/one.html`);
    await session.pressShortcut();
    assert.deepEqual(await missingOf(`${here}/one.html`), ["no_permission"]);
    assert.equal(await session.popup.isOpen(), false);
    await session.open(`${session.site.origin}/python/library/json.html`);
    await session.clickToolbarButton();
    await session.popup.says(/Kept without its parts of other sites[^:]*: Outer one/);
    await session.photograph("frames-notice");
    await session.popup.close();
  });

  test("a menu's click on the first such page of a site opens the popup, which asks; closed, the page is kept", async () => {
    const url = `${here}/two.html`;
    const page = await session.open(url);
    await session.clickContextMenuEntry(page, "h1");
    await session.popup.says(/This page shows parts of other sites/);
    await session.photograph("menu-frames-question");
    await session.popup.close();
    assert.deepEqual(await missingOf(url), ["no_permission"]);
  });

  test("the next page of that site is kept without a question", async () => {
    const url = `${here}/three.html`;
    const page = await session.open(url);
    await session.clickContextMenuEntry(page, "h1");
    assert.deepEqual(await missingOf(url), ["no_permission"]);
    await pause(1_000);
    assert.equal(await session.popup.isOpen(), false);
  });

  test("a page of another site asks again, and allowed, it is kept with its frame, once", async () => {
    const url = `${there}/one.html`;
    const page = await session.open(url);
    await session.clickContextMenuEntry(page, "h1");
    await session.popup.press("Allow access");
    await session.answerPermission(true);
    assert.deepEqual(await missingOf(url), []);
    assert.equal((await session.keepleaf.kept(url)).snapshot_count, 1);
  });

  test("from then on neither menu nor shortcut leave anything out", async () => {
    const url = `${there}/two.html`;
    const page = await session.open(url);
    await session.clickContextMenuEntry(page, "h1");
    assert.deepEqual(await missingOf(url), []);
    assert.equal(await session.popup.isOpen(), false);
  });
});
