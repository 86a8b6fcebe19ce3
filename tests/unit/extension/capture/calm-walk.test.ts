// When a document counts as changed behind a walk that pauses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import { walkCalmly } from "../../../../extension/src/capture/frame/calm-walk.ts";

const { window } = new JSDOM(`<!doctype html><body>${"<p>text</p>".repeat(200)}`, {
  pretendToBeVisual: true,
});
Object.assign(globalThis, { Node: window.Node, MutationObserver: window.MutationObserver });
const { document } = window;
const paragraphs = [...document.querySelectorAll("p")];

/** Walks the paragraphs slowly; at the first pause `change` is what the page does. */
async function walk(change: () => void): Promise<{ changed: boolean; pauses: number }> {
  let pauses = 0;
  function* steps(): Generator<Node, void, boolean> {
    for (const paragraph of paragraphs) {
      const until = performance.now() + 2;
      while (performance.now() < until);
      if (pauses === 0) setTimeout(change, 0);
      if (yield paragraph as unknown as Node) pauses++;
    }
  }
  const changed = await walkCalmly(window as unknown as Window, steps(), [document as unknown as Node]);
  return { changed, pauses };
}

const once = (change: () => void) => {
  let done = false;
  return () => {
    if (!done) change();
    done = true;
  };
};

test("nothing changes: nothing is torn, and the page had its turns", async () => {
  const { changed, pauses } = await walk(() => {});
  assert.equal(changed, false);
  assert.ok(pauses >= 3);
});

test("a change of what was written is one", async () => {
  assert.equal((await walk(once(() => paragraphs[0]?.setAttribute("class", "x")))).changed, true);
  assert.equal((await walk(once(() => paragraphs[1]?.firstChild?.remove()))).changed, true);
  assert.equal((await walk(once(() => document.body.setAttribute("class", "x")))).changed, true);
  const first = document.createElement("hr");
  assert.equal((await walk(once(() => document.body.prepend(first)))).changed, true);
});

test("a change of what is still to be written is none", async () => {
  assert.equal((await walk(once(() => paragraphs.at(-1)?.setAttribute("class", "x")))).changed, false);
  assert.equal((await walk(once(() => document.body.append("more")))).changed, false);
});

test("a hidden page is read in one go: its timers would come once a second", async () => {
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  assert.deepEqual(await walk(() => {}), { changed: false, pauses: 0 });
});
