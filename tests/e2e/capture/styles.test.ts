import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowsers } from "./harness/in-browsers.ts";
import { tinyFont } from "./harness/tiny-font.ts";

inBrowsers("styles", (running) => {
  test("what script did to style sheets is what is kept", async () => {
    const page = await running.browser.open("styles/index.html");
    const stored = await running.browser.capture(page);
    const { html, parts } = stored;
    const url = (path: string): string => running.site.url(`styles/${path}`);

    assert.ok(
      html.includes(`<link rel="stylesheet" href="${url("plain.css")}" id="plain">`),
      "unedited: by its address",
    );
    assert.match(
      stored.text(stored.at("plain.css")),
      /^\.plain \{ background: url\("plain\.png"\) \} \.nested \{ &:hover/,
    );

    const edited = stored.named(html, '<link rel="stylesheet" href="keepleaf-part:3" id="edited"');
    assert.equal(edited.url, url("edited.css"));
    const rules = stored.text(edited);
    assert.ok(rules.includes(`.edited { background: url("${url("edited.png")}")`));
    assert.ok(rules.includes(`.by-script { background: url("${url("by-script.png")}")`));
    assert.equal(stored.at("by-script.png")?.status, "ok");

    const importer = stored.text(stored.at("/importer.css"));
    const deep = stored.named(importer, '@import url("keepleaf-part:');
    assert.match(
      importer,
      /^@import url\("keepleaf-part:\d+"\) screen;\n@import url\("http:[^"]*imported-plain\.css"\);\n/,
    );
    assert.match(stored.text(deep), /\.deep-edit \{ color: teal; \}/);
    assert.equal(stored.text(stored.at("imported-plain.css")), ".imported-plain { color: red }\n");

    assert.match(
      html,
      /<style id="untouched">\.a::before \{ content: "<\/p>"; background: url\("http:[^"]*\/a\.png"\) \}<\/style>/,
    );
    assert.match(
      html,
      /<style id="inserted">\.inserted \{ background: url\("http:[^"]*\/inserted\.png"\); \}<\/style>/,
    );
    assert.match(html, /<style id="changed">\.c \{ color: green; \}<\/style>/);
    assert.match(html, /<style id="disabled" media="not all">/);
    assert.ok(parts.every((part) => part.status === "ok"));
    await page.close();
  });

  test("sheets that script switched stay switched", async () => {
    const page = await running.browser.open("styles/index.html");
    const { html } = await running.browser.capture(page);
    // Chromium does not apply an alternative sheet whose `disabled` script has cleared; Firefox does.
    const dark =
      running.name === "firefox"
        ? /<link rel="stylesheet" href="[^"]*dark\.css" id="dark">/
        : /<link rel="alternate stylesheet" title="Dark" href="[^"]*dark\.css" id="dark">/;
    assert.match(html, dark);
    assert.match(html, /<link rel="stylesheet" title="Light" href="[^"]*light\.css" id="light" disabled="">/);
    assert.match(html, /<link rel="stylesheet" href="[^"]*off\.css" id="off" disabled="">/);
    await page.close();
  });

  test("adopted sheets follow all others, with their media", async () => {
    const page = await running.browser.open("styles/index.html");
    const { html } = await running.browser.capture(page);
    assert.match(
      html,
      /<style data-keepleaf-adopted="">\.adopted \{ background: url\("http:[^"]*adopted\.png"\); \}<\/style><style data-keepleaf-adopted="" media="print">\.printed \{ color: blue; \}<\/style><\/head>/,
    );
    await page.close();
  });

  test("a sheet that was redirected keeps what its relative addresses meant", async () => {
    const page = await running.browser.open("styles/index.html");
    const stored = await running.browser.capture(page);
    const moved = stored.at("redirect/styles/deep/moved.css");
    assert.ok(stored.text(moved).includes(`url("${running.site.url("styles/deep/beside.png")}")`));
    assert.equal(stored.at("deep/beside.png")?.parent, moved?.n);
    await page.close();
  });

  test("sheets that import each other in a circle are kept once, unedited", async () => {
    const page = await running.browser.open("basics/index.html");
    const stored = await running.browser.capture(page);
    const sheets = stored.parts.filter((part) => part.role === "stylesheet");
    assert.deepEqual(
      sheets.map((part) => part.url?.split("/").pop()),
      ["style.css", "imported.css"],
    );
    assert.match(stored.text(sheets[0]), /^@import "imported\.css" screen;/);
    assert.match(stored.text(sheets[1]), /^@import url\(style\.css\);/);
    await page.close();
  });

  test("of the fonts, those that the page used are kept, from the source that works", async () => {
    for (const name of ["used", "second", "bold", "regular", "unused", "other-range"]) {
      running.site.put(`${name}.ttf`, "font/ttf", tinyFont(name));
    }
    const page = await running.browser.open("fonts/index.html");
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    const stored = await running.browser.capture(page);
    const fonts = stored.parts.filter((part) => part.role === "font");
    assert.deepEqual(
      fonts.map((part) => `${part.url?.split("/").pop()} ${part.status}`),
      ["used.ttf ok", "second.ttf ok", "bold.ttf ok"],
    );
    assert.deepEqual(stored.bytes(fonts[0]), tinyFont("used"));
    await page.close();
  });

  test("open and closed shadow roots are written as declarative ones, with their sheets and slots", async () => {
    const page = await running.browser.open("shadow/index.html");
    const stored = await running.browser.capture(page);
    const { html } = stored;
    assert.match(
      html,
      /<div id="open"><template shadowrootmode="open"><style>p \{ color: green; \}\np \{ font-weight: bold; \}<\/style><p>open <slot><\/slot><\/p>/,
    );
    assert.match(
      html,
      /<span id="inner"><template shadowrootmode="closed"><p>nested closed<\/p><\/template><\/span><style data-keepleaf-adopted="">:host \{ border: 1px solid/,
    );
    assert.match(html, /<\/style><\/template>light child<\/div>/);
    assert.match(html, /<div id="closed"><template shadowrootmode="closed"><p>closed text<\/p>/);
    assert.match(
      html,
      /<template shadowrootmode="open" shadowrootdelegatesfocus="" shadowrootclonable=""><p>declared/,
    );
    assert.match(
      html,
      /<slot id="first" name="keepleaf-slot-0" data-keepleaf-slot="0"><\/slot>.*<b slot="keepleaf-slot-0" data-keepleaf-in="0 1">one<\/b><i>two<\/i><u slot="keepleaf-slot-0" data-keepleaf-in="0 0">three<\/u>/,
    );
    assert.equal(stored.at("dot.png?shadow")?.status, "ok");
    assert.equal(stored.at("dot.png?adopted")?.status, "ok");
    await page.close();
  });
});
