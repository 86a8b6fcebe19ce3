// The desk of thumbnails: a picture waits for its commit, or the commit for the picture; what is undone, a part of a page or
// not wanted has none; nothing that goes wrong is tried for ever.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionArea } from "../../../extension/src/background/fidelity/measure-store.ts";
import { PictureDesk, type PictureDeskParts } from "../../../extension/src/background/pictures/desk.ts";
import { mostWaiting, PictureStore } from "../../../extension/src/background/pictures/picture-store.ts";
import { wholePage } from "../../../extension/src/capture/scope.ts";
import type { LibraryApi } from "../../../extension/src/library/api/library-api.ts";
import type { NewPicture } from "../../../extension/src/protocol/messages.ts";
import type { Reply } from "../../../extension/src/protocol/reply.ts";

const capture = "019aa9f0-5c00-7000-8000-000000000001";
const snapshot = "019aa9f0-5c00-7000-8000-0000000000f1";
const page = { tabId: 7 };

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

interface Made {
  desk: PictureDesk;
  area: Area;
  sent: NewPicture[];
  told: string[];
  shots: number;
}

function made(
  change: Partial<PictureDeskParts> = {},
  answer?: Reply<{ id: string }>,
  area = new Area(),
): Made {
  const state = { area, sent: [], told: [], shots: 0 } as unknown as Made;
  const api = {
    request: async (_type: string, body: NewPicture) => {
      state.sent.push(body);
      return answer ?? { ok: true, value: { id: body.id } };
    },
  } as unknown as LibraryApi;
  state.desk = new PictureDesk({
    store: new PictureStore(area),
    api,
    hostKnows: async () => true,
    wanted: async () => true,
    shoot: async () => {
      state.shots++;
      return new Blob(["shot"]);
    },
    showsSecret: async () => false,
    small: async () => ({ blob: new Blob(["abc"], { type: "image/webp" }), width: 640, height: 400 }),
    read: async () => undefined,
    settled: async () => undefined,
    pictured: (one) => state.told.push(one),
    now: () => 1_790_000_000_000,
    ...change,
  });
  return state;
}

const thumbnail: NewPicture = {
  id: snapshot,
  kind: "thumbnail",
  media_type: "image/webp",
  width: 640,
  height: 400,
  taken_at: "2026-09-21T14:13:20.000Z",
  data: "YWJj",
};

test("a picture that came before the commit is sent with it, and nothing of it stays", async () => {
  const { desk, sent, told, area } = made();
  await desk.begun(capture, page);
  assert.deepEqual(sent, []);
  assert.equal(area.items.size, 1);
  await desk.committed(capture, snapshot);
  assert.deepEqual(sent, [thumbnail]);
  assert.deepEqual(told, [capture]);
  assert.equal(area.items.size, 0);
});

test("a commit that came before the picture waits for it", async () => {
  let settle = () => {};
  const settled = () => new Promise<void>((resolve) => (settle = resolve));
  const { desk, sent, area } = made({ settled });
  const begun = desk.begun(capture, page);
  await new Promise((resolve) => setTimeout(resolve));
  await desk.committed(capture, snapshot);
  assert.deepEqual(sent, []);
  settle();
  await begun;
  assert.deepEqual(sent, [thumbnail]);
  assert.equal(area.items.size, 0);
});

test("the shot is made small only when the page was read", async () => {
  const order: string[] = [];
  const { desk } = made({
    read: async () => void order.push("read"),
    showsSecret: async () => {
      order.push("looked");
      return false;
    },
    settled: async () => void order.push("settled"),
    shoot: async () => {
      order.push("shot");
      return new Blob(["shot"]);
    },
    small: async () => {
      order.push("small");
      return { blob: new Blob(["abc"], { type: "image/webp" }), width: 1, height: 1 };
    },
  });
  await desk.begun(capture, page);
  assert.deepEqual(order, ["shot", "read", "looked", "settled", "small"]);
});

for (const [what, change, target] of [
  ["is not wanted", { wanted: async () => false }, page],
  ["is of a part of a page", {}, { ...page, scope: { ...wholePage, part: "selection" as const } }],
  ["would show what is never kept", { showsSecret: async () => true }, page],
  ["could not be taken", { shoot: async () => null }, page],
  ["could not be drawn", { small: async () => Promise.reject(new Error("no memory")) }, page],
] as const) {
  test(`a picture that ${what} is none`, async () => {
    const { desk, sent, area } = made(change);
    await desk.begun(capture, target);
    await desk.committed(capture, snapshot);
    assert.deepEqual(sent, []);
    assert.equal(area.items.size, 0);
  });
}

test("of a part of a page not even a shot is taken, nor where none is wanted", async () => {
  const part = made();
  await part.desk.begun(capture, { ...page, scope: { ...wholePage, part: "selection" } });
  assert.equal(part.shots, 0);
  const unwanted = made({ wanted: async () => false });
  await unwanted.desk.begun(capture, page);
  assert.equal(unwanted.shots, 0);
});

test("what was undone has no picture, whenever it was undone", async () => {
  let settle = () => {};
  const settled = () => new Promise<void>((resolve) => (settle = resolve));
  const early = made({ settled });
  const begun = early.desk.begun(capture, page);
  await new Promise((resolve) => setTimeout(resolve));
  await early.desk.forget(capture);
  settle();
  await begun;
  assert.equal(early.area.items.size, 0);

  const late = made();
  await late.desk.begun(capture, page);
  await late.desk.forget(capture);
  assert.equal(late.area.items.size, 0);
  await late.desk.committed(capture, snapshot);
  assert.deepEqual(late.sent, []);
});

test("what an earlier background did not come to is sent; what still waits for its commit is not", async () => {
  const area = new Area();
  const store = new PictureStore(area);
  const { id: _, ...picture } = thumbnail;
  await store.put({ capture, picture, at: 1, attempts: 0, snapshot });
  await store.put({ capture: "other", picture, at: 2, attempts: 0 });
  const { desk, sent } = made({}, undefined, area);
  await desk.resume();
  assert.deepEqual(sent, [thumbnail]);
  assert.deepEqual([...area.items.keys()], ["picture.other"]);
});

test("a host that does not take a picture is asked once more at most, or never when that is no use", async () => {
  const error = { code: "io", message: "the disk", retry: "later" } as const;
  const failing = made({}, { ok: false, error });
  await failing.desk.begun(capture, page);
  await failing.desk.committed(capture, snapshot);
  assert.equal(failing.area.items.size, 1);
  await failing.desk.resume();
  await failing.desk.resume();
  assert.equal(failing.sent.length, 2);
  assert.equal(failing.area.items.size, 0);
  assert.deepEqual(failing.told, []);

  const refusing = made({}, { ok: false, error: { ...error, code: "not_found", retry: "never" } });
  await refusing.desk.begun(capture, page);
  await refusing.desk.committed(capture, snapshot);
  assert.equal(refusing.area.items.size, 0);
});

test("a host without a place for pictures is sent none", async () => {
  const { desk, sent } = made({ hostKnows: async () => false });
  await desk.begun(capture, page);
  await desk.committed(capture, snapshot);
  assert.deepEqual(sent, []);
});

test("so many pictures wait, and the oldest makes room", async () => {
  const area = new Area();
  const store = new PictureStore(area);
  const { id: _, ...picture } = thumbnail;
  for (let at = 0; at <= mostWaiting; at++) await store.put({ capture: `c${at}`, picture, at, attempts: 0 });
  const waiting = (await store.all()).map((one) => one.capture);
  assert.equal(waiting.length, mostWaiting);
  assert.equal(waiting.includes("c0"), false);
  assert.equal(waiting.at(-1), `c${mostWaiting}`);
});
