// Captures that wait go on by themselves once the program is there: no click, no popup.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { browserName, Session } from "./support/session.ts";

describe(`captures that wait for the program, in ${browserName}`, () => {
  let session: Session;
  let url: string;

  before(async () => {
    session = await Session.start(undefined, { installed: false });
    url = `${session.site.origin}/python/library/json.html`;
  });
  after(async () => {
    await session?.stop();
  });

  async function keepWithoutHost(path: string): Promise<string> {
    const address = session.site.origin + path;
    await session.open(address);
    await session.clickToolbarButton();
    await session.popup.says(/Captured\. Waiting for the library/);
    await session.popup.close();
    return address;
  }

  test("installed while the browser was closed: the capture arrives when the browser is started", async () => {
    url = await keepWithoutHost("/python/library/json.html");
    await session.window.close();
    await session.keepleaf.installInto(browserName);
    assert.deepEqual(await session.keepleaf.links(), []);
    await session.restartBrowser();
    assert.equal((await session.keepleaf.kept(url)).snapshot_count, 1);
    assert.equal(await session.popup.isOpen(), false);
  });

  test("installed while the browser runs: the extension looks again within minutes", async () => {
    await session.keepleaf.uninstall();
    await session.window.close();
    await session.restartBrowser();
    url = await keepWithoutHost("/python/library/csv.html");
    await session.keepleaf.installInto(browserName);
    assert.equal((await session.keepleaf.kept(url, 1, 300_000)).snapshot_count, 1);
    assert.equal(await session.popup.isOpen(), false);
  });
});
