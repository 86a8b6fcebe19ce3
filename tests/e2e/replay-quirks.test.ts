// A page in quirks mode in the library page: shown in that mode, its frames with their state, and as shut in as any other.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "puppeteer-core";
import { captureId, capturePage, Host, type Upload } from "../process/support/host.ts";
import { type Replayed, replayedIn } from "./support/replayed.ts";
import { Session } from "./support/session.ts";
import { until } from "./support/until.ts";

const tall = '<div style="height: 900px">tall</div>';
const quirky = `<html><head><meta charset="utf-8"><title>Quirks é</title>
<style>#sized { width: 321; background: teal }</style></head><body data-keepleaf-scroll="0 120">
<div id="sized">sized without a unit</div>
<iframe id="quirky" src="keepleaf-part:1"></iframe><iframe id="standard" src="keepleaf-part:2"></iframe>
<p id="handler" onclick="document.title = 'ran'">handler</p><script>document.title = "ran"</script>
<div style="height: 3000px"></div></body></html>`;
const framed = `<html><body style="height: 2000px"><div id="box" data-keepleaf-scroll="0 230" style="height: 60px; overflow: auto">${tall}</div>
<a id="out" href="http://elsewhere.example/">out 100% ü #1</a><script>document.title = "ran"</script></body></html>`;

let session: Session;
let library: Page;

const upload = (html: string, role: Upload["role"]): Upload => ({
  bytes: Buffer.from(html),
  role,
  mediaType: "text/html; charset=utf-8",
});

async function show(parts: Upload[]): Promise<Replayed> {
  const { home, library: folder } = session.keepleaf;
  const environment = { PATH: process.env.PATH ?? "", HOME: home, KEEPLEAF_LIBRARY: folder };
  const host = new Host({ folder: home, library: folder, environment, processes: [], [Symbol.dispose]() {} });
  await host.hello();
  const snapshot = captureId();
  await capturePage(host, snapshot, `http://kept.example/${snapshot}`, parts);
  await host.close();
  await library.bringToFront();
  await library.evaluate((hash) => {
    location.hash = "#/";
    location.hash = hash;
  }, `#/snapshot/${snapshot}`);
  await until("the agent's answer", () =>
    library.evaluate(() => document.querySelector("iframe")?.dataset.marked),
  );
  return until("the frame", () => replayedIn(library));
}

before(async () => {
  session = await Session.start();
  library = await session.openExtensionPage("library.html");
});
after(() => session?.stop());

test("a page without a doctype is shown in quirks mode, one with it is not", async () => {
  const shown = () => [
    document.compatMode,
    document.characterSet,
    document.title,
    Math.round(document.getElementById("sized")?.getBoundingClientRect().width ?? 0) === 321,
    // Not the smaller one that browsers give to pages of extensions.
    getComputedStyle(document.body).fontSize,
  ];
  const frame = await show([upload(quirky, "document"), upload(framed, "frame"), upload(framed, "frame")]);
  assert.deepEqual(await frame.evaluate(shown), ["BackCompat", "UTF-8", "Quirks é", true, "16px"]);
  await until("the offset of the page", async () => (await frame.evaluate(() => scrollY)) === 120);
  const standard = await show([upload(`<!DOCTYPE html>${quirky}`, "document")]);
  assert.deepEqual(await standard.evaluate(shown), ["CSS1Compat", "UTF-8", "Quirks é", false, "16px"]);
});

test("the agent restores state in frames in quirks mode too, and hears of their links", async () => {
  const frame = await show([
    upload(`<!DOCTYPE html>${quirky}`, "document"),
    upload(framed, "frame"),
    upload(`<!DOCTYPE html>${framed}`, "frame"),
  ]);
  const told = () =>
    frame.evaluate(() =>
      ["quirky", "standard"].map((id) => {
        const element = document.getElementById(id);
        return [
          element?.getAttribute("sandbox"),
          element?.hasAttribute("srcdoc"),
          /replay-agent\.js/.test((element?.getAttribute("srcdoc") ?? element?.getAttribute("src")) || ""),
        ];
      }),
    );
  assert.deepEqual(await told(), [
    ["allow-scripts", false, true],
    ["allow-scripts", true, true],
  ]);
  // Nobody but the agent in the frame can tell of a click there.
  for (const id of ["quirky", "standard"]) {
    await library.evaluate(() => {
      for (const toast of document.querySelectorAll(".toast")) toast.remove();
    });
    await frame.evaluate(() => scrollTo(0, 0));
    const box = await frame.evaluate((name) => {
      const { x, y } = document.getElementById(name)?.getBoundingClientRect() ?? { x: 0, y: 0 };
      return { x, y };
    }, id);
    const outer = await library.evaluate(() => {
      const { x, y } = document.querySelector("iframe")?.getBoundingClientRect() ?? { x: 0, y: 0 };
      return { x, y };
    });
    await until(`the link in ${id} to be told`, async () => {
      // Below the box of 60 pixels, the body's margin and the frame's border around it.
      await library.mouse.click(outer.x + box.x + 2 + 8 + 15, outer.y + box.y + 2 + 8 + 60 + 9);
      return library.evaluate(() =>
        /elsewhere\.example/.test(document.querySelector(".toast")?.textContent ?? ""),
      );
    });
  }
});

test("nothing in it runs, asks the network or leads away", async () => {
  const frame = await show([upload(quirky, "document"), upload(framed, "frame"), upload(framed, "frame")]);
  session.site.requests.length = 0;
  const before = await frame.evaluate(() => [origin, location.protocol]);
  assert.deepEqual(before, ["null", "data:"]);
  await frame.evaluate((site) => {
    // No function inside has a name: tsx would name it by a helper that the page doesn't have.
    const elements: [string, Record<string, string>, string?][] = [
      ["script", {}, "document.title = 'ran'"],
      ["script", { src: `${site}/script.js` }],
      ["img", { src: `${site}/image.png` }],
      ["link", { rel: "stylesheet", href: `${site}/sheet.css` }],
      ["link", { rel: "preload", as: "image", href: `${site}/preload.png` }],
      [
        "style",
        {},
        `@font-face { font-family: f; src: url(${site}/font.woff2) } p { font-family: f; background: url(${site}/p.png) }`,
      ],
      ["video", { src: `${site}/film.mp4`, autoplay: "", preload: "auto" }],
      ["object", { data: `${site}/object` }],
      ["embed", { src: `${site}/embed` }],
      ["iframe", { src: `${site}/frame` }],
      ["iframe", { srcdoc: `<script>parent.document.title = "ran"</script><img src="${site}/inner.png">` }],
      ["meta", { "http-equiv": "refresh", content: `0;url=${site}/refresh` }],
    ];
    for (const [name, attributes, text = ""] of elements) {
      const made = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      made.textContent = text;
      document.body.append(made);
    }
    const form = document.createElement("form");
    form.action = `${site}/form`;
    document.body.append(form);
    form.submit();
    navigator.sendBeacon?.(`${site}/beacon`);
    document.getElementById("handler")?.setAttribute("onclick", "document.title = 'ran'");
    document.getElementById("handler")?.click();
  }, session.site.origin);
  const leave = frame.evaluate((site) => {
    location.href = `${site}/away`;
  }, session.site.origin);
  await leave.catch(() => undefined); // Chromium puts an empty error page in its place.
  // What the browser would have asked for before this is there before it.
  await session.open(`${session.site.origin}/fixtures/basics/style.css`);
  assert.deepEqual(
    session.site.requests.filter((one) => !one.endsWith("/favicon.ico")),
    ["GET /fixtures/basics/style.css"],
  );
  const left = await replayedIn(library);
  const title = await left?.evaluate(() => document.title).catch(() => "blocked");
  assert.notEqual(title, "ran");
});
