// Where Chromium gives its own snapshot of the tab: the same parts, with fewer requests; and where it gives nothing of use.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowsers } from "./harness/in-browsers.ts";

const svg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">\n<rect id="é"/>\n</svg>\n',
);

inBrowsers(
  "the browser's own snapshot as a source",
  (running) => {
    const listed = (stored: { parts: readonly { role: string; url?: string; status: string }[] }) =>
      stored.parts.map(({ role, url, status }) => `${role} ${url?.split("/").pop() ?? ""} ${status}`);

    test("pictures are the server's bytes, whatever the browser wrote of them", async () => {
      const { site } = running;
      const dot = site.url("canvas/dot.png", "127.0.0.2");
      const picture = site.put("lines.svg", "image/svg+xml", svg).replace("127.0.0.1", "127.0.0.2");
      const page = await running.browser.newPage();
      await page.goto(
        site.put(
          "both.html",
          "text/html",
          Buffer.from(`<!DOCTYPE html><img src="${dot}"><img src="${picture}">`),
        ),
      );
      const fetched = Buffer.from(await (await fetch(dot)).arrayBuffer());
      const stored = await running.browser.capture(page);
      assert.deepEqual(listed(stored), ["document both.html ok", "image dot.png ok", "image lines.svg ok"]);
      assert.ok(stored.bytes(stored.at("dot.png")).equals(fetched));
      assert.ok(stored.bytes(stored.at("lines.svg")).equals(svg));
      await page.close();
    });

    test("a sheet that the page may use and not read comes from there, with what it imports, and without a request", async () => {
      const { site } = running;
      const other = (url: string) => url.replace("127.0.0.1", "127.0.0.2");
      const png = await fetch(site.url("canvas/dot.png"));
      const image = other(site.put("shown.png", "image/png", Buffer.from(await png.arrayBuffer())));
      site.put("deep.css", "text/css", Buffer.from(`p { background: url("shown.png") }`));
      const sheet = other(
        site.put(
          "opaque.css",
          "text/css; charset=windows-1252",
          Buffer.from(
            '@charset "windows-1252"; @import "deep.css" screen; p::before { content: "\xe9t\xe9 = =3D" } .gone { background: url("gone.png") }\n@layer a { p { color: rgb(1, 2, 3) } }',
            "latin1",
          ),
        ),
      );
      const page = await running.browser.newPage();
      await page.goto(
        site.put(
          "opaque.html",
          "text/html",
          Buffer.from(`<!DOCTYPE html><link rel="stylesheet" href="${sheet}"><p>text`),
        ),
      );
      site.requests.length = 0;
      const stored = await running.browser.capture(page);
      assert.deepEqual(site.requests, []);
      assert.deepEqual(listed(stored), [
        "document opaque.html ok",
        "stylesheet opaque.css ok",
        "stylesheet deep.css ok",
        "image shown.png ok",
      ]);
      const written = stored.named(stored.html, '<link rel="stylesheet" href="');
      const text = stored.text(written);
      assert.match(text, /content: "été = =3D"/);
      assert.match(text, /@layer a/);
      const imported = stored.named(text, '@import url("');
      assert.ok(stored.text(imported).includes(`url("${image}")`));
      await page.close();
    });

    test("a page without pictures, and one that shows none of what its sheets name, ask the network for nothing", async () => {
      for (const path of ["basics/index.html", "styles/index.html"]) {
        const page = await running.browser.open(path);
        const before = new Set(running.site.requests);
        running.site.requests.length = 0;
        const stored = await running.browser.capture(page);
        assert.ok(stored.parts.length > 5);
        assert.deepEqual(
          running.site.requests.filter((address) => before.has(address)),
          [],
        );
        await page.close();
      }
    });
  },
  { hosts: ["127.0.0.1", "127.0.0.2"], pageCapture: true },
);
