// The library can't take anything: made by a newer Keepleaf, or damaged. The person reads so, and the page waits.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { copyFile, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { MessageReply } from "../../extension/src/protocol/messages.ts";
import { browserName, Session } from "./support/session.ts";
import { until } from "./support/until.ts";

/** Where SQLite keeps PRAGMA user_version in the file: four bytes, most significant first. */
const userVersion = 60;
const damage = Buffer.alloc(4096, 0x5a);

describe(`a library that can't be opened, in ${browserName}`, () => {
  let session: Session;
  let database: string;

  before(async () => {
    session = await Session.start();
    database = join(session.keepleaf.library, "library.db");
    await keep("/python/library/json.html");
    await session.keepleaf.kept(`${session.site.origin}/python/library/json.html`);
  });
  after(async () => {
    await session?.stop();
  });

  async function keep(path: string): Promise<void> {
    await session.open(session.site.origin + path);
    await session.clickToolbarButton();
    await session.popup.says(/Kept in your library|Waiting for the library/);
  }

  /** A host ends by itself when there is nothing to do; the next capture starts one that opens the library anew. */
  async function hostIsGone(): Promise<void> {
    if (await session.popup.isOpen()) await session.popup.close();
    // The extension asks a host how well the page before was kept, and would start another one for it.
    await until("every page to be compared with what was seen", async () => {
      for (const link of await session.keepleaf.links()) {
        const id = link.snapshots[0]?.id ?? "";
        const snapshot = await session.keepleaf.json<MessageReply<"snapshot.show">>("show", id);
        if (snapshot.fidelity === null) return false;
      }
      return true;
    });
    await until("the library to be closed", async () => {
      const hosts = await session.keepleaf.hosts();
      for (const host of hosts) process.kill(host, "SIGTERM"); // throws, and is tried again, when it just went
      if (hosts.length > 0) return false;
      await session.keepleaf.links(); // the last to close the database takes its log into the file
      return !existsSync(`${database}-wal`) && (await session.keepleaf.hosts()).length === 0;
    });
  }

  async function isKeptAfterRepair(path: string): Promise<void> {
    await session.popup.press("Try now");
    const link = await session.keepleaf.kept(session.site.origin + path);
    assert.equal(link.snapshot_count, 1);
    const text = await session.popup.says(/Kept in your library/);
    assert.doesNotMatch(text, /can't be opened|Nothing is lost/);
    assert.equal((await session.keepleaf.json<{ ok: boolean }>("verify", "--deep")).ok, true);
  }

  /** Overwrites bytes of the database file. Gives those that were there. */
  async function overwrite(at: number, bytes: Buffer): Promise<Buffer> {
    const file = await open(database, "r+");
    const before = Buffer.alloc(bytes.length);
    await file.read(before, 0, before.length, at);
    await file.write(bytes, 0, bytes.length, at);
    await file.close();
    return before;
  }

  test("from a newer Keepleaf: the popup says so, and the page is kept once the library is readable", async () => {
    await hostIsGone();
    const version = await overwrite(userVersion, Buffer.of(0, 0, 0, 99));
    await keep("/python/library/csv.html");
    const text = await session.popup.says(
      /Nothing is lost[\s\S]*The library can't be opened[\s\S]*has format 99; this Keepleaf knows[\s\S]*Update Keepleaf/,
    );
    assert.match(text, /keepleaf browser doctor/);
    await session.photograph("library-newer");
    await overwrite(userVersion, version);
    await isKeptAfterRepair("/python/library/csv.html");
  });

  test("damaged: the popup says so, nothing is overwritten, and the page is kept once it is mended", async () => {
    await hostIsGone();
    const backup = `${database}.whole`;
    await copyFile(database, backup);
    await overwrite(0, damage);
    await keep("/python/library/re.html");
    await session.popup.says(/Nothing is lost[\s\S]*The library can't be opened or written/);
    await session.photograph("library-damaged");
    const found = await overwrite(0, damage);
    assert.deepEqual(found, damage, "nobody wrote into the damaged file");
    await rename(backup, database);
    await isKeptAfterRepair("/python/library/re.html");
    assert.equal((await session.keepleaf.links()).length, 3, "what was kept before is still there");
  });
});
