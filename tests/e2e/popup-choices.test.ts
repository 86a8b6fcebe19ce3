// What the popup's own buttons do, pressed with the mouse: Undo, Keep; and what a second click does not do.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { browserName, Session } from "./support/session.ts";
import { pause, until } from "./support/until.ts";

describe(`the popup's choices, in ${browserName}`, () => {
  let session: Session;

  before(async () => {
    session = await Session.start();
  });
  after(async () => {
    await session?.stop();
  });

  test("Undo takes the snapshot and its link out of the library", async () => {
    const url = `${session.site.origin}/python/library/json.html`;
    await session.open(url);
    await session.clickToolbarButton();
    await session.keepleaf.kept(url);
    await session.popup.says(/Kept in your library/);
    await session.popup.press("Undo");
    await session.popup.says(/Undone: it is in the trash of your library/);
    await session.photograph("undone");
    await session.popup.close();
    assert.deepEqual(await session.keepleaf.links(), []);
  });

  test("a second click within a minute keeps nothing twice, and says when it was kept", async () => {
    const url = `${session.site.origin}/python/library/csv.html`;
    await session.open(url);
    await session.clickToolbarButton();
    await session.keepleaf.kept(url);
    await session.popup.says(/Kept in your library/);
    await session.popup.close();
    await session.clickToolbarButton();
    await session.popup.says(/Already kept/);
    await session.popup.close();
    await session.pressShortcut();
    await pause(1_000);
    assert.equal((await session.keepleaf.kept(url)).snapshot_count, 1);
    await session.clickToolbarButton();
    await session.popup.press("Keep again");
    assert.equal((await session.keepleaf.kept(url, 2)).snapshot_count, 2);
    await session.popup.close();
  });

  test("with the setting to ask first, nothing is kept before the answer", async () => {
    const options = await session.openExtensionPage("options.html");
    // The settings are shown all at once: before, a tick would be written over and saved by nobody.
    await until("the settings", () =>
      options.evaluate(() => document.querySelector<HTMLInputElement>("#resourceLimitMiB")?.value),
    );
    await options.click("#askFirst");
    await until("the word that it was saved", () =>
      options.evaluate(() => document.querySelector<HTMLElement>("#saved:not([hidden])")?.innerText),
    );
    await options.close();
    const url = `${session.site.origin}/python/library/re.html`;
    await session.open(url);
    await session.clickToolbarButton();
    await session.popup.says(/Keep this page\?/);
    await session.photograph("ask-first");
    await pause(1_000);
    assert.ok(!(await session.keepleaf.links()).some((link) => link.url === url));
    await session.popup.press("Keep");
    assert.equal((await session.keepleaf.kept(url)).snapshot_count, 1);
    await session.popup.close();
  });
});
