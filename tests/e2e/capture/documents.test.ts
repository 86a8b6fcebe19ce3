import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowsers } from "./harness/in-browsers.ts";

inBrowsers("documents", (running) => {
  test("a page is kept with its metadata, and nothing of what it told scripts and servers", async () => {
    const page = await running.browser.open("basics/index.html");
    const stored = await running.browser.capture(page);
    assert.equal(stored.outcome.page?.title, "Basics & more");
    assert.equal(stored.outcome.page?.language, "en");
    assert.equal(stored.outcome.page?.engine, "tab");
    assert.deepEqual(stored.outcome.page?.viewport, { width: 1000, height: 700, scale: 1 });
    assert.equal(stored.outcome.page?.url, running.site.url("basics/index.html"));
    const { html } = stored;
    assert.match(html, /^<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">/);
    assert.doesNotMatch(html, /canary|onload|Content-Security-Policy|<base|preload|javascript:/);
    // The page's <base> makes it another page's fragment.
    assert.ok(html.includes(`<a href="${running.site.url("basics/#first")}">fragment</a>`));
    assert.match(html, /<a href="#">script<\/a>/);
    assert.ok(html.includes(`<a href="${running.site.url("basics/other.html")}">relative</a>`));
    assert.match(html, /data-ran="yes"/);
    await page.close();
  });

  test("parts are numbered in document order, each resource once, below what refers to it", async () => {
    const page = await running.browser.open("basics/index.html");
    const stored = await running.browser.capture(page);
    const table = stored.parts.map(
      (part) => `${part.n} ${part.parent ?? "-"} ${part.role} ${part.status} ${part.url?.split("/").pop()}`,
    );
    assert.deepEqual(table, [
      "0 - document ok index.html",
      "1 0 stylesheet ok style.css",
      "2 1 stylesheet ok imported.css",
      "3 2 image ok dot.png?imported",
      "4 1 image ok dot.png?sheet",
      "5 0 icon ok dot.png?icon",
      "6 0 image ok dot.png?inline",
      "7 0 image ok dot.png?attribute",
      "8 0 image ok dot.png",
      "9 0 frame ok frame.html",
      "10 9 image ok dot.png?framed",
      "11 0 frame ok about:srcdoc",
      "12 0 image http_404 404",
    ]);
    assert.deepEqual(stored.outcome.summary?.missing, [
      { url: running.site.url("status/404"), status: "http_404" },
    ]);
    await page.close();
  });

  test("an unchanged page gives the same bytes again", async () => {
    const page = await running.browser.open("basics/index.html");
    const first = await running.browser.capture(page);
    const second = await running.browser.capture(page);
    const bytes = (stored: typeof first): string[] =>
      stored.parts.map((part) => (part.object === undefined ? "" : stored.bytes(part).toString("base64")));
    assert.deepEqual(bytes(second), bytes(first));
    assert.deepEqual(
      second.parts.map(({ object: _, ...part }) => part),
      first.parts.map(({ object: _, ...part }) => part),
    );
    await page.close();
  });

  test("what is written is read back as the same tree: a capture of the capture is equal", async () => {
    for (const path of ["documents/index.html", "documents/quirks.html", "shadow/index.html"]) {
      const page = await running.browser.open(path);
      const first = await running.browser.capture(page);
      await page.close();
      const address = running.site.put(
        `again-${path.replace("/", "-")}`,
        "text/html; charset=utf-8",
        first.bytes(first.parts[0]),
      );
      const again = await running.browser.newPage();
      await again.goto(address);
      const second = await running.browser.capture(again);
      // Frames of the first capture have no bytes in the second page; their numbers differ, nothing else.
      const plain = (html: string): string => html.replace(/keepleaf-part:\d+/g, "keepleaf-part:N");
      assert.equal(plain(second.html), plain(first.html), path);
      await again.close();
    }
  });

  test("every construct of the serializer survives", async () => {
    const page = await running.browser.open("documents/index.html");
    const { html } = await running.browser.capture(page);
    assert.match(
      html,
      /^<!DOCTYPE html PUBLIC "-\/\/W3C\/\/DTD HTML 4\.01\/\/EN" "http:\/\/www\.w3\.org\/TR\/html4\/strict\.dtd">/,
    );
    assert.ok(html.includes("<pre>one newline</pre>"));
    assert.ok(html.includes("<textarea>\n\nkept newline</textarea>"));
    assert.ok(html.includes('<linearGradient id="g" gradientUnits="userSpaceOnUse"></linearGradient>'));
    assert.ok(html.includes("<style>.s { fill: red }</style><foreignObject"));
    assert.ok(html.includes("<xmp><b>raw</b></xmp>"));
    assert.ok(html.includes("<noframes><p>raw noframes</p></noframes>"));
    assert.ok(html.includes("&lt;/p&gt;&lt;script&gt;&amp;lt;<!--kept too--></p>"));
    assert.ok(html.includes('title="line&#13;break">a&#13;\nb</p>'));
    assert.ok(html.includes('<input disabled="" value="a&nbsp;b"><br>'));
    assert.match(
      html,
      /<template id="t"><p>inert <img src="[^"]*inert.png"><\/p><template><i>nested<\/i><\/template><\/template>/,
    );
    assert.doesNotMatch(html, /canary|http-equiv="refresh"|out<\/b>/);
    await page.close();
  });

  test("a tree that is deeper than any parser makes", async () => {
    const page = await running.browser.open("documents/deep.html");
    const { html } = await running.browser.capture(page);
    assert.equal(html.match(/<b>/g)?.length, 4000);
    assert.equal(html.match(/<\/b>/g)?.length, 4000);
    await page.close();
  });

  test("pages in quirks mode, in XHTML and in an old encoding", async () => {
    const quirks = await running.browser.open("documents/quirks.html");
    assert.match(
      (await running.browser.capture(quirks)).html,
      /^<html><head><meta charset="utf-8"><title>Quirks/,
    );
    await quirks.close();

    const xhtml = await running.browser.open("documents/page.xhtml");
    const kept = await running.browser.capture(xhtml);
    assert.match(
      kept.html,
      /<p>text<br><\/p><template data-keepleaf-was="script"><\/template><div><\/div><p>a &lt; b<\/p><svg/,
    );
    assert.equal(kept.parts[0]?.media_type, "text/html; charset=utf-8");
    await xhtml.close();

    const legacy = await running.browser.open("documents/legacy.html");
    const stored = await running.browser.capture(legacy);
    assert.match(stored.html, /<title>日本<\/title>.*<p>日本語<\/p>/s);
    assert.equal(stored.at("legacy.css")?.media_type, "text/css; charset=shift_jis");
    assert.deepEqual(
      [...stored.bytes(stored.at("legacy.css")).subarray(28, 30)],
      [0x93, 0xfa],
      "the sheet itself stays byte for byte",
    );
    await legacy.close();
  });

  test("an SVG document is kept as it was seen, in a page around it", async () => {
    const page = await running.browser.open("images/sprite.svg");
    const stored = await running.browser.capture(page);
    assert.equal(stored.parts[0]?.media_type, "text/html; charset=utf-8");
    assert.match(stored.html, /^<!DOCTYPE html><html data-keepleaf-was="svg"><head>.*<\/head><body><svg/);
    assert.match(stored.html, /<\/svg>\s*<\/body><\/html>$/);
    await page.close();
  });

  test("an image, a text and a PDF are kept as their bytes", async () => {
    for (const [path, type] of [
      ["canvas/dot.png", "image/png"],
      ["documents/notes.txt", "text/plain; charset=utf-8"],
      ["documents/tiny.pdf", "application/pdf"],
    ] as const) {
      const page = await running.browser.newPage();
      await page.goto(running.site.url(path)).catch((error: Error) => {
        // Puppeteer takes the PDF viewer for an aborted navigation; the tab shows it all the same.
        if (!path.endsWith(".pdf")) throw error;
      });
      const stored = await running.browser.captureUrl(running.site.url(path));
      assert.equal(stored.parts.length, 1, path);
      assert.equal(stored.parts[0]?.role, "document");
      assert.equal(stored.parts[0]?.media_type, type);
      assert.ok(stored.bytes(stored.parts[0]).length > 10);
      await page.close();
    }
  });
});
