import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowsers } from "./harness/in-browsers.ts";

inBrowsers("captures that can't be", (running) => {
  test("a page that is left in the middle is reported as gone, and nothing is finished", async () => {
    running.site.put(
      "slow.html",
      "text/html",
      Buffer.from('<!DOCTYPE html><img src="/hang/picture"><img src="/canvas/dot.png">'),
    );
    const page = await running.browser.openUnfinished("made/slow.html");
    const stored = await running.browser.captureUrl(running.site.url("made/slow.html"), {
      leaveAt: "resources",
    });
    assert.equal(stored.outcome.error?.reason, "page_gone");
    await page.close();
  });

  test("a capture that is stopped says so, before it begins and while it runs", async () => {
    const page = await running.browser.open("basics/index.html");
    for (const cancelAt of ["start", "reading", "resources"] as const) {
      const stored = await running.browser.capture(page, { cancelAt });
      assert.equal(stored.outcome.error?.reason, "cancelled", cancelAt);
    }
    await page.close();
  });

  test("a page that extensions may not read is refused with that reason", async () => {
    // A page of an extension, this one's driver: no script may enter it.
    const scheme = running.name === "chromium" ? "chrome-extension://" : "moz-extension://";
    const stored = await running.browser.captureUrl(scheme);
    assert.equal(stored.outcome.error?.reason, "page_protected");
  });

  test("a page of a site without access is refused, not kept empty", async () => {
    const page = await running.browser.open("basics/index.html", "127.0.0.2");
    const stored = await running.browser.captureUrl(running.site.url("basics/index.html", "127.0.0.2"));
    // Firefox gives no reason for a refusal: it may be a file's own viewer, which access to the site would open.
    const reason = running.name === "firefox" ? "page_needs_access" : "page_protected";
    assert.equal(stored.outcome.error?.reason, reason);
    await page.close();
  });

  test("moving within a page while it is captured does not end the capture", async () => {
    running.site.put(
      "moving.html",
      "text/html",
      Buffer.from(`<!DOCTYPE html><title>moving</title><img src="/canvas/dot.png"><img src="/canvas/dot.png?2"><script>
        setInterval(() => history.pushState({}, "", "#" + Math.random()), 5);
      </script>`),
    );
    const page = await running.browser.openUnfinished("made/moving.html#");
    const stored = await running.browser.captureUrl(running.site.url("made/moving.html"));
    assert.equal(stored.outcome.error, undefined);
    assert.equal(stored.outcome.page?.title, "moving");
    await page.close();
  });

  test("progress is told: reading, resources, done", async () => {
    const page = await running.browser.open("basics/index.html");
    const stored = await running.browser.capture(page);
    const progress = stored.outcome.progress ?? [];
    assert.deepEqual([...new Set(progress.map((one) => one.stage))], ["reading", "resources", "done"]);
    const last = progress.at(-1);
    assert.deepEqual([last?.done, last?.total], [13, 13]);
    await page.close();
  });
});
