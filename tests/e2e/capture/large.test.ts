// Pages that are large, and pages that do not keep still while they are read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowsers } from "./harness/in-browsers.ts";

const rows = 33_000;
// Three elements and two texts a row.
const table = Array.from({ length: rows }, (_, n) => `<tr><td>row ${n}<td>cell</tr>`).join("");
const largePage = (script: string) =>
  `<!doctype html><title>Large</title><h1 id="first">0</h1><table>${table}</table><p id="last">0</p><script>${script}</script>`;

inBrowsers("large pages", (running) => {
  test("100,000 nodes are kept, all of them, while the page goes on", async (t) => {
    running.site.put("large.html", "text/html", Buffer.from(largePage("")));
    const page = await running.browser.open("made/large.html");
    // How late a timer of the page's own comes is how long the page stood still.
    await page.evaluate(() => {
      const world = globalThis as unknown as { latest: number };
      let last = performance.now();
      world.latest = 0;
      setInterval(() => {
        world.latest = Math.max(world.latest, performance.now() - last);
        last = performance.now();
      }, 5);
    });
    const { html } = await running.browser.capture(page);
    const latest = await page.evaluate(() => (globalThis as unknown as { latest: number }).latest);
    t.diagnostic(`the page stood still for ${latest.toFixed(0)} ms at the most`);
    assert.equal(html.match(/<tr>/g)?.length, rows);
    const end = '<td>row 32999</td><td>cell</td></tr></tbody></table><p id="last">0</p>';
    assert.ok(html.includes(end), html.slice(-200));
    assert.equal(html.includes("data-keepleaf-torn"), false);
    await page.close();
  });

  test("a page that never keeps still is kept, and marked", async () => {
    const script = `let n = 0; setInterval(() => { first.textContent = last.textContent = ++n; }, 1)`;
    running.site.put("restless.html", "text/html", Buffer.from(largePage(script)));
    const page = await running.browser.open("made/restless.html");
    const { html } = await running.browser.capture(page);
    assert.ok(html.startsWith('<!DOCTYPE html><html data-keepleaf-torn="">'), html.slice(0, 200));
    assert.equal(html.match(/<tr>/g)?.length, rows);
    await page.close();
  });

  test("rows that come and go under the walk cost none of those that stay", async () => {
    const script = `
      let n = 0;
      setInterval(() => {
        const body = document.querySelector("tbody");
        body.insertRow(0).insertCell().textContent = "new";
        body.rows[Math.min(body.rows.length - 1, 3 + (n++ * 997) % ${rows})].className = "touched";
        body.deleteRow(0);
      }, 1)`;
    running.site.put("rows.html", "text/html", Buffer.from(largePage(script)));
    const page = await running.browser.open("made/rows.html");
    const { html } = await running.browser.capture(page);
    const kept = new Set([...html.matchAll(/<td>row (\d+)<\/td>/g)].map(([, n]) => n));
    assert.equal(kept.size, rows);
    assert.ok(html.includes('<p id="last">'), html.slice(-200));
    await page.close();
  });

  test("changes within a page that is small enough to be read in one go leave it whole", async () => {
    const script = `let n = 0; setInterval(() => { first.textContent = last.textContent = ++n; }, 1)`;
    const small = `<!doctype html><title>Small</title><h1 id="first">0</h1><p id="last">0</p><script>${script}</script>`;
    running.site.put("small.html", "text/html", Buffer.from(small));
    const page = await running.browser.open("made/small.html");
    const { html } = await running.browser.capture(page);
    const [, first, last] = /<h1 id="first">(\d+)<\/h1><p id="last">(\d+)<\/p>/.exec(html) ?? [];
    assert.equal(first, last);
    assert.doesNotMatch(html, /data-keepleaf-torn/);
    await page.close();
  });

  test("30 MB of style sheet are kept byte for byte", async () => {
    const rule = `.a { color: #123456; background: url("dot.png"); margin: 1px 2px 3px 4px }\n`;
    const css = Buffer.from(rule.repeat(Math.ceil((30 << 20) / rule.length)));
    running.site.put("large.css", "text/css", css);
    running.site.put(
      "styled.html",
      "text/html",
      Buffer.from(`<!doctype html><link rel="stylesheet" href="large.css"><p class="a">text`),
    );
    const page = await running.browser.open("made/styled.html");
    const stored = await running.browser.capture(page);
    const sheet = stored.parts.find(({ role }) => role === "stylesheet");
    assert.equal(sheet?.status, "ok");
    assert.equal(Buffer.compare(stored.bytes(sheet), css), 0);
    await page.close();
  });
});
