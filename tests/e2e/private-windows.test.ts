// Private windows: without a word of the person nothing of them is kept, and nothing is written anywhere; with it, the
// page goes into the library, and until then waits in memory alone.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { browserName, Session } from "./support/session.ts";
import { pause, until } from "./support/until.ts";

const canaries = ["canary-address-7f3a", "canary-title-7f3a", "canary-text-7f3a"];
/** Longer than the 30 seconds that a background may be idle in both browsers. */
const idle = 36_000;

describe(`private windows, in ${browserName}`, () => {
  let session: Session;
  let url: string;

  before(async () => {
    session = await Session.start(undefined, { installed: false });
    const [address, title, text] = canaries;
    session.site.page(`/${address}.html`, `<!doctype html><title>${title}</title><h1>${text}</h1>`);
    url = `${session.site.origin}/${address}.html`;
    await session.window.allowInPrivateWindows();
    await session.openPrivateWindow(url);
  });
  after(async () => {
    await session?.stop();
  });

  /** The files below the home folder, profile and library, that hold one of the canaries. */
  async function traces(): Promise<string[]> {
    const found: string[] = [];
    const entries = await readdir(session.keepleaf.home, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name);
      const bytes = await readFile(path).catch(() => Buffer.alloc(0)); // went away meanwhile
      const holds = (word: string) => bytes.includes(word) || bytes.includes(Buffer.from(word, "utf16le"));
      if (canaries.some(holds)) found.push(path);
    }
    return found;
  }

  test("the shortcut keeps nothing there and says where to allow it, without naming the page", async () => {
    await session.pressShortcut();
    await until("the badge", async () => (await session.window.badge()) === "!");
    assert.deepEqual(await session.keepleaf.hosts(), []);
    assert.deepEqual(await traces(), []);
  });

  test("the toolbar button asks; without an answer nothing is kept", async () => {
    await session.clickToolbarButton();
    const text = await session.popup.says(/Keep a page of a private window\?/);
    assert.match(text, /Nothing was kept from the private window/);
    await session.photograph("private-question");
    await session.popup.close();
    await pause(1_000);
    assert.deepEqual(await session.keepleaf.hosts(), []);
    assert.deepEqual(await traces(), []);
  });

  test("asked for while no library can be reached, it waits in memory alone, however long", async () => {
    await session.clickToolbarButton();
    await session.popup.press("Keep it all the same");
    await session.popup.says(/Captured\. Waiting for the library/);
    await session.popup.shows(/wait in memory alone/);
    await session.photograph("private-waiting");
    await session.popup.close();
    await pause(idle);
    assert.deepEqual(await traces(), []);
    await session.clickToolbarButton();
    await session.popup.says(/Captured\. Waiting for the library/);
    await session.popup.close();
  });

  test("once the library is there it is kept, and the browser's profile still knows nothing of it", async () => {
    await session.keepleaf.installInto(browserName);
    await session.clickToolbarButton();
    const link = await session.keepleaf.kept(url);
    assert.equal(link.snapshot_count, 1);
    await session.popup.says(/Kept|Already kept/);
    const found = await traces();
    assert.deepEqual(
      found.filter((path) => !path.startsWith(session.keepleaf.library)),
      [],
    );
    assert.ok(found.length > 0, "what is looked for can be found: the library holds it");
    await session.popup.close();
  });

  test("undone, nothing of it is left on the disk: not in the profile, nor in the library", async () => {
    await session.clickToolbarButton();
    await session.popup.says(/Kept|Already kept/);
    await session.popup.press("Undo");
    await session.popup.says(/Undone: it is destroyed/);
    await session.photograph("private-undone");
    await session.popup.close();
    await until("no trace in the library", async () => (await traces()).length === 0);
    await session.window.close();
    assert.deepEqual(await traces(), []);
  });
});
