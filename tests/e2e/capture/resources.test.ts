import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowsers } from "./harness/in-browsers.ts";

inBrowsers("resources", (running) => {
  test("pictures: what was shown, and what waits for script or for being scrolled to", async () => {
    const page = await running.browser.open("images/index.html");
    await page.waitForSelector("[data-ready=yes]");
    const stored = await running.browser.capture(page);
    const images = stored.parts.filter((part) => part.role === "image");
    assert.deepEqual(
      images.map((part) => `${part.url?.split("/").pop() ?? "(blob)"} ${part.status}`),
      [
        "dot.png?a,b ok",
        "dot.png?source ok",
        "(blob) ok",
        "dot.png?lazy-data ok",
        "dot.png?lazy-noscript ok",
        "dot.png?small ok",
        "dot.png?input ok",
        "dot.png?svg ok",
        "sprite.svg ok",
        "dot.png?set1 ok",
        "dot.png?set2 ok",
        "dot.png?table ok",
        "dot.png?native-lazy ok",
      ],
    );
    const url = (path: string): string => running.site.url(`images/${path}`);
    for (const markup of [
      `<img id="srcset" src="${url("dot.png?a,b")}" srcset="${url("dot.png?a,b")} 1x, ${url("dot.png?two")} 2x" width="10">`,
      `<source media="(min-width: 1px)" srcset="${url("dot.png?source")}"><img src="${url("dot.png?source")}">`,
      '<img id="blob" src="keepleaf-part:3">',
      '<img id="data" src="data:image/gif;base64,',
      `<img id="lazy-data" src="${url("dot.png?lazy-data")}"`,
      `<img id="lazy-noscript" src="${url("dot.png?lazy-noscript")}"`,
      `<use xlink:href="${url("sprite.svg#leaf")}"`,
      '<use href="#local"></use>',
      `<template><img src="${url("dot.png?template")}"></template>`,
      `image-set(url(&quot;${url("dot.png?set1")}&quot;) 1x`,
    ]) {
      assert.ok(stored.html.includes(markup), markup);
    }
    assert.deepEqual(stored.bytes(stored.part(3)), stored.bytes(stored.at("dot.png?input")), "blob: bytes");
    await page.close();
  });

  test("nothing that the browser already has is asked of the network again", async () => {
    const page = await running.browser.open("basics/index.html");
    const before = new Set(running.site.requests);
    assert.ok(before.has(running.site.url("basics/style.css")));
    running.site.requests.length = 0;
    await running.browser.capture(page);
    assert.deepEqual(
      running.site.requests.filter((address) => before.has(address)),
      [],
    );
    await page.close();
  });

  test("a picture that the page asked for in vain is not asked for again; what only looks broken is kept", async () => {
    const { site } = running;
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>');
    const sizeless = site.put("sizeless.svg", "image/svg+xml", svg);
    const odd = site.put("odd.png", "image/png", Buffer.from("bytes that are no picture to this browser"));
    const gone = [site.url("made/gone-a.png"), site.url("made/gone-b.png", "127.0.0.2")];
    const late = site.put("late.png", "image/svg+xml", svg);
    const pictures = [...gone, sizeless, odd].map((url) => `<img src="${url}">`).join("");
    const waiting = `<p style="margin-top:40000px"><img loading="lazy" src="${late}">`;
    const page = await running.browser.newPage();
    await page.goto(
      site.put("broken.html", "text/html", Buffer.from(`<!DOCTYPE html>${pictures}${waiting}<p>text`)),
    );
    site.requests.length = 0;
    const stored = await running.browser.capture(page);
    const statusOf = (name: string) => stored.at(name)?.status;
    assert.equal(statusOf("gone-a.png"), "http_404");
    assert.match(statusOf("gone-b.png") ?? "", /^(?:http_404|unreachable)$/);
    assert.deepEqual(
      [statusOf("sizeless.svg"), statusOf("odd.png"), statusOf("late.png")],
      ["ok", "ok", "ok"],
    );
    assert.deepEqual(
      site.requests.filter((address) => /gone|sizeless|odd/.test(address)),
      [],
    );
    await page.close();
  });

  test("a picture that only rules name which select nothing is not asked for; what pointing at things shows is", async () => {
    const { site } = running;
    const sheet = Buffer.from(`
      .gone { background: url(gone.svg) } a:hover { background: url(hover.svg) }
      @media (min-width: 1px) { .gone::before { content: url(gone-before.svg) } p::before { content: url(before.svg) } }
      @media print { .gone { background: url(print.svg) } } article { .gone & { background: url(nested.svg) } }
      .gone { background: url(both.svg) } p { list-style: url(both.svg) }`);
    for (const name of [
      "gone",
      "hover",
      "gone-before",
      "before",
      "print",
      "nested",
      "both",
      "inline",
      "inline-gone",
    ]) {
      site.put(`${name}.svg`, "image/svg+xml", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'));
    }
    const inline =
      "<style>i.gone { background: url(inline-gone.svg) } i { background: url(inline.svg) }</style>";
    const markup = `<!DOCTYPE html><link rel="stylesheet" href="${site.put("named.css", "text/css", sheet)}">${inline}
      <p>text <a href="#">link</a> <i>shown</i>`;
    const page = await running.browser.newPage();
    await page.goto(site.put("named.html", "text/html", Buffer.from(markup)));
    const stored = await running.browser.capture(page);
    const named = stored.parts.filter(({ role }) => role === "image").map(({ url }) => url?.split("/").pop());
    assert.deepEqual(named.sort(), [
      "before.svg",
      "both.svg",
      "hover.svg",
      "inline.svg",
      "nested.svg",
      "print.svg",
    ]);
    assert.deepEqual(
      site.requests.filter((address) => /gone/.test(address)),
      [],
    );
    await page.close();
  });

  test("of icons for every device a small one and a large one are kept, and the rest where all sizes are wanted", async () => {
    const { site } = running;
    const touch = [57, 180, 120].map(
      (size) => `<link rel="apple-touch-icon" sizes="${size}x${size}" href="/canvas/dot.png?touch${size}">`,
    );
    const tab = [192, 16, 32].map(
      (size) => `<link rel="icon" sizes="${size}x${size}" href="/canvas/dot.png?tab${size}">`,
    );
    const page = await running.browser.newPage();
    await page.goto(site.put("icons.html", "text/html", Buffer.from(`${touch.join("")}${tab.join("")}<p>x`)));
    const icons = async (allSizes: boolean) =>
      (await running.browser.capture(page, { allSizes })).parts
        .filter(({ role }) => role === "icon")
        .map(({ url }) => url?.split("?")[1]);
    assert.deepEqual(await icons(false), ["touch180", "tab16", "tab32"]);
    assert.deepEqual(await icons(true), ["touch57", "touch180", "touch120", "tab192", "tab16", "tab32"]);
    await page.close();
  });

  test("a resource over the limit is left out and listed", async () => {
    running.site.put("big.png", "image/png", Buffer.alloc(300_000, 7));
    const address = running.site.put(
      "big.html",
      "text/html; charset=utf-8",
      Buffer.from('<!DOCTYPE html><img src="big.png"><img src="/canvas/dot.png">'),
    );
    const page = await running.browser.newPage();
    await page.goto(address);
    const over = await running.browser.capture(page, { resourceLimit: 299_999 });
    assert.equal(over.at("big.png")?.status, "too_large");
    assert.equal(over.at("big.png")?.object, undefined);
    assert.equal(over.at("dot.png")?.status, "ok");
    const exact = await running.browser.capture(page, { resourceLimit: 300_000 });
    assert.equal(exact.bytes(exact.at("big.png")).length, 300_000);
    await page.close();
  });

  test("sound and film have a limit of their own, and with 0 are not even asked for", async () => {
    const tone = (name: string) => running.site.put(name, "audio/wav", Buffer.alloc(200_000, 1));
    const [small, none] = [tone("tone.wav"), tone("none.wav")];
    const markup = (url: string) =>
      Buffer.from(`<!DOCTYPE html><audio preload="none" src="${url}"></audio><img src="/canvas/dot.png">`);
    const page = await running.browser.newPage();
    await page.goto(running.site.put("tone.html", "text/html", markup(small)));
    const over = await running.browser.capture(page, { mediaLimit: 199_999 });
    assert.equal(over.at("tone.wav")?.status, "too_large");
    assert.equal(over.at("dot.png")?.status, "ok");
    const exact = await running.browser.capture(page, { mediaLimit: 200_000, resourceLimit: 100_000 });
    assert.equal(exact.bytes(exact.at("tone.wav")).length, 200_000);
    await page.goto(running.site.put("none.html", "text/html", markup(none)));
    running.site.requests.length = 0;
    const without = await running.browser.capture(page, { mediaLimit: 0 });
    assert.equal(without.at("none.wav")?.status, "too_large");
    assert.deepEqual(
      running.site.requests.filter((address) => address.includes("none.wav")),
      [],
    );
    await page.close();
  });

  test("of a picture's sizes the one that was shown is kept, or all where a person wants them", async () => {
    const page = await running.browser.open("images/index.html");
    await page.waitForSelector("[data-ready=yes]");
    const shown = await running.browser.capture(page);
    assert.equal(shown.at("dot.png?a,b")?.status, "ok");
    for (const other of ["dot.png?two", "dot.png?fallback"]) assert.equal(shown.at(other), undefined, other);
    const all = await running.browser.capture(page, { allSizes: true });
    for (const size of ["dot.png?a,b", "dot.png?two", "dot.png?source"]) {
      assert.equal(all.at(size)?.status, "ok", size);
    }
    assert.equal(all.html.replace(/keepleaf-part:\d+/g, ""), shown.html.replace(/keepleaf-part:\d+/g, ""));
    await page.close();
  });

  test("a resource of many pieces arrives whole", async () => {
    const bytes = Buffer.alloc(9_000_001);
    for (let at = 0; at < bytes.length; at += 4)
      bytes.writeUInt32LE((at * 2654435761) >>> 0, Math.min(at, bytes.length - 4));
    running.site.put("many.bin", "image/x-made", bytes);
    const page = await running.browser.newPage();
    await page.goto(
      running.site.put(
        "many.html",
        "text/html",
        Buffer.from('<!DOCTYPE html><link rel="icon" href="many.bin"><p>text'),
      ),
    );
    const stored = await running.browser.capture(page);
    assert.ok(stored.bytes(stored.at("many.bin")).equals(bytes));
    await page.close();
  });

  test("other sites: CORS is honoured, and what only access to the site would give is listed so", async () => {
    const page = await running.browser.newPage();
    const foreign = (path: string): string => running.site.url(path, "127.0.0.2");
    await page.goto(
      running.site.put(
        "foreign.html",
        "text/html",
        Buffer.from(
          `<!DOCTYPE html><img src="${foreign("canvas/dot.png?cors")}"><img src="${foreign("canvas/dot.png")}">`,
        ),
      ),
    );
    const stored = await running.browser.capture(page);
    assert.deepEqual(
      stored.parts.slice(1).map((part) => part.status),
      ["ok", "no_permission"],
    );
    await page.close();
  });

  test("audio, posters and tracks are kept; streams are listed as unsupported", async () => {
    const page = await running.browser.openUnfinished("media/index.html");
    const stored = await running.browser.capture(page);
    assert.equal(stored.at("tone.wav")?.role, "audio");
    assert.equal(stored.bytes(stored.at("tone.wav")).length, 844);
    assert.equal(stored.at("dot.png?poster")?.status, "ok");
    assert.equal(stored.at("words.vtt")?.role, "text");
    assert.ok(stored.outcome.summary?.missing.some((missing) => missing.status === "unsupported"));
    await page.close();
  });
});

inBrowsers(
  "resources with access to other sites",
  (running) => {
    test("the background gets what the page may show but not read", async () => {
      const page = await running.browser.newPage();
      const foreign = running.site.url("canvas/dot.png", "127.0.0.2");
      const sheet = running.site.url("styles/plain.css", "127.0.0.2");
      await page.goto(
        running.site.put(
          "allowed.html",
          "text/html",
          Buffer.from(
            `<!DOCTYPE html><link rel="stylesheet" href="${sheet}"><img src="${foreign}"><p class="plain">shown`,
          ),
        ),
      );
      const stored = await running.browser.capture(page);
      assert.deepEqual(
        stored.parts.map((part) => `${part.role} ${part.status}`),
        ["document ok", "stylesheet ok", "image ok", "image ok"],
      );
      assert.ok(stored.html.includes(`href="${sheet}"`));
      await page.close();
    });

    test("frames of other sites capture themselves; those that may not be entered are listed", async () => {
      const page = await running.browser.open("frames/index.html");
      const stored = await running.browser.capture(page);
      const frame = (id: string): string => {
        const part = stored.named(stored.html, `id="${id}"`);
        return part.object === undefined ? part.status : stored.text(part);
      };
      assert.match(frame("same"), /child same/);
      assert.match(frame("foreign"), /child foreign/);
      assert.match(frame("sandboxed"), /<p id="who"><\/p>/);
      assert.equal(frame("refused"), "no_permission");
      assert.match(frame("blank"), /written into a blank frame/);
      assert.match(frame("object"), /child object/);
      assert.equal(stored.named(stored.html, 'id="image"').media_type, "image/png");
      const foreign = stored.named(stored.html, 'id="foreign"');
      const grandchild = stored.named(stored.text(foreign), "<iframe");
      assert.match(stored.text(grandchild), /<p>grandchild<\/p>/);
      assert.equal(grandchild.parent, foreign.n);
      assert.ok(stored.outcome.summary?.missing.some((missing) => missing.url.includes("127.0.0.3")));
      await page.close();
    });

    test("frames in closed shadow trees are found, those of other sites too", async () => {
      const page = await running.browser.open("shadow/index.html");
      const stored = await running.browser.capture(page);
      const frames = stored.parts.filter((part) => part.role === "frame");
      assert.deepEqual(
        frames.map((part) => part.status),
        ["ok", "ok"],
      );
      assert.ok(frames.every((part) => /frame text/.test(stored.text(part))));
      await page.close();
    });

    test("a frame that never answers does not hold up the page", async () => {
      const page = await running.browser.openUnfinished("frames/hanging.html");
      const stored = await running.browser.capture(page);
      assert.match(stored.html, /the page is there.*after/s);
      assert.deepEqual(stored.outcome.summary?.missing, [
        { url: running.site.url("hang/forever"), status: "no_answer" },
      ]);
      await page.close();
    });
  },
  { hosts: ["127.0.0.1", "127.0.0.2"] },
);

inBrowsers(
  "resources over a port that only carries JSON",
  (running) => {
    test("bytes arrive the same", async () => {
      const bytes = Buffer.from(Array.from({ length: 500_000 }, (_, at) => (at * 31) & 255));
      running.site.put("json.bin", "image/x-made", bytes);
      const page = await running.browser.newPage();
      await page.goto(
        running.site.put(
          "json.html",
          "text/html",
          Buffer.from('<!DOCTYPE html><link rel="icon" href="json.bin"><p>日本'),
        ),
      );
      const stored = await running.browser.capture(page);
      assert.ok(stored.bytes(stored.at("json.bin")).equals(bytes));
      await page.close();
    });
  },
  { structuredClone: false },
);
