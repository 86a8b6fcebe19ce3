// The first bad day: the extension is there, the program is not. The click is not wasted.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { browserName, Session } from "./support/session.ts";

describe(`the program is not installed, in ${browserName}`, () => {
  let session: Session;

  before(async () => {
    session = await Session.start(undefined, { installed: false });
  });
  after(async () => {
    await session?.stop();
  });

  test("the popup says so, with the command that mends it, and that nothing is lost", async () => {
    await session.open(`${session.site.origin}/python/library/json.html`);
    await session.clickToolbarButton();
    const text = await session.popup.says(/Keepleaf's program was not found on this computer/);
    await session.popup.says(/Captured\. Waiting for the library\.[\s\S]*Nothing is lost/);
    await session.popup.shows(/Nothing is lost/);
    assert.match(text, /keepleaf browser install/);
    await session.photograph("host-missing");
    await session.popup.close();
  });

  test("captures wait while the browser is closed and opened again", async () => {
    await session.window.close();
    await session.restartBrowser();
    for (const path of ["/python/library/csv.html", "/postgresql/sql-values.html"]) {
      await session.open(session.site.origin + path);
      await session.clickToolbarButton();
      await session.popup.says(/Captured\. Waiting for the library\.[\s\S]*Nothing is lost/);
      if (path.includes("csv")) await session.popup.close();
    }
    await session.popup.shows(/Nothing is lost/);
    const text = await session.popup.says(/csv/);
    assert.match(text, /json/, "the capture of before the restart is listed");
    await session.popup.close();
  });

  test("after `keepleaf browser install`, opening the popup is enough: all of them are kept, once", async () => {
    await session.keepleaf.installInto(browserName);
    await session.open(`${session.site.origin}/postgresql/sql-values.html`);
    await session.clickToolbarButton();
    for (const path of [
      "/python/library/json.html",
      "/python/library/csv.html",
      "/postgresql/sql-values.html",
    ]) {
      const link = await session.keepleaf.kept(session.site.origin + path);
      assert.equal(link.snapshot_count, 1, path);
    }
    // The library tells of the last one before the popup has heard of it.
    await session.popup.says(
      /^(?![\s\S]*(?:Nothing is lost|was not found))[\s\S]*(?:Kept in your library|Already kept)/,
    );
    await session.photograph("host-found");
    await session.popup.close();
    assert.equal((await session.keepleaf.links()).length, 3);
  });
});
