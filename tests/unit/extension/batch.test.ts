import assert from "node:assert/strict";
import { test } from "node:test";
import { Batch, type BatchPage, together } from "../../../extension/src/background/batch.ts";
import { Jobs, noEdits } from "../../../extension/src/background/jobs.ts";
import type { BatchView, JobStage, JobView } from "../../../extension/src/background/ui-messages.ts";
import { addressesIn } from "../../../extension/src/several/addresses.ts";
import { settled } from "./support/fake-clock.ts";

function job(jobs: Jobs, capture: string, stage: JobStage, more: Partial<JobView> = {}): JobView {
  const view: JobView = {
    ...{ capture, tabId: 1, url: "https://a.example/", title: "", startedAt: 0, stage, done: 0, total: 0 },
    ...{ missing: 0, missingForAccess: 0, edits: noEdits() },
    ...more,
  };
  jobs.add({ view, private: false, abort: new AbortController() });
  return view;
}

/** Pages whose reading ends when the test says so. */
function gated(count: number) {
  const doors: (() => void)[] = [];
  const seen = { now: 0, most: 0 };
  const jobs = new Jobs();
  const pages = Array.from({ length: count }, (_, number): BatchPage => {
    const door = new Promise<void>((resolve) => {
      doors[number] = resolve;
    });
    return {
      url: `https://a.example/${number}`,
      title: "",
      keep: async () => {
        seen.most = Math.max(seen.most, ++seen.now);
        await door;
        seen.now--;
        return job(jobs, `c${number}`, "waiting", { title: `Title ${number}` });
      },
    };
  });
  return { doors, seen, jobs, pages };
}

test("a few pages are read at a time, and each goes through its states to the library", async () => {
  const { doors, seen, jobs, pages } = gated(together + 2);
  const views: BatchView[] = [];
  const batch = new Batch(pages, jobs, (view) => views.push(view));
  const run = batch.run();
  await settled();
  const states = () => batch.view.entries.map(({ state }) => state);
  assert.deepEqual(states(), ["reading", "reading", "reading", "queued", "queued"]);
  doors[1]?.();
  await settled();
  assert.deepEqual(states(), ["reading", "waiting", "reading", "reading", "queued"]);
  assert.equal(batch.view.entries[1]?.title, "Title 1");
  for (const open of doors) open();
  await run;
  assert.equal(seen.most, together);
  assert.equal(batch.view.running, false);
  jobs.update("c1", { stage: "kept" });
  assert.equal(states()[1], "kept", "told after the run, too");
  assert.equal(views.at(-1)?.entries[1]?.state, "kept");
});

test("what is refused says why, what breaks does not stop the others, what is handed over says so", async () => {
  const jobs = new Jobs();
  const page = (url: string, keep: BatchPage["keep"]): BatchPage => ({ url, title: "", keep });
  const batch = new Batch(
    [
      page("chrome://settings/", async () => job(jobs, "a", "refused", { failure: "page_browser_own" })),
      page("https://b.example/", () => Promise.reject(new Error("broken"))),
      page("https://c.example/", async () => "handed_over"),
      page("https://d.example/", async () => job(jobs, "d", "kept")),
    ],
    jobs,
    () => {},
  );
  await batch.run();
  assert.deepEqual(
    batch.view.entries.map(({ state, failure }) => [state, failure]),
    [
      ["refused", "page_browser_own"],
      ["refused", "internal"],
      ["handed_over", undefined],
      ["kept", undefined],
    ],
  );
});

test("stopped, what has not begun is skipped, and what is being read is read to its end", async () => {
  const { doors, jobs, pages } = gated(together + 2);
  const batch = new Batch(pages, jobs, () => {});
  const run = batch.run();
  await settled();
  batch.stop();
  for (const open of doors) open();
  await run;
  assert.deepEqual(
    batch.view.entries.map(({ state }) => state),
    ["waiting", "waiting", "waiting", "skipped", "skipped"],
  );
});

test("addresses are found however they are pasted, each once; lines without one are named", () => {
  const found = addressesIn(
    "https://a.example/x\r\n  http://b.example/?q=1#part https://a.example/x\n\nnot an address\n" +
      "<https://c.example/路径>、https://d.example/\njavascript:alert(1)\nhttps://\n",
  );
  assert.deepEqual(found.urls, [
    "https://a.example/x",
    "http://b.example/?q=1#part",
    "https://c.example/%E8%B7%AF%E5%BE%84",
    "https://d.example/",
  ]);
  assert.deepEqual(found.wrong, ["not an address", "javascript:alert(1)", "https://"]);
  assert.deepEqual(addressesIn(""), { urls: [], wrong: [] });
});
