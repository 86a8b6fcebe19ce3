import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { CaptureController, Target } from "../../../extension/src/background/capture-controller.ts";
import type { JobView } from "../../../extension/src/background/ui-messages.ts";
import { settled } from "./support/fake-clock.ts";

type Listener = (id: number) => void;
const updated = new Set<Listener>();
const removed = new Set<Listener>();
let tab: { id: number; url: string; title: string; status: string; pendingUrl?: string } | null = null;
let created: Record<string, unknown> = {};
let closed: number[] = [];
let waited = 0;

Object.assign(globalThis, {
  chrome: {
    runtime: {},
    tabs: {
      create: async (options: Record<string, unknown>) => {
        created = options;
        tab = { id: 7, url: "", title: "", status: "complete", pendingUrl: String(options.url) };
        return tab;
      },
      get: async () => {
        if (!tab) throw new Error("No tab with id: 7");
        return tab;
      },
      remove: async (id: number) => {
        closed.push(id);
      },
      onUpdated: {
        addListener: (run: Listener) => updated.add(run),
        removeListener: (run: Listener) => updated.delete(run),
      },
      onRemoved: {
        addListener: (run: Listener) => removed.add(run),
        removeListener: (run: Listener) => removed.delete(run),
      },
    },
    scripting: {
      executeScript: async () => {
        waited++;
        return [];
      },
    },
  },
});
const { captureLink } = await import("../../../extension/src/background/link-capture.ts");

const link = {
  url: "https://a.example/",
  title: "the link's words",
  private: false,
  windowId: 3,
  openerTabId: 5,
};
let targets: Target[] = [];

/** How each attempt ends, the last for all that follow. */
function controller(
  done: Promise<void> = Promise.resolve(),
  ends: Partial<JobView>[] = [{ stage: "waiting" }],
): CaptureController {
  return {
    keep: async (target: Target) => {
      targets.push(target);
      return { job: { view: ends[targets.length - 1] ?? ends.at(-1) }, done };
    },
  } as unknown as CaptureController;
}
function becomes(change: Partial<NonNullable<typeof tab>>): void {
  if (tab) Object.assign(tab, change);
  for (const listener of [...updated]) listener(7);
}

beforeEach(() => {
  targets = [];
  closed = [];
  waited = 0;
});

test("a link is opened behind the page that it is on, read when it has loaded and settled, and closed", async () => {
  const capturing = captureLink(link, controller());
  await settled();
  assert.deepEqual(created, { url: link.url, windowId: 3, active: false, openerTabId: 5 });
  assert.equal(targets.length, 0, "the empty page of a new tab is not the link's");
  becomes({ status: "loading", url: link.url, pendingUrl: undefined });
  await settled();
  assert.equal(targets.length, 0);
  becomes({ status: "complete", url: "https://a.example/redirected", title: "A" });
  await capturing;
  assert.equal(waited, 1);
  assert.deepEqual(targets, [
    { tabId: 7, url: "https://a.example/redirected", title: "A", private: false, engine: "link_tab" },
  ]);
  assert.deepEqual(closed, [7]);
  assert.equal(updated.size + removed.size, 0, "no listener stays");
});

test("the tab stays open until everything was read, and is closed when reading fails", async () => {
  let fail: (error: Error) => void = () => {};
  const done = new Promise<void>((_, reject) => {
    fail = reject;
  });
  const capturing = captureLink(link, controller(done));
  await settled();
  becomes({ status: "complete", url: link.url, pendingUrl: undefined });
  await settled();
  assert.equal(targets.length, 1);
  assert.deepEqual(closed, []);
  fail(new Error("the page went away"));
  await assert.rejects(capturing);
  assert.deepEqual(closed, [7]);
});

test("a tab that the person closes ends the capture", async () => {
  const capturing = captureLink(link, controller());
  await settled();
  tab = null;
  for (const listener of [...removed]) listener(7);
  await assert.rejects(capturing, /No tab/);
  assert.equal(targets.length, 0);
});

test("a link without a title of its own keeps the words that it was found under", async () => {
  const capturing = captureLink(link, controller());
  await settled();
  becomes({ status: "complete", url: link.url, pendingUrl: undefined });
  await capturing;
  assert.equal(targets[0]?.title, link.title);
});

test("a tab that changed its document under the reading is read again, three times at the most", async () => {
  const gone = { stage: "failed", failure: "page_gone" } as const;
  const attempts = async (...ends: Partial<JobView>[]) => {
    targets = [];
    const capturing = captureLink(link, controller(undefined, ends));
    await settled();
    becomes({ status: "complete", url: link.url, pendingUrl: undefined });
    const { view } = await capturing;
    return [targets.length, view.stage];
  };
  assert.deepEqual(await attempts(gone, { stage: "waiting" }), [2, "waiting"]);
  assert.deepEqual(await attempts(gone), [3, "failed"]);
  assert.deepEqual(await attempts({ stage: "failed", failure: "disk_full" }), [1, "failed"]);
});

test("a page that no script could wait for is tried once more: it may have been another's that was going", async () => {
  const execute = chrome.scripting.executeScript;
  Object.assign(chrome.scripting, { executeScript: () => Promise.reject(new Error("no frame 0")) });
  try {
    const refused = { stage: "refused", failure: "page_protected" } as const;
    const capturing = captureLink(link, controller(undefined, [refused]));
    await settled();
    becomes({ status: "complete", url: link.url, pendingUrl: undefined });
    await capturing;
    assert.equal(targets.length, 2);
  } finally {
    Object.assign(chrome.scripting, { executeScript: execute });
  }
});
