// Frames from other sites: not read without the person's leave; kept after the browser's own prompt was answered.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { MessageReply } from "../../extension/src/protocol/messages.ts";
import { browserName, Session } from "./support/session.ts";
import { until } from "./support/until.ts";

describe(`frames from other sites, in ${browserName}`, () => {
  let session: Session;
  let url: string;

  before(async () => {
    session = await Session.start();
    session.site.page("/inner.html", "<!doctype html><title>Inner</title><p>words of the foreign frame");
    session.site.page(
      "/outer.html",
      `<!doctype html><title>Outer</title><h1>Outer words</h1><iframe src="${session.site.foreignOrigin}/inner.html"></iframe>`,
    );
    url = `${session.site.origin}/outer.html`;
  });
  after(async () => {
    await session?.stop();
  });

  test("without access the frame is listed as missing, with the reason, and the popup offers to allow it", async () => {
    await session.open(url);
    await session.clickToolbarButton();
    const asked = await session.popup.says(/This page shows parts of other sites/);
    assert.match(asked, new RegExp(`must read localhost:${session.site.port} as well`));
    await session.photograph("frames-question");
    await session.popup.press("Keep without them");
    const link = await session.keepleaf.kept(url);
    const snapshot = await session.keepleaf.json<MessageReply<"snapshot.show">>(
      "show",
      link.snapshots[0]?.id ?? "",
    );
    assert.deepEqual(
      snapshot.missing.map(({ role, status, url: missing }) => ({ role, status, missing })),
      [{ role: "frame", status: "no_permission", missing: `${session.site.foreignOrigin}/inner.html` }],
    );
    assert.equal(link.snapshots[0]?.state, "partial");
    await session.popup.says(
      /lies on another site that Keepleaf may not read[\s\S]*Allow access and keep again/,
    );
  });

  test("allowed in the browser's own prompt, the page is kept again, with the frame, in place of the first", async () => {
    const first = (await session.keepleaf.kept(url)).snapshots[0]?.id;
    await session.popup.press("Allow access and keep again");
    await session.answerPermission(true);
    const id = await until("the second snapshot alone", async () => {
      const { snapshots } = await session.keepleaf.kept(url);
      const [one, ...others] = snapshots.filter(({ state }) => state !== "trashed");
      return others.length === 0 && one?.id !== first ? one?.id : undefined;
    });
    const snapshot = await session.keepleaf.json<MessageReply<"snapshot.show">>("show", id);
    assert.deepEqual(snapshot.missing, []);

    const file = join(session.keepleaf.home, "outer.html");
    await session.keepleaf.run("export", id, "--format", "html", "-o", file);
    const requests = session.site.requests.length;
    const copy = await session.window.browser.newPage();
    await copy.goto(pathToFileURL(file).href, { waitUntil: "load" });
    const texts = await Promise.all(
      copy.frames().map((frame) => frame.evaluate(() => document.body.innerText)),
    );
    assert.match(texts.join("\n"), /Outer words[\s\S]*words of the foreign frame/);
    assert.equal(session.site.requests.length, requests, "no request reached the site");
    await copy.close();
  });

  test("from then on such pages are kept without a question", async () => {
    session.site.page(
      "/outer-2.html",
      `<!doctype html><title>Outer 2</title><iframe src="${session.site.foreignOrigin}/inner.html"></iframe>`,
    );
    await session.open(`${session.site.origin}/outer-2.html`);
    await session.clickToolbarButton();
    const text = await session.popup.says(/Kept in your library/);
    assert.doesNotMatch(text, /could not be had/);
  });
});
