// The trash in the library page: what is there is taken back or destroyed, and nothing is destroyed by one click.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "puppeteer-core";
import type { MessageReply } from "../../extension/src/protocol/messages.ts";
import { browserName, Session } from "./support/session.ts";
import { until } from "./support/until.ts";

type Added = { items: { link_id: string; snapshot_id: string }[] };

describe(`the trash in ${browserName}`, () => {
  let session: Session;
  let library: Page;

  before(async () => {
    session = await Session.start();
    const { host, origin } = new URL(session.site.origin);
    const urls = ["first", "second", "third", "fourth"].map((name) => {
      session.site.page(`/${name}.html`, `<!doctype html><title>The ${name} page</title><p>${name}`);
      return `${origin}/${name}.html`;
    });
    const add = (...more: string[]) => session.keepleaf.json<Added>("add", ...more, "--allow-host", host);
    const { items } = await add(...urls);
    await add(urls[3] ?? "");
    // Three links, and one of the two versions of a fourth.
    await session.keepleaf.run("remove", ...items.slice(0, 3).map(({ link_id }) => link_id));
    await session.keepleaf.run("remove", items[3]?.snapshot_id ?? "");
    library = await session.openExtensionPage("library.html#/trash");
  });
  after(async () => {
    await session?.stop();
  });

  const rows = () =>
    library.$$eval(".trash .link h2", (titles) => titles.map(({ textContent }) => textContent));
  const click = (label: string, within: string) =>
    library.evaluate(
      (words, place) => {
        const buttons = [...document.querySelectorAll<HTMLButtonElement>(`${place} button`)];
        buttons.find(({ textContent }) => textContent === words)?.click();
      },
      label,
      within,
    );
  const row = (title: string) => `.link[data-for="${title}"]`;
  /** Rows are told by their titles. */
  const mark = () =>
    library.$$eval(".trash .link", (links) => {
      for (const link of links)
        (link as HTMLElement).dataset.for = link.querySelector("h2")?.textContent ?? "";
    });
  const inTrash = async () =>
    (await session.keepleaf.json<MessageReply<"trash.list">>("trash", "list")).total;

  test("it lists links and versions, and takes one back", async () => {
    await until("the trash", async () => (await rows()).length === 4);
    await session.photograph("trash");
    await mark();
    await click("Restore", row("The third page"));
    await until("one less", async () => (await rows()).length === 3);
    assert.equal(await inTrash(), 3);
  });

  test("it destroys one when that was said twice", async () => {
    await mark();
    await click("Delete for ever", row("The second page"));
    await until("the question", () => library.$(".ask"));
    await session.photograph("trash-ask-one");
    assert.equal(await inTrash(), 3);
    await click("Delete for ever", ".ask");
    await until("one less", async () => (await rows()).length === 2);
    assert.equal(await inTrash(), 2);
  });

  test("it is emptied when that was said twice", async () => {
    await click("Empty the trash", ".trash header");
    await until("the question", () => library.$(".ask"));
    await session.photograph("trash-ask-all");
    await click("Delete for ever", ".ask");
    await until("nothing", async () => (await rows()).length === 0);
    await session.photograph("trash-empty");
    assert.equal(await inTrash(), 0);
    const list = await session.keepleaf.json<MessageReply<"link.list">>("list");
    assert.deepEqual(
      list.items.map(({ title }) => title),
      ["The fourth page", "The third page"],
    );
    assert.equal((await session.keepleaf.json<{ ok: boolean }>("verify", "--deep")).ok, true);
  });
});
