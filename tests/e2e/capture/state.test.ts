import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowsers } from "./harness/in-browsers.ts";

inBrowsers("state", (running) => {
  test("what was typed and chosen is written into the markup", async () => {
    const page = await running.browser.open("state/index.html");
    const { html } = await running.browser.capture(page);
    for (const markup of [
      '<input id="typed" value="typed text &quot;quoted&quot;">',
      '<input id="emptied" value="">',
      '<input id="box-on" type="checkbox" checked="">',
      '<input id="box-off" type="checkbox">',
      '<input id="box-mixed" type="checkbox" data-keepleaf-indeterminate="">',
      '<input type="radio" name="r" id="r1"><input type="radio" name="r" id="r2" checked="">',
      '<input type="range" id="range" min="0" max="10" value="7">',
      '<textarea id="area">typed\n&lt;/textarea&gt;&lt;b&gt;markup&lt;/b&gt;</textarea>',
      '<textarea id="newline">\n\nleading newline</textarea>',
      '<select id="one"><option>a</option><option selected="">b</option></select>',
      '<option>a</option><option selected="">b</option><option selected="">c</option></select>',
      '<div id="editable" contenteditable="">edited</div>',
      '<details id="details" open="">',
      '<div id="box" data-keepleaf-scroll="0 120">',
      '<dialog id="plain-dialog" open="">',
      // A form whose fields shadow its DOM properties.
      '<form>\n  <input name="attributes" id="clobber"><input name="firstChild">',
    ]) {
      assert.ok(html.includes(markup), markup);
    }
    await page.close();
  });

  test("secrets are never written", async () => {
    const page = await running.browser.open("state/index.html");
    const stored = await running.browser.capture(page);
    assert.match(stored.html, /<input id="secret" type="password">/);
    assert.match(stored.html, /<input id="token" type="hidden" name="token">/);
    for (const part of stored.parts) {
      if (part.object !== undefined && part.role === "document") {
        // The script that typed them is no longer there either.
        assert.doesNotMatch(stored.text(part), /canary/);
      }
    }
    await page.close();
  });

  test("modal dialogs and popovers stand where they stood, without any script", async () => {
    const page = await running.browser.open("state/index.html");
    const boxes = (): Promise<number[][]> =>
      page.evaluate(() =>
        ["modal", "pop", "unpopped"].map((id) => {
          const box = document.getElementById(id)?.getBoundingClientRect();
          return [box?.x ?? -1, box?.y ?? -1, box?.width ?? -1, box?.height ?? -1].map(Math.round);
        }),
      );
    const live = await boxes();
    const stored = await running.browser.capture(page);
    assert.match(stored.html, /<dialog id="modal" open="" data-keepleaf-top-layer="modal 1"/);
    assert.match(stored.html, /box-shadow:0 0 0 200vmax rgba\(0, 0, 128, 0\.5\)/);
    assert.match(stored.html, /id="pop" popover="manual" data-keepleaf-top-layer="popover 2"/);
    assert.doesNotMatch(stored.html, /<script/);
    await page.goto(
      running.site.put("state-kept.html", "text/html; charset=utf-8", stored.bytes(stored.parts[0])),
    );
    assert.deepEqual(await boxes(), live);
    await page.close();
  });

  test("canvas pixels are kept as a picture that stands in the canvas", async () => {
    const page = await running.browser.open("canvas/index.html");
    await page.waitForSelector("[data-ready=yes]");
    const stored = await running.browser.capture(page);
    const pixels = stored.named(
      stored.html,
      '<canvas id="drawn" width="20" height="10" style="background: yellow;',
    );
    assert.equal(pixels.role, "canvas");
    assert.equal(pixels.media_type, "image/png");
    const data = `data:image/png;base64,${stored.bytes(pixels).toString("base64")}`;
    const colour = await page.evaluate(async (source: string) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = image.width;
      canvas.height = image.height;
      const context = canvas.getContext("2d");
      context?.drawImage(image, 0, 0);
      return [image.width, image.height, ...(context?.getImageData(5, 5, 1, 1).data ?? [])];
    }, data);
    assert.deepEqual(colour, [20, 10, 1, 2, 3, 255]);
    await page.close();
  });

  // Where a picture of the tab is allowed, it is cut out of that (canvas-seen.test.ts).
  test("a tainted canvas is listed as missing, one without size is not", async () => {
    const page = await running.browser.open("canvas/index.html");
    await page.waitForSelector("[data-ready=yes]");
    const stored = await running.browser.capture(page);
    assert.deepEqual(stored.outcome.summary?.missing, [{ url: "", status: "tainted" }]);
    assert.match(stored.html, /<canvas id="empty" width="0" height="10"><\/canvas>/);
    await page.close();
  });

  test("an empty canvas above words is no picture of them", async () => {
    running.site.put(
      "veil.html",
      "text/html",
      Buffer.from(`<!DOCTYPE html><body data-ready="yes"><p style="position: relative">words<canvas id="veil" width="40" height="20"
style="position: absolute; left: 0; top: 0"></canvas></p><canvas id="plain" width="40" height="20"></canvas>`),
    );
    const page = await running.browser.open("made/veil.html");
    const stored = await running.browser.capture(page);
    for (const id of ["veil", "plain"]) {
      const pixels = stored.bytes(stored.named(stored.html, `<canvas id="${id}"`));
      const clear = await page.evaluate(async (data) => {
        const image = new Image();
        image.src = `data:image/png;base64,${data}`;
        await image.decode();
        const canvas = document.createElement("canvas");
        const context = canvas.getContext("2d");
        context?.drawImage(image, 0, 0);
        return context?.getImageData(0, 0, 40, 20).data.every((value) => value === 0);
      }, pixels.toString("base64"));
      assert.ok(clear, id);
    }
    await page.close();
  });
});
