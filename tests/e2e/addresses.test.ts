// Addresses: none leaves the extension by mere navigation; strange ones are kept as they are, and secrets never.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { MessageReply } from "../../extension/src/protocol/messages.ts";
import { browserName, Session } from "./support/session.ts";
import { pause, until } from "./support/until.ts";

describe(`addresses, in ${browserName}`, () => {
  let session: Session;

  before(async () => {
    session = await Session.start();
  });
  after(async () => {
    await session?.stop();
  });

  async function keepOpenPage(): Promise<void> {
    await session.clickToolbarButton();
    await session.popup.says(/Kept in your library/);
    await session.popup.close();
  }

  test("pages that are visited and not kept start no host and leave nothing in the library", async () => {
    const seen = new Set<number>();
    let watching = true;
    const watch = (async () => {
      while (watching) for (const host of await session.keepleaf.hosts()) seen.add(host);
    })();
    for (const page of ["re", "json", "csv", "os", "sys"]) {
      await session.open(`${session.site.origin}/python/library/${page}.html`);
      await pause(400);
    }
    watching = false;
    await watch;
    assert.deepEqual([...seen], []);
    assert.deepEqual(await readdir(session.keepleaf.library), []);
  });

  test("a fragment is a place in a page, not another page", async () => {
    const url = `${session.site.origin}/python/library/json.html`;
    await session.open(`${url}#basic-usage`);
    await keepOpenPage();
    await session.open(`${url}#module-json.tool`);
    await session.clickToolbarButton();
    await session.popup.says(/Already kept/);
    await session.popup.close();
    const links = (await session.keepleaf.links()).filter((link) => link.url.startsWith(url));
    assert.equal(links.length, 1);
    assert.equal(links[0]?.snapshot_count, 1);
  });

  test("a user name and password in an address are stored nowhere", async () => {
    session.site.page(
      "/login.html",
      "<!doctype html><title>In</title><p id=p>inside<img src=/python/_static/file.png>",
    );
    const before = (await session.keepleaf.links()).length;
    // A site that no click has given access to before.
    await session.open(`http://canaryuser:canarypass@localhost:${session.site.port}/login.html`);
    await session.clickToolbarButton();
    if (browserName === "chromium") {
      // A click gives no access to a tab with such an address, not even to the address.
      await session.popup.says(/no access to this tab[\s\S]*user name and a password/);
      await session.photograph("address-with-password");
      await session.popup.press("Allow access and keep again");
      await session.answerPermission(true);
    }
    // The browser's question may have closed the popup; the page is kept all the same.
    await until("the link", async () => (await session.keepleaf.links()).length === before + 1);
    const [link] = await session.keepleaf.links();
    assert.equal(link?.url, `${session.site.foreignOrigin}/login.html`);
    const id = link?.snapshots[0]?.id ?? "";
    const snapshot = await session.keepleaf.json<MessageReply<"snapshot.show">>("show", id);
    assert.deepEqual(snapshot.missing, []);
    const file = join(session.keepleaf.home, "login.html");
    await session.keepleaf.run("export", id, "--format", "html", "-o", file);
    const texts = new Map([
      ["the export", await readFile(file)],
      ["its description", Buffer.from(await session.keepleaf.run("show", id, "--json"))],
    ]);
    for (const entry of await readdir(session.keepleaf.library, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) texts.set(entry.name, await readFile(join(entry.parentPath, entry.name)));
    }
    for (const secret of ["canaryuser", "canarypass"]) {
      const found = [...texts].filter(([, text]) => text.includes(secret)).map(([name]) => name);
      assert.deepEqual(found, [], secret);
    }
  });

  test("an internationalised name is kept and found", async () => {
    session.site.page("/idn.html", "<!doctype html><title>Bücher</title><p>Lesesaal");
    await session.open(`http://bücher.localhost:${session.site.port}/idn.html`);
    await keepOpenPage();
    await session.keepleaf.kept(`http://xn--bcher-kva.localhost:${session.site.port}/idn.html`);
  });

  test("an address of 60 kB is kept whole", async () => {
    session.site.page("/long.html", "<!doctype html><title>Long</title><p>long");
    const url = `${session.site.origin}/long.html?q=${"0123456789".repeat(6_000)}`;
    await session.open(url);
    await keepOpenPage();
    await session.keepleaf.kept(url);
  });

  test("an address of 100 kB gets a clear answer, and the page waits", async () => {
    const url = `${session.site.origin}/long.html?q=${"0123456789".repeat(10_000)}`;
    const before = (await session.keepleaf.links()).length;
    await session.open(url);
    await session.clickToolbarButton();
    await session.popup.says(/larger than the library takes/);
    await session.photograph("address-too-long");
    await session.popup.close();
    assert.equal((await session.keepleaf.links()).length, before);
  });
});
