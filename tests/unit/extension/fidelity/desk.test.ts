// The desk: a measure waits for its commit, or the commit for its measure; one comparison at a time; nothing that goes
// wrong is tried for ever, and nothing of it is lost to the snapshot.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type DeskParts, FidelityDesk } from "../../../../extension/src/background/fidelity/desk.ts";
import {
  MeasureStore,
  type SessionArea,
} from "../../../../extension/src/background/fidelity/measure-store.ts";
import type { ReplayDocument } from "../../../../extension/src/background/fidelity/pages.ts";
import type { LibraryApi } from "../../../../extension/src/library/api/library-api.ts";
import type { Fidelity } from "../../../../extension/src/protocol/messages.ts";
import { live, measured, page, paragraphs, replayOf } from "./made.ts";

const capture = "019aa9f0-5c00-7000-8000-000000000001";
const other = "019aa9f0-5c00-7000-8000-000000000002";
const snapshot = "019aa9f0-5c00-7000-8000-0000000000f1";

class Area implements SessionArea {
  readonly items = new Map<string, unknown>();
  async get(): Promise<Record<string, unknown>> {
    return structuredClone(Object.fromEntries(this.items));
  }
  async set(items: Record<string, unknown>): Promise<void> {
    for (const [key, value] of Object.entries(items)) this.items.set(key, structuredClone(value));
  }
  async remove(keys: string[]): Promise<void> {
    for (const key of keys) this.items.delete(key);
  }
}

const measure = measured(paragraphs());
const seen = page(live(measure));
const shown: ReplayDocument[] = [{ path: [], measure: replayOf(measure) }];

interface Made {
  desk: FidelityDesk;
  area: Area;
  kept: { id: string; fidelity: Fidelity }[];
  measuredOf: string[];
  replays: number;
  held: number;
  closed: number;
}

function made(change: Partial<DeskParts> = {}, area = new Area()): Made {
  const state: Made = { area, kept: [], measuredOf: [], replays: 0, held: 0, closed: 0 } as unknown as Made;
  const api = {
    request: async (type: string, body: { id: string; fidelity: Fidelity }) => {
      if (type === "snapshot.measured") state.kept.push(body);
      const resource = { n: 0, role: "document", url: "https://a/", type: "text/html", status: "ok" };
      return { ok: true, value: { resources: [resource], missing: [], next: null } };
    },
  } as unknown as LibraryApi;
  state.desk = new FidelityDesk({
    store: new MeasureStore(area),
    api,
    hostKnows: async () => true,
    measureReplay: async () => {
      state.replays++;
      return shown;
    },
    quiet: async () => undefined,
    measured: (id) => state.measuredOf.push(id),
    done: async () => {
      state.closed++;
    },
    hold: () => {
      state.held++;
      return () => state.held--;
    },
    now: () => 1,
    ...change,
  });
  return state;
}

test("a measure that came before the commit is compared after it, and nothing of it stays", async () => {
  const { desk, area, kept, measuredOf, ...state } = made();
  await desk.seen(capture, Promise.resolve(seen));
  assert.equal(kept.length, 0);
  await desk.committed(capture, snapshot);
  assert.deepEqual(kept, [
    { id: snapshot, fidelity: { score: 1, method: "boxes", viewport: seen.viewport, regions: [] } },
  ]);
  assert.deepEqual(measuredOf, [capture]);
  assert.equal(area.items.size, 0);
  assert.equal(state.held, 0, "the host is let go");
});

test("a commit that was quicker than the measure waits for it", async () => {
  const { desk, kept } = made();
  await desk.committed(capture, snapshot);
  assert.equal(kept.length, 0);
  await desk.seen(capture, Promise.resolve(seen));
  assert.equal(kept.length, 1);
});

test("what an earlier background did not come to is compared by the next", async () => {
  const never = new Promise<never>(() => undefined);
  const first = made({ measureReplay: () => never });
  await first.desk.seen(capture, Promise.resolve(seen));
  void first.desk.committed(capture, snapshot);
  await new Promise((resolve) => setImmediate(resolve));
  const second = made({}, first.area);
  await second.desk.resume();
  assert.equal(second.kept.length, 1);
});

test("a comparison that ended two backgrounds is not begun a third time", async () => {
  const area = new Area();
  for (let life = 0; life < 2; life++) {
    const { desk } = made({ measureReplay: () => new Promise<never>(() => undefined) }, area);
    if (life === 0) await desk.seen(capture, Promise.resolve(seen));
    void (life === 0 ? desk.committed(capture, snapshot) : desk.resume());
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  const third = made({}, area);
  await third.desk.resume();
  assert.equal(third.replays, 0);
  assert.equal(area.items.size, 0);
});

test("a page that could not be measured, a replay without an answer, or a host of old: not compared, and forgotten", async () => {
  for (const change of [
    { measureReplay: async () => null },
    { measureReplay: () => Promise.reject(new Error("no off-screen page")) },
    { hostKnows: async () => false },
  ]) {
    const { desk, kept, area } = made(change);
    await desk.seen(capture, Promise.resolve(seen));
    await desk.committed(capture, snapshot);
    assert.equal(kept.length, 0);
    assert.equal(area.items.size, 0);
  }
  const { desk, area } = made();
  await desk.seen(capture, Promise.resolve(null));
  await desk.seen(other, Promise.reject(new Error("the frame went away")));
  assert.equal(area.items.size, 0);
});

test("nothing is compared while a capture is under way", async () => {
  let quiet: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => {
    quiet = resolve;
  });
  const { desk, kept } = made({ quiet: () => waiting });
  await desk.seen(capture, Promise.resolve(seen));
  const done = desk.committed(capture, snapshot);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(kept.length, 0);
  quiet();
  await done;
  assert.equal(kept.length, 1);
});

test("what was undone is forgotten", async () => {
  const { desk, area } = made();
  await desk.seen(capture, Promise.resolve(seen));
  await desk.forget(capture);
  assert.equal(area.items.size, 0);
});

test("the store is bounded: the oldest makes room, and a page of very many frames is not kept", async () => {
  const area = new Area();
  const store = new MeasureStore(area);
  for (let at = 0; at < 20; at++) await store.put({ capture: `c${at}`, page: seen, at, attempts: 0 });
  assert.equal((await store.all()).length, 12);
  assert.equal((await store.all())[0]?.capture, "c8");
  const huge = page(...Array.from({ length: 100 }, () => live(measured(paragraphs(1000)))));
  assert.equal(await store.put({ capture: "huge", page: huge, at: 99, attempts: 0 }), false);
  assert.equal(await store.get("huge"), undefined);
});
