import assert from "node:assert/strict";
import { test } from "node:test";
import { CaptureController, type Target } from "../../../extension/src/background/capture-controller.ts";
import { CaptureError, type CaptureTab } from "../../../extension/src/background/capture-writer.ts";
import { HostConnection } from "../../../extension/src/background/host-connection.ts";
import { Jobs } from "../../../extension/src/background/jobs.ts";
import { PopupSession } from "../../../extension/src/background/popup-session.ts";
import { Sender } from "../../../extension/src/background/sender.ts";
import { defaults } from "../../../extension/src/background/settings.ts";
import type { PopupView } from "../../../extension/src/background/ui-messages.ts";
import { FakeClock, settled, until } from "./support/fake-clock.ts";
import { FakeHost } from "./support/fake-host.ts";
import { bytesOf, filled, memoryOutbox, page } from "./support/outbox.ts";

/** A tab of which the browser tells nothing, and refuses to be read as one of its own pages. */
const ownPage = 7;
const target: Target = { tabId: 1, url: page.url, title: "In the tab", private: false, engine: "tab" };

function setUp(limit?: number) {
  const host = new FakeHost();
  const clock = new FakeClock();
  const { outbox, disk } = memoryOutbox(limit);
  const jobs = new Jobs();
  const greeting = async () => ({
    protocol: [1, 1] as [number, number],
    client: "extension" as const,
    client_version: "0",
    capabilities: [],
  });
  const connect = { run: () => host.connect() };
  const connection = new HostConnection({ connect: () => connect.run(), greeting, clock });
  const sender: Sender = new Sender(
    outbox,
    connection,
    {
      sending: (...all) => controller.sending(...all),
      committed: (...all) => void controller.committed(...all),
      failed: (...all) => controller.failed(...all),
      linkAdded: () => {},
      unreachable: () => {},
      reached: () => {},
      idle: () => {},
    },
    clock,
  );
  const capture = {
    gate: Promise.resolve(),
    missing: [] as { url: string; status: "no_permission" | "unreachable" }[],
  };
  const captureTab: CaptureTab = async (_tab, writer, options, signal) => {
    options.onProgress({ stage: "resources", done: 1, total: 2 });
    await capture.gate;
    if (signal.aborted) throw new CaptureError("cancelled", "stopped");
    const { object } = await writer.addObject(new Blob(["<p>page"]));
    await writer.addParts([{ n: 0, role: "document", url: page.url, status: "ok", object }]);
    await writer.finish(page);
    return { title: "As captured", url: page.url, parts: 1, missing: capture.missing };
  };
  const parts = { captureTab };
  const controller: CaptureController = new CaptureController({
    outbox,
    sender,
    connection,
    jobs,
    captureTab: (...all) => parts.captureTab(...all),
    choices: async () => ({ resourceLimit: 1_000 }),
    fileAccess: async () => false,
    whatHides: async (tabId) => (tabId === ownPage ? "page_browser_own" : "page_hidden"),
  });
  return { host, clock, outbox, disk, jobs, sender, connect, capture, parts, controller };
}

test("a page goes from the tab into the library", async () => {
  const { host, jobs, controller, outbox } = setUp();
  const { job, done } = await controller.keep(target);
  assert.equal(job.view.stage, "resources");
  await done;
  await until(() => job.view.stage === "kept");
  assert.equal(jobs.get(job.view.capture)?.view.stage, "kept");
  assert.equal(job.view.title, "As captured");
  assert.ok(host.committed.has(job.view.capture));
  await settled();
  assert.deepEqual(await outbox.records(), []);
});

test("a page that is committed before its reading is said to have ended stays kept", async () => {
  const { controller, parts, sender } = setUp();
  const { captureTab } = parts;
  parts.captureTab = async (...all) => {
    const summary = await captureTab(...all);
    void sender.wake(); // of another capture
    await until(() => job.view.stage === "kept");
    return summary;
  };
  const { job, done } = await controller.keep(target);
  await done;
  await settled();
  assert.equal(job.view.stage, "kept");
  assert.equal(job.view.title, "As captured");
});

test("a page that can't be read is refused at once, with the reason, and nothing is kept", async () => {
  const { controller, outbox, host } = setUp();
  const { job } = await controller.keep({ ...target, url: "chrome://settings/" });
  assert.deepEqual([job.view.stage, job.view.failure], ["refused", "page_browser_own"]);
  assert.deepEqual(await outbox.records(), []);
  assert.equal(host.ports, 0);
});

test("a tab whose address is hidden is told from a page of the browser's own", async () => {
  const { controller } = setUp();
  const hidden = await controller.keep({ ...target, url: "" });
  assert.deepEqual([hidden.job.view.stage, hidden.job.view.failure], ["refused", "page_hidden"]);
  const own = await controller.keep({ ...target, url: "", tabId: ownPage });
  assert.equal(own.job.view.failure, "page_browser_own");
});

test("a capture that fails leaves nothing behind and says why", async () => {
  const { controller, parts, outbox, disk } = setUp();
  parts.captureTab = async (_tab, writer) => {
    await writer.addObject(new Blob(["half"]));
    throw new CaptureError("page_gone", "closed");
  };
  const { job, done } = await controller.keep(target);
  await done;
  assert.deepEqual([job.view.stage, job.view.failure], ["failed", "page_gone"]);
  assert.deepEqual(await outbox.records(), []);
  assert.deepEqual(await disk.objects(job.view.capture), []);
});

test("a full outbox is a clear refusal, even when the capture hides the reason", async () => {
  const { controller, parts } = setUp(3);
  const { captureTab } = parts;
  parts.captureTab = (...all) =>
    captureTab(...all).catch(() => {
      throw new CaptureError("internal", "something");
    });
  const { job, done } = await controller.keep(target);
  await done;
  assert.equal(job.view.failure, "outbox_full");
});

test("undo while the page is read stops the reading", async () => {
  const { controller, capture, outbox, host } = setUp();
  let open = () => {};
  capture.gate = new Promise((resolve) => {
    open = resolve;
  });
  const { job, done } = await controller.keep(target);
  await settled();
  assert.equal(await controller.undo(job.view.capture), null);
  open();
  await done;
  await settled();
  assert.equal(job.view.stage, "undone");
  assert.deepEqual(await outbox.records(), []);
  assert.equal(host.committed.size, 0);
});

test("undo after the commit removes the link that the snapshot made", async () => {
  const { controller, host } = setUp();
  const { job, done } = await controller.keep(target);
  await done;
  await until(() => job.view.stage === "kept");
  assert.equal(await controller.undo(job.view.capture), null);
  assert.deepEqual(host.removed, [job.view.committed?.link_id]);
  assert.equal(job.view.stage, "undone");
});

test("undo in a private window destroys the snapshot, where the host can", async () => {
  for (const capabilities of [["trash"], []]) {
    const { controller, host } = setUp();
    host.capabilities = [...host.capabilities, ...capabilities];
    const { job, done } = await controller.keep({ ...target, private: true });
    await done;
    await until(() => job.view.stage === "kept");
    assert.equal(await controller.undo(job.view.capture), null);
    const { committed, stage, destroyed } = job.view;
    assert.equal(stage, "undone");
    const can = capabilities.length > 0;
    assert.equal(destroyed, can ? true : undefined);
    assert.deepEqual(host.removed, [can ? committed?.snapshot_id : committed?.link_id]);
    assert.deepEqual(host.destroyed, can ? [committed?.snapshot_id] : []);
  }
});

test("undo while the commit is under way removes what it made", async () => {
  const { controller, host } = setUp();
  let undo: Promise<unknown> = Promise.resolve();
  host.fault = (type, body) => {
    if (type === "capture.commit") undo = controller.undo((body as { capture: string }).capture);
    return undefined;
  };
  const { job, done } = await controller.keep(target);
  await done;
  await until(() => host.removed.length > 0);
  await undo;
  await until(() => host.committed.size === 1);
  await settled();
  assert.equal(host.committed.size, 1);
  assert.deepEqual(host.removed, ["3f1c2a4e-9b7d-8c55-a1b2-0123456789ab"]);
  assert.equal(job.view.stage, "undone");
});

test("undo that can't reach the host says so and undoes nothing", async () => {
  const { controller, host, connect } = setUp();
  const { job, done } = await controller.keep(target);
  await done;
  await until(() => job.view.stage === "kept");
  host.crash();
  connect.run = () => {
    throw new Error("No such native application org.keepleaf.host");
  };
  const error = await controller.undo(job.view.capture);
  assert.equal(error?.code, "host_missing");
  assert.equal(job.view.stage, "kept");
});

test("what was written before the commit and after it reaches the link", async () => {
  const { controller, host, outbox } = setUp();
  const { job, done } = await controller.keep(target);
  await controller.edit(job.view.capture, { title: "early", addTags: [], removeTags: [] });
  await done;
  await until(() => host.edits.length === 1);
  await settled();
  assert.equal(job.view.stage, "kept");
  assert.deepEqual(await outbox.records(), []);
  await controller.edit(job.view.capture, { title: "late", addTags: ["t"], removeTags: [] });
  await until(() => host.edits.length === 3);
  await settled();
  const titles = host.edits.flatMap((edit) => (edit as { title?: string }).title ?? []);
  assert.deepEqual(titles, ["early", "late"]);
  assert.deepEqual(await outbox.records(), []);
});

test("a new background shows what the last one left waiting, and it can be undone", async () => {
  const { controller, jobs, outbox } = setUp();
  const record = await filled(outbox, bytesOf(10, 1));
  controller.restore([
    record,
    { ...record, capture: "link", kind: "link" },
    { ...record, capture: "half", stage: "capturing" },
  ]);
  assert.deepEqual(
    [record.capture, "link", "half"].map((capture) => jobs.get(capture)?.view.stage),
    ["waiting", undefined, undefined],
  );
  assert.equal(jobs.current(page.url, record.createdAt + 59_999)?.view.capture, record.capture);
  assert.equal(
    jobs.current(page.url, record.createdAt + 60_000),
    undefined,
    "old ones don't stand in the way",
  );
  await controller.undo(record.capture);
  assert.deepEqual(await outbox.records(), []);
});

// ---- the popup

function popup(
  change: Partial<Record<"private" | "allSites", boolean>> & {
    settings?: Partial<typeof defaults>;
    frames?: string[];
  } = {},
) {
  const all = setUp();
  const views: PopupView[] = [];
  const settings = { ...defaults, ...change.settings };
  let grant = () => {};
  const later = new Promise<void>((resolve) => {
    grant = resolve;
  });
  const session = new PopupSession(
    {
      controller: all.controller,
      outbox: all.outbox,
      sender: all.sender,
      settings: async () => settings,
      refuseAccess: async () => {
        settings.accessRefused = true;
      },
      hasAllSites: async () => change.allSites === true,
      framesWithSelection: async () => [],
      foreignFrameHosts: async () => change.frames ?? [],
      accessLater: () => later,
      page: async (tabId) => ({
        tabId,
        url: page.url,
        title: "In the tab",
        private: change.private === true,
      }),
      recentlyKept: async () => null,
      takeNotices: async () => [],
      diagnosis: () => null,
      now: () => Date.now(),
    },
    (view) => views.push(view),
  );
  return { ...all, session, views, settings, grant: () => grant() };
}

test("opening the popup keeps the page at once", async () => {
  const { session, views, host } = popup();
  await session.receive({ do: "open", tabId: 1 });
  await until(() => host.committed.size === 1);
  assert.equal(views[0]?.question, null);
});

test("a capture outlives the popup", async () => {
  const { session, host, capture } = popup();
  let open = () => {};
  capture.gate = new Promise((resolve) => {
    open = resolve;
  });
  await session.receive({ do: "open", tabId: 1 });
  await session.closed();
  open();
  await until(() => host.committed.size === 1);
  await settled();
  assert.equal(host.committed.size, 1);
});

test("opened again within a minute, the popup shows what was kept and keeps nothing more", async () => {
  const { session, views, host } = popup();
  await session.receive({ do: "open", tabId: 1 });
  await until(() => host.committed.size === 1);
  await settled();
  await session.receive({ do: "open", tabId: 1 });
  await settled();
  assert.equal(views.at(-1)?.recent, true);
  assert.equal(host.committed.size, 1);
  await session.receive({ do: "keep_again", instead: false });
  await until(() => host.committed.size === 2);
  await settled();
  assert.equal(host.committed.size, 2);
  assert.deepEqual(host.removed, []);
});

for (const [kind, change] of [
  ["ask_first", { settings: { askFirst: true } }],
  ["private", { private: true }],
] as const) {
  test(`the question ${kind} is put first; closing the popup is a no`, async () => {
    const { session, views, host, outbox } = popup(change);
    await session.receive({ do: "open", tabId: 1 });
    assert.equal(views.at(-1)?.question?.kind, kind);
    await session.closed();
    await settled();
    assert.equal(host.committed.size, 0);
    assert.deepEqual(await outbox.records(), []);
  });

  test(`the question ${kind}, answered with yes, keeps the page`, async () => {
    const { session, host } = popup(change);
    await session.receive({ do: "open", tabId: 1 });
    await session.receive({ do: "start" });
    await until(() => host.committed.size === 1);
    await settled();
    assert.equal(host.committed.size, 1);
  });
}

test("private windows are kept without a question where the person said so", async () => {
  const { session, host, disk } = popup({ private: true, settings: { keepPrivate: true } });
  await session.receive({ do: "open", tabId: 1 });
  await until(() => host.committed.size === 1);
  await settled();
  assert.equal(host.committed.size, 1);
  assert.deepEqual(await disk.records(), []);
});

test("foreign frames are asked about before the page is kept", async () => {
  const { session, views, host } = popup({ frames: ["player.example"] });
  await session.receive({ do: "open", tabId: 1 });
  await settled();
  assert.deepEqual(views.at(-1)?.question, { kind: "frames", sites: ["player.example"] });
  assert.equal(host.committed.size, 0);
  await session.receive({ do: "access_answered", granted: true });
  await until(() => host.committed.size === 1);
  await settled();
  assert.equal(host.committed.size, 1);
});

test("a no to access keeps the page without the frames, and is remembered", async () => {
  const { session, settings, host } = popup({ frames: ["player.example"] });
  await session.receive({ do: "open", tabId: 1 });
  await session.receive({ do: "access_answered", granted: false });
  await until(() => host.committed.size === 1);
  await settled();
  assert.equal(host.committed.size, 1);
  assert.equal(settings.accessRefused, true);
});

for (const change of [{ allSites: true }, { settings: { accessRefused: true } }]) {
  test(`frames raise no question any more: ${JSON.stringify(change)}`, async () => {
    const { session, host } = popup({ ...change, frames: ["player.example"] });
    await session.receive({ do: "open", tabId: 1 });
    await until(() => host.committed.size === 1);
    await settled();
    assert.equal(host.committed.size, 1);
  });
}

test("a popup that closes over the question about frames keeps the page all the same", async () => {
  const { session, host } = popup({ frames: ["player.example"] });
  await session.receive({ do: "open", tabId: 1 });
  await session.closed();
  await until(() => host.committed.size === 1);
  await settled();
  assert.equal(host.committed.size, 1);
});

test("a popup that closes under the browser's own question waits for its answer", async () => {
  const { session, host, grant } = popup({ frames: ["player.example"] });
  await session.receive({ do: "open", tabId: 1 });
  await session.receive({ do: "asking_access" });
  const closed = session.closed();
  await settled();
  assert.equal(host.committed.size, 0);
  grant();
  await closed;
  await until(() => host.committed.size === 1);
  await settled();
  assert.equal(host.committed.size, 1);
});

test("kept again with access, the page takes the place of the incomplete one", async () => {
  const { session, views, host, capture } = popup();
  capture.missing = [
    { url: "https://other.example/", status: "no_permission" },
    { url: "https://gone.example/", status: "unreachable" },
  ];
  await session.receive({ do: "open", tabId: 1 });
  await until(() => host.committed.size === 1);
  await settled();
  await session.receive({ do: "open", tabId: 1 });
  assert.deepEqual([views.at(-1)?.job?.missing, views.at(-1)?.job?.missingForAccess], [2, 1]);
  await session.receive({ do: "keep_again", instead: true });
  await until(() => host.committed.size === 2);
  await settled();
  assert.equal(host.committed.size, 2);
  await until(() => host.removed.length === 1);
  const [first] = host.committed.keys();
  assert.deepEqual(host.removed, [first], "the snapshot alone: the link that it made holds the new one");
});

for (const allSites of [true, false]) {
  const not = allSites ? "" : "not ";
  test(`asked to allow access and keep again, under a popup that closes: it is ${not}kept again`, async () => {
    const { session, host, grant } = popup({ allSites });
    await session.receive({ do: "open", tabId: 1 });
    await until(() => host.committed.size === 1);
    await settled();
    await session.receive({ do: "asking_access" });
    grant();
    await session.closed();
    await until(() => host.committed.size === (allSites ? 2 : 1));
    await settled();
    assert.equal(host.committed.size, allSites ? 2 : 1);
    assert.equal(host.removed.length, allSites ? 1 : 0);
  });
}
