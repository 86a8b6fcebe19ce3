// State that markup can't say, in the library page and in an exported file: set by our own script, and by nothing of the
// page's.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Page } from "puppeteer-core";
import { captureId, capturePage, Host, type Upload } from "../process/support/host.ts";
import { type Replayed, replayedIn } from "./support/replayed.ts";
import { Session } from "./support/session.ts";
import { until } from "./support/until.ts";

// As captured: a page that scrolls, boxes in it, a closed shadow tree, a frame; and what a hostile page would add.
const tall = (id: string) => `<div id="${id}" style="height: 900px">tall</div>`;
const box = (id: string, offset: string, inside = tall(`${id}-tall`)) =>
  `<div id="${id}" data-keepleaf-scroll="${offset}" style="width: 200px; height: 60px; overflow: auto">${inside}</div>`;
const kept = `<!doctype html><html lang="en" data-keepleaf-scroll="0 1400"><head><meta charset="utf-8"><title>State</title>
</head><body style="margin: 0; height: 4000px">
<p id="start">the start</p>${box("down", "0 300")}
${box("holds-hit", "0 10", `${tall("spacer")}<p>a quetzal in a box</p>`)}
<input type="checkbox" id="mixed" data-keepleaf-indeterminate="">
<select id="none" data-keepleaf-indeterminate=""><option>a</option></select>
<div id="host"><template shadowrootmode="closed">${box("inner", "0 210")}</template></div>
<dialog id="modal" open="" data-keepleaf-top-layer="modal" style="color: red; position: fixed !important; z-index: 9 !important; box-shadow: 0 0 0 200vmax blue !important">modal</dialog>
<iframe id="frame" width="200" height="80" src="keepleaf-part:1"></iframe>
<img id="wrong" data-keepleaf-scroll="0 1&quot; onload=&quot;x" name="querySelectorAll">
<form name="body"><input name="scrollTo"></form>
<script>document.title = "ran"</script><p onclick="document.title = 'ran'" id="handler">handler</p>
<a id="js" href="javascript:document.title='ran'">js</a>
<div style="height: 2600px"></div><h2 id="target">Target</h2></body></html>`;
const framed = `<!doctype html><html data-keepleaf-scroll="0 410"><body style="height: 2000px"><a id="out" href="http://elsewhere.example/">out</a><script>parent.postMessage("ran", "*"); document.title = "ran"</script></body></html>`;

let session: Session;
let library: Page;
let snapshot = "";
let file = "";

const document_ = (html: string, role: Upload["role"] = "document"): Upload => ({
  bytes: Buffer.from(html),
  role,
  mediaType: "text/html; charset=utf-8",
});

before(async () => {
  session = await Session.start();
  const { home, library: folder } = session.keepleaf;
  const environment = { PATH: process.env.PATH ?? "", HOME: home, KEEPLEAF_LIBRARY: folder };
  const host = new Host({ folder: home, library: folder, environment, processes: [], [Symbol.dispose]() {} });
  await host.hello();
  snapshot = captureId();
  await capturePage(host, snapshot, "http://kept.example/state", [
    document_(kept),
    document_(framed, "frame"),
  ]);
  await host.close();
  file = join(home, "state.html");
  await session.keepleaf.run("export", snapshot, "--format", "html", "-o", file);
  library = await session.openExtensionPage("library.html");
});
after(() => session?.stop());

// No function inside has a name: tsx would name it by a helper that the page doesn't have.
const state = () => {
  const dialog = document.getElementById("modal") as HTMLElement;
  return {
    page: scrollY,
    boxes: [document.getElementById("down")?.scrollTop, document.getElementById("holds-hit")?.scrollTop],
    shadow: document.getElementById("host")?.shadowRoot?.getElementById("inner")?.scrollTop,
    mixed: (document.getElementById("mixed") as HTMLInputElement).indeterminate,
    chosen: (document.getElementById("none") as HTMLSelectElement).selectedIndex,
    modal: [dialog.matches(":modal"), dialog.style.boxShadow, dialog.style.color],
    title: document.title,
  };
};
const restored = {
  page: 1400,
  boxes: [300, 10],
  shadow: 210,
  mixed: true,
  chosen: -1,
  modal: [true, "", "red"],
  title: "State",
};

async function replay(query = ""): Promise<Replayed> {
  await library.bringToFront();
  await library.evaluate((hash) => {
    location.hash = "#/";
    location.hash = hash;
  }, `#/snapshot/${snapshot}${query}`);
  await until("the agent's answer", () =>
    library.evaluate(() => document.querySelector("iframe")?.dataset.marked),
  );
  return until("the frame", () => replayedIn(library));
}

test("the library page shows the state of the page, of shadow trees and of frames", async () => {
  const frame = await replay();
  await until("the offset of the page", async () => (await frame.evaluate(() => scrollY)) === 1400);
  assert.deepEqual(await frame.evaluate(state), restored);
});

test("a search hit wins over the offsets of the page and of the box that holds it", async () => {
  const frame = await replay("?q=quetzal");
  assert.equal(await library.evaluate(() => document.querySelector("iframe")?.dataset.marked), "1");
  const after = await until("the hit in view", async () => {
    const now = await frame.evaluate(state);
    return now.page < 1000 ? now : undefined;
  });
  assert.ok((after.boxes[1] ?? 0) > 500, "its box is scrolled to it");
  assert.equal(after.boxes[0], 300, "other boxes are as they were");
});

test("an exported file shows the same, and neither script nor handler nor address of the page runs", async () => {
  const page = await session.window.browser.newPage();
  await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
  await until("the offset of the page", async () => (await page.evaluate(() => scrollY)) === 1400);
  assert.deepEqual(await page.evaluate(state), restored);
  const inner = await (await page.$("#frame"))?.contentFrame();
  assert.deepEqual(await inner?.evaluate(() => [scrollY, document.title, origin]), [410, "", "null"]);
  await page.evaluate(() => {
    document.getElementById("handler")?.click();
    document.getElementById("js")?.click();
    // What the policy says of scripts that the file does not carry: none runs.
    const script = document.createElement("script");
    script.textContent = "document.title = 'ran'";
    document.documentElement.append(script);
    document.getElementById("handler")?.setAttribute("onclick", "document.title = 'ran'");
    document.getElementById("handler")?.click();
  });
  assert.equal(await page.title(), "State");
  await page.close();
});

test("in an exported file a fragment in the address wins, and a reload keeps a person's place", async () => {
  const page = await session.window.browser.newPage();
  await page.goto(`${pathToFileURL(file).href}#target`, { waitUntil: "load" });
  const top = () => page.evaluate(() => document.getElementById("target")?.getBoundingClientRect().top ?? -1);
  await until("the target in view", async () => {
    const at = await top();
    return at > -2 && at < 700; // rounding aside
  });
  assert.equal(await page.evaluate(() => document.getElementById("down")?.scrollTop), 300);
  await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
  await until("the kept offset", async () => (await page.evaluate(() => scrollY)) === 1400);
  await page.evaluate(() => scrollTo(0, 77));
  await page.reload({ waitUntil: "load" });
  await until("the place before the reload", async () => (await page.evaluate(() => scrollY)) === 77);
  await page.close();
});

test("a file with another script in place of ours runs nothing", async () => {
  const text = await readFile(file, "utf8");
  const changed = join(session.keepleaf.home, "changed.html");
  await writeFile(
    changed,
    text.replace("showState(document);", "showState(document); document.title = 'ran';"),
  );
  const page = await session.window.browser.newPage();
  await page.goto(pathToFileURL(changed).href, { waitUntil: "load" });
  assert.deepEqual(await page.evaluate(() => [document.title, scrollY]), ["State", 0]);
  await page.close();
});
