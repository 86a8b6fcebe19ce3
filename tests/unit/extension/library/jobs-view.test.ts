import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { Job } from "../../../../extension/src/protocol/messages.ts";
import { FakeLibrary, libraryPage, ok, settled, Visit } from "../support/library-page.ts";

libraryPage();
const { jobsView } = await import("../../../../extension/src/library/views/jobs-view.ts");

let api: FakeLibrary;
let visit: Visit;
let jobs: Job[];

function job(state: Job["state"], more: Partial<Job> = {}): Job {
  return {
    id: `job-${state}`,
    kind: "snapshot",
    state,
    link_id: "link-1",
    url: `https://example.com/${state}`,
    attempts: 1,
    progress: 250,
    created_at: "2026-11-22T05:55:01.250Z",
    updated_at: "2026-11-22T05:55:01.250Z",
    ...more,
  };
}
const count = (state: Job["state"]) => jobs.filter((one) => one.state === state).length;

beforeEach(() => {
  api = new FakeLibrary().answer("job.list", ({ state }) =>
    ok({
      items: jobs.filter((one) => state === undefined || one.state === state),
      next: null,
      total: jobs.length,
      counts: {
        queued: count("queued"),
        running: count("running"),
        done: count("done"),
        failed: count("failed"),
        cancelled: count("cancelled"),
      },
    }),
  );
});
afterEach(() => visit.leaving.abort());

async function show(...shown: Job[]): Promise<HTMLElement> {
  jobs = shown;
  visit = new Visit(api);
  const view = jobsView(visit.context);
  document.querySelector("main")?.replaceChildren(view);
  await settled();
  return view;
}
const buttons = (view: HTMLElement, selector: string) =>
  [...view.querySelectorAll<HTMLButtonElement>(`${selector} button`)].map(({ textContent }) => textContent);

test("each job says what it is at and why it failed, and offers what can be done", async () => {
  const error = {
    code: "http_status",
    message: "The server answered 404 Not Found.",
    retry: "never",
  } as const;
  const view = await show(
    job("running"),
    job("queued"),
    job("failed", { error }),
    job("done", { kind: "check", outcome: "unchanged" }),
  );
  const rows = [...view.querySelectorAll(".jobs li")].map((row) => row.textContent ?? "");
  assert.match(rows[0] ?? "", /25\s?%.*Cancel/);
  assert.deepEqual(buttons(view, "li.queued"), ["Cancel"]);
  assert.match(rows[2] ?? "", /Failed.*Try again.*The server answers 404/);
  assert.match(rows[3] ?? "", /unchanged.*by schedule/);
  assert.deepEqual(buttons(view, "li.done"), []);
  assert.match(
    view.querySelector(".filters")?.textContent ?? "",
    /Waiting 1Running 1Failed 1Done 1Cancelled 0/,
  );
});

test("one is tried again, another cancelled, and the list is looked at anew", async () => {
  const view = await show(job("failed"), job("queued"));
  api.answer("job.retry", () => {
    jobs = [job("running")];
    return ok({ job: job("running") });
  });
  view.querySelector<HTMLButtonElement>("li.failed button")?.click();
  await settled();
  await settled();
  assert.deepEqual(api.of("job.retry"), [{ id: "job-failed" }]);
  assert.equal(view.querySelectorAll("li.running").length, 1);
  assert.equal(view.querySelectorAll("li.failed").length, 0);
});

test("all at once, and only where there is something to do", async () => {
  const view = await show(job("done"));
  assert.doesNotMatch(view.textContent ?? "", /Try all|Cancel everything/);
  visit.leaving.abort();
  const busy = await show(job("failed"), job("queued"));
  api.answer("job.cancel_all", () => ok({ jobs: 1 })).answer("job.retry_failed", () => ok({ jobs: 1 }));
  for (const button of busy.querySelectorAll<HTMLButtonElement>(".row:not(.filters) button")) button.click();
  await settled();
  assert.equal(api.of("job.cancel_all").length, 1);
  assert.equal(api.of("job.retry_failed").length, 1);
});

test("a filter asks for one state", async () => {
  const view = await show(job("failed"), job("done"));
  view.querySelectorAll<HTMLButtonElement>(".filters button")[3]?.click();
  await settled();
  await settled();
  assert.deepEqual(api.of("job.list").at(-1), { limit: 100, state: "failed" });
  assert.equal(view.querySelectorAll(".jobs li").length, 1);
});
