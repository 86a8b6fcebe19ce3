// Captures that are cut off in the middle: the host is killed, the browser is killed. Each ends as exactly one whole
// snapshot.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { PNG } from "pngjs";
import type { MessageReply } from "../../extension/src/protocol/messages.ts";
import { browserName, Session } from "./support/session.ts";
import { until } from "./support/until.ts";

const mebibyte = 1 << 20;
const images = 5;

/** A picture that no compression makes smaller: about 8 MiB. */
function noise(): Buffer {
  const image = new PNG({ width: 1448, height: 1448 });
  image.data = randomBytes(image.width * image.height * 4);
  return PNG.sync.write(image);
}

describe(`captures that are cut off, in ${browserName}`, () => {
  let session: Session;

  before(async () => {
    session = await Session.start();
  });
  after(async () => {
    for (const host of (await session?.keepleaf.hosts()) ?? []) process.kill(host, "SIGCONT");
    await session?.stop();
  });

  /** A page of 40 MiB of noise of its own; its URL. */
  function largePage(name: string): string {
    const tags: string[] = [];
    for (let number = 0; number < images; number++) {
      const path = `/${name}/${number}.png`;
      const bytes = noise();
      session.site.route(path, (_request, response) => {
        response.writeHead(200, { "content-type": "image/png", "content-length": bytes.length }).end(bytes);
      });
      tags.push(`<img src="${path}" width=100 height=100>`);
    }
    session.site.page(
      `/${name}.html`,
      `<!doctype html><title>${name}</title><h1>${name}</h1>${tags.join("")}`,
    );
    return `${session.site.origin}/${name}.html`;
  }

  /**
   * Keeps a page and holds the host still while it has a part of it: the host that was held, and the page's URL. Where
   * a busy machine let the host run to the end before it could be held, another page is tried.
   */
  async function inTheMiddle(name: string): Promise<{ url: string; host: number }> {
    for (let attempt = 1; attempt <= 5; attempt++) {
      const url = largePage(`${name}-${attempt}`);
      await session.open(url);
      await session.pressShortcut();
      let host = 0;
      await until("the capture to be under way", async () => {
        // One that had nothing more to do may have left, and another come for this page.
        host = (await session.keepleaf.hosts())[0] ?? 0;
        if (host === 0) return (await session.keepleaf.links()).some((link) => link.url === url);
        process.kill(host, "SIGSTOP");
        if ((await session.keepleaf.stagedBytes()) > 4 * mebibyte) return true;
        if ((await session.keepleaf.links()).some((link) => link.url === url)) return true; // it was faster
        process.kill(host, "SIGCONT");
        return false;
      });
      const staged = await session.keepleaf.stagedBytes();
      if (staged > 4 * mebibyte && staged < 38 * mebibyte) return { url, host };
      if (host !== 0) process.kill(host, "SIGCONT");
      await session.keepleaf.kept(url);
    }
    throw new Error("the host could not be held in the middle of a capture");
  }

  async function isWholeAndAlone(url: string): Promise<void> {
    const link = await session.keepleaf.kept(url);
    assert.equal(link.snapshot_count, 1);
    const id = link.snapshots[0]?.id ?? "";
    const snapshot = await session.keepleaf.json<MessageReply<"snapshot.show">>("show", id);
    assert.deepEqual(snapshot.missing, []);
    const pictures = snapshot.resources.filter(({ role }) => role === "image");
    assert.equal(pictures.length, images);
    assert.ok(pictures.every(({ size }) => (size ?? 0) > 7 * mebibyte));
    const report = await session.keepleaf.json<MessageReply<"library.verify">>("verify", "--deep");
    assert.deepEqual(report.findings, []);
    assert.equal(report.ok, true);
    await until("the staging folder to be empty", async () => (await session.keepleaf.stagedBytes()) === 0);
  }

  test("the host is killed in the middle of a large page: a new one goes on", async () => {
    const { url, host } = await inTheMiddle("host-killed");
    assert.deepEqual(await session.keepleaf.hosts(), [host], "there is one host");
    process.kill(host, "SIGKILL");
    await isWholeAndAlone(url);
    assert.notEqual((await session.keepleaf.hosts())[0], host);
  });

  test("the browser is killed in the middle of a large page: started again, it goes on by itself", async () => {
    const { url, host } = await inTheMiddle("browser-killed");
    // A page that is still being read is told as interrupted; once the popup says this, it is promised.
    await session.clickToolbarButton();
    await session.popup.says(/Captured\. Waiting for the library\.|Writing to the library/);
    await session.window.kill();
    process.kill(host, "SIGCONT");
    await until(
      "the host to end with its browser",
      async () => (await session.keepleaf.hosts()).length === 0,
    );
    assert.ok(!(await session.keepleaf.links()).some((link) => link.url === url && link.snapshot_count > 0));
    await session.restartBrowser();
    await isWholeAndAlone(url);
  });
});
