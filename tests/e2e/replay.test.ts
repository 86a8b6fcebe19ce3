// The library page in a real browser over the real host: links inside a replayed page, what is held back, and searching
// as one types.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "puppeteer-core";
import { captureId, capturePage, Host, type Upload } from "../process/support/host.ts";
import { type Replayed, replayedIn } from "./support/replayed.ts";
import { Session } from "./support/session.ts";
import { until } from "./support/until.ts";

const address = "http://kept.example/long";
const gap = '<div style="height: 1700px"></div>';
const kept = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Fragments</title></head>
<body style="margin: 0">
<p><a id="to-id" href="#target">id</a> <a id="to-name" href="#old%20name">name</a>
<a id="to-shadow" href="#inside">shadow</a> <a id="to-folded" href="#folded">folded</a>
<a id="to-nowhere" href="#nowhere">nowhere</a>
<a id="to-kept" href="http://kept.example/other#part">kept</a>
<a id="to-live" href="http://not-kept.example/">not kept</a></p>
<img id="held-image" width="300" height="150" data-keepleaf-held="7">
<video id="held-video" controls width="320" height="180"><source data-keepleaf-held="8"></video>
<audio id="held-audio" controls data-keepleaf-held="9"></audio>
${gap}<h2 id="target">Target</h2><p><a id="up" href="#top">top</a> <a id="up-empty" href="#">up</a></p>
${gap}<a name="old name">An anchor of old</a>
${gap}<div><template shadowrootmode="open"><p id="inside">Inside a heron's shadow</p><a id="out" href="#target">out</a></template></div>
${gap}<details><summary>More</summary><p id="folded">Folded</p></details>${gap}</body></html>`;
const other = `<!doctype html><title>The other page</title><p>Another kept page.</p>`;

let session: Session;
let library: Page;
let snapshot = "";

const upload = (html: string): Upload => ({
  bytes: Buffer.from(html),
  role: "document",
  mediaType: "text/html; charset=utf-8",
});

before(async () => {
  session = await Session.start();
  const { home, library: folder } = session.keepleaf;
  const environment = { PATH: process.env.PATH ?? "", HOME: home, KEEPLEAF_LIBRARY: folder };
  const host = new Host({ folder: home, library: folder, environment, processes: [], [Symbol.dispose]() {} });
  await host.hello();
  snapshot = captureId();
  await capturePage(host, snapshot, address, [upload(kept)]);
  await capturePage(host, captureId(), "http://kept.example/other", [upload(other)]);
  await host.close();
  library = await session.openExtensionPage("library.html");
  await library.bringToFront();
});
after(() => session?.stop());

async function replay(): Promise<Replayed> {
  await library.evaluate(() => {
    location.hash = "#/";
  });
  await until("the frame of before to go", () =>
    library.evaluate(() => document.querySelector("iframe") === null),
  );
  await library.evaluate((id) => {
    location.hash = `#/snapshot/${id}`;
  }, snapshot);
  await until("the agent's answer", () =>
    library.evaluate(() => document.querySelector("iframe")?.dataset.held),
  );
  return until("the frame", () => replayedIn(library));
}

// Where an element is in the replayed page's window, in CSS pixels from its upper edge.
const topOf = (frame: Replayed, id: string) =>
  frame.evaluate((wanted) => {
    const shadow = [...document.querySelectorAll("*")].find((element) => element.shadowRoot)?.shadowRoot;
    const named = document.querySelector(`[name="${wanted}"]`);
    const element = document.getElementById(wanted) ?? shadow?.getElementById(wanted) ?? named;
    return element?.getBoundingClientRect().top ?? Number.NaN;
  }, id);
const scrollOf = (frame: Replayed) => frame.evaluate(() => scrollY);

async function isAtTop(frame: Replayed, id: string): Promise<void> {
  await until(`${id} at the upper edge`, async () => Math.abs(await topOf(frame, id)) < 30);
}

test("links to an id, a name, into a shadow tree and into something folded bring their target into view", async () => {
  const frame = await replay();
  const hash = await library.evaluate(() => location.hash);
  for (const [link, target] of [
    ["to-id", "target"],
    ["to-name", "old name"],
    ["to-shadow", "inside"],
    ["to-folded", "folded"],
  ] as const) {
    await frame.evaluate(() => scrollTo(0, 0));
    await frame.click(`#${link}`);
    await isAtTop(frame, target);
  }
  assert.equal(await library.evaluate(() => location.hash), hash, "the library page stays where it is");
  assert.equal(await frame.evaluate(() => document.title), "Fragments", "and the frame its document");
});

test("# and #top lead to the top, and a fragment that names nothing leads nowhere", async () => {
  const frame = await replay();
  for (const link of ["up", "up-empty"]) {
    await frame.evaluate(() => document.getElementById("target")?.scrollIntoView());
    assert.ok((await scrollOf(frame)) > 1000);
    await frame.click(`#${link}`);
    await until("the top of the page", async () => (await scrollOf(frame)) === 0);
  }
  await frame.click("#to-nowhere");
  assert.equal(await scrollOf(frame), 0);
  assert.equal(await frame.evaluate(() => document.title), "Fragments");
});

test("Enter on a link moves the keyboard's place to its target", async () => {
  const frame = await replay();
  await frame.evaluate(() => document.getElementById("to-id")?.focus());
  await library.keyboard.press("Enter");
  await isAtTop(frame, "target");
  assert.equal(await frame.evaluate(() => document.activeElement?.id), "target");
  await library.keyboard.press("Tab");
  assert.equal(await frame.evaluate(() => document.activeElement?.id), "up", "Tab goes on from there");
});

test("media that are held back are stood for by a picture that can be seen", async () => {
  const frame = await replay();
  assert.equal(await library.evaluate(() => document.querySelector("iframe")?.dataset.held), "3");
  const found = await until("the pictures", () =>
    frame.evaluate(() => {
      const image = document.getElementById("held-image") as HTMLImageElement;
      const audio = document.getElementById("held-audio") as HTMLImageElement;
      const video = document.getElementById("held-video") as HTMLVideoElement;
      if (!image.complete || !image.naturalWidth || !audio.complete || !audio.naturalWidth) return undefined;
      return {
        image: [image.naturalWidth, image.naturalHeight],
        said: [image.alt, video.title, audio.alt].map((words) => words.length > 20),
        audio: audio.localName,
        poster: video.poster.startsWith("data:image/svg+xml"),
      };
    }),
  );
  assert.deepEqual(found, { image: [300, 150], said: [true, true, true], audio: "img", poster: true });
});

test("a link to a page that is kept opens it; to one that isn't, the live page is only offered", async () => {
  let frame = await replay();
  session.site.requests.length = 0;
  await frame.click("#to-live");
  const offer = await until("the offer", () =>
    library.evaluate(() => document.querySelector(".toast")?.textContent),
  );
  assert.match(offer, /not-kept\.example/);
  assert.equal(await frame.evaluate(() => document.title), "Fragments");
  frame = await replay();
  await frame.click("#to-kept");
  await until("the other page", async () => {
    const shown = await replayedIn(library);
    return (await shown?.evaluate(() => document.title).catch(() => "")) === "The other page";
  });
});

test("searching as one types keeps caret, focus and what was found while the query can't be read", async () => {
  await library.evaluate(() => {
    location.hash = "#/";
  });
  const rows = () => library.evaluate(() => document.querySelectorAll(".links > li").length);
  await until("the list", async () => (await rows()) === 2);
  await library.focus("input[type=search]");
  await library.keyboard.type("heron");
  await until("the one that is found", async () => (await rows()) === 1);
  await library.keyboard.type(' "sha');
  const problem = await until("what is wrong", () =>
    library.evaluate(() => document.querySelector<HTMLElement>(".problem:not([hidden])")?.innerText),
  );
  assert.match(problem, /quotation/);
  assert.equal(await rows(), 1);
  assert.equal(await library.evaluate(() => document.querySelector(".failure")), null);
  const field = await library.evaluate(() => {
    const input = document.activeElement as HTMLInputElement;
    return [input.type, input.value, input.selectionStart];
  });
  assert.deepEqual(field, ["search", 'heron "sha', 10]);
  await library.keyboard.type('dow"');
  await until("no problem", () =>
    library.evaluate(() => document.querySelector<HTMLElement>(".problem")?.hidden),
  );
  assert.equal(await rows(), 1);
  await library.keyboard.press("Escape");
  await until("everything again", async () => (await rows()) === 2);
  assert.equal(await library.evaluate(() => (document.activeElement as HTMLInputElement).type), "search");
});
