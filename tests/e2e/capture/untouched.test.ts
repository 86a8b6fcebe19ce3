// The promise that capturing leaves the live page as it is, watched from the page's own side.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { inBrowsers } from "./harness/in-browsers.ts";

interface Watched {
  mutations: number;
  events: string[];
  upgrades: number;
}

const scripts = new URL("../../fixtures/pages/watch/", import.meta.url);
const watch = await readFile(new URL("watch.js", scripts), "utf8");
const trap = await readFile(new URL("trap.js", scripts), "utf8");

inBrowsers("the live page", (running) => {
  for (const path of [
    "state/index.html",
    "styles/index.html",
    "shadow/index.html",
    "canvas/index.html",
    "images/index.html",
  ]) {
    test(`is not changed by a capture: ${path}`, async () => {
      const page = await running.browser.open(path);
      await page.evaluate(watch);
      await page.evaluate("settled");
      const before = await page.evaluate("liveState()");
      await page.evaluate("forget()");
      const stored = await running.browser.capture(page);
      assert.ok(stored.parts.length > 0);
      assert.equal(await page.evaluate("liveState()"), before);
      const watched = (await page.evaluate("watched")) as Watched;
      // Bringing the tab to the front is the test's own doing.
      watched.events = watched.events.filter((type) => type !== "focus" && type !== "blur");
      assert.deepEqual(watched, { mutations: 0, events: [], upgrades: 0 });
      await page.close();
    });
  }

  test("shadow trees, frames, focus, selection, animations and globals are as they were", async () => {
    const page = await running.browser.open("watch/whole.html");
    await page.evaluate("ready");
    const state = "JSON.stringify([liveState(), deepState()])";
    const before = await page.evaluate(state);
    const stored = await running.browser.capture(page);
    assert.ok(stored.parts.some(({ role }) => role === "frame"));
    assert.equal(await page.evaluate(state), before);
    const seen = (await page.evaluate("[watched, frames[0].watched]")) as (Watched & { deeper?: unknown })[];
    for (const one of seen) one.events = one.events.filter((type) => type !== "focus" && type !== "blur");
    const nothing = { mutations: 0, events: [], upgrades: 0 };
    assert.deepEqual(seen, [{ ...nothing, deeper: { mutations: 0, events: [] } }, nothing]);
    // The canvas that had no context can still be given any.
    const context = await page.evaluate(
      "!!document.getElementById('untouched').getContext('bitmaprenderer') && !!document.getElementById('none')",
    );
    assert.ok(context);
    await page.close();
  });

  test("what a page can see of the bytes being read is its own addresses, out of the cache", async () => {
    const page = await running.browser.open("watch/whole.html");
    await page.evaluate("ready");
    await running.browser.capture(page);
    const requested = (await page.evaluate("requested")) as [string, number][];
    const known = ["dot.png", "whole-frame.html", "watch.js"];
    for (const [url] of requested)
      assert.ok(
        known.some((name) => url.includes(name)),
        url,
      );
    // A picture that waits to be scrolled to is in no cache yet; everything else costs no request.
    const sent = requested.filter(([url, size]) => size > 0 && !url.includes("?far"));
    assert.deepEqual(sent, []);
    await page.close();
  });

  for (const path of ["basics/index.html", "state/index.html", "shadow/index.html", "canvas/index.html"]) {
    test(`a page that patches everything can neither notice nor mislead a capture: ${path}`, async () => {
      const page = await running.browser.open(path);
      const before = await running.browser.capture(page);
      await page.evaluate(trap);
      // Asking the page to come to the front would run into its own traps.
      const stored = await running.browser.captureUrl(page.url());
      assert.equal(stored.html, before.html);
      assert.deepEqual(
        stored.parts.map(({ url, status }) => [url, status]),
        before.parts.map(({ url, status }) => [url, status]),
      );
      assert.equal(await page.evaluate("calls"), 0);
      await page.close();
    });
  }

  test("a strict policy of the page does not keep the capture from reading it", async () => {
    const page = await running.browser.open(
      "basics/index.html?csp=default-src%20'self'%3B%20require-trusted-types-for%20'script'",
    );
    const stored = await running.browser.capture(page);
    assert.equal(stored.at("style.css")?.status, "ok");
    assert.equal(stored.at("dot.png")?.status, "ok");
    await page.close();
    const none = await running.browser.open(
      "basics/index.html?csp=default-src%20'none'%3B%20img-src%20'self'",
    );
    const kept = await running.browser.capture(none);
    assert.equal(kept.at("dot.png")?.status, "ok");
    await none.close();
  });
});
