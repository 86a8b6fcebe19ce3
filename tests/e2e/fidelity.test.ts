// After a capture, what was seen is compared with what is kept: by the real extension, off-screen, into the real library.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Fidelity, MessageReply } from "../../extension/src/protocol/messages.ts";
import { Session } from "./support/session.ts";
import { until } from "./support/until.ts";

type Shown = MessageReply<"snapshot.show">;

let session: Session;
before(async () => {
  session = await Session.start();
});
after(() => session?.stop());

async function keep(path: string): Promise<string> {
  const url = `${session.site.origin}${path}`;
  await session.open(url);
  await session.pressShortcut();
  const link = await session.keepleaf.kept(url);
  const newest = link.snapshots[0];
  assert.ok(newest);
  return newest.id;
}

async function fidelityOf(snapshot: string): Promise<Fidelity> {
  return until(`the fidelity of ${snapshot}`, async () => {
    const shown = await session.keepleaf.json<Shown>("show", snapshot);
    return shown.fidelity;
  });
}

const pages = [
  "/python/library/re.html",
  "/postgresql/sql-select.html",
  "/handbook/zh-CN/packaging-system.html",
  "/reference/ch01.zh-cn.html",
  "/reference/ch01.ja.html",
];
for (const path of pages) {
  test(`nothing is lost of ${path}`, async () => {
    const fidelity = await fidelityOf(await keep(path));
    assert.ok(fidelity.score >= 0.98, JSON.stringify(fidelity));
  });
}

test("what a page does by itself is no loss, and measuring changes nothing on it", async () => {
  const url = `${session.site.origin}/moving`;
  session.site.page(
    "/moving",
    `<!doctype html><html lang="en"><title>Moving</title>
    <style>
      @keyframes slide { to { transform: translateX(300px) } }
      #slide { width: 100px; height: 40px; background: teal; animation: slide 1s infinite alternate }
    </style>
    <h1>A page that moves</h1><p id="clock">0</p><p id="second">0</p><div id="slide">slides</div><div id="turns">${Array.from({ length: 30 }, (_, at) => `<b>turn ${at}</b>`).join(" ")}</div>
    ${Array.from({ length: 40 }, (_, at) => `<p>Paragraph ${at} stands still.</p>`).join("")}
    <script>
      const $ = (id) => document.getElementById(id);
      setInterval(() => { $("clock").textContent = String(performance.now()); }, 20);
      setInterval(() => { $("second").textContent = String(performance.now()); }, 900);
      setInterval(() => { $("turns").append($("turns").firstElementChild); }, 30);
      document.foreign = 0;
      new MutationObserver((all) => {
        document.foreign += all.filter(({ target }) => !/^(clock|second|turns)$/.test(target.id)).length;
      }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      for (const type of ["scroll", "resize", "focusin", "blur"]) addEventListener(type, () => document.foreign++, true);
    </script>`,
  );
  const page = await session.open(url);
  await session.pressShortcut();
  const fidelity = await fidelityOf((await session.keepleaf.kept(url)).snapshots[0]?.id ?? "");
  assert.ok(fidelity.score >= 0.98, JSON.stringify(fidelity));
  const foreign = await page.evaluate(() => (document as unknown as { foreign: number }).foreign);
  assert.equal(foreign, 0, "changes of the page that are not its own");
});

test("a page of which much is lost says so: in the popup, with another try, and in the library", async () => {
  const url = `${session.site.origin}/lossy`;
  session.site.page("/inner", "<!doctype html><title>Inner</title><h1>Inside</h1><p>Of another site.</p>");
  session.site.page(
    "/lossy",
    `<!doctype html><html lang="en"><title>Lossy</title><h1>A page with a frame of another site</h1>
    <iframe id="foreign" src="${session.site.foreignOrigin}/inner" width="600" height="300"></iframe><p>The end</p>`,
  );
  await session.open(url);
  await session.pressShortcut();
  const snapshot = (await session.keepleaf.kept(url)).snapshots[0]?.id ?? "";
  const fidelity = await fidelityOf(snapshot);
  assert.ok(fidelity.score < 0.8, JSON.stringify(fidelity));
  const shown = await session.keepleaf.json<Shown>("show", snapshot);
  const frame = shown.missing.find(({ role }) => role === "frame");
  assert.deepEqual(
    fidelity.regions.map(({ kind, part }) => ({ kind, part })),
    [{ kind: "frame", part: frame?.n }],
  );

  await session.clickToolbarButton();
  await session.popup.says(/Shown as you saw it: \d/);
  await session.photograph("fidelity-popup");
  await session.popup.press("Keep again");
  const second = (await session.keepleaf.kept(url, 2)).snapshots[0]?.id ?? "";
  await session.popup.close();
  await fidelityOf(second);
  const library = await session.openExtensionPage("library.html");
  await library.evaluate((id) => {
    location.hash = `#/snapshot/${id}`;
  }, second);
  const words = await until("the score in the library", () =>
    library.evaluate(() => {
      const details = document.querySelector<HTMLDetailsElement>("details.fidelity");
      if (details) details.open = true;
      return details?.innerText;
    }),
  );
  assert.match(words, /As seen: \d/);
  assert.match(words, /Frame/);
  assert.match(words, /604 × 304 pixels/);
  await library.bringToFront();
  await session.photograph("fidelity-library");
});
