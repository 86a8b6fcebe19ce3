import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { TrashEntry } from "../../../../extension/src/protocol/messages.ts";
import { FakeLibrary, libraryPage, ok, refused, settled, Visit } from "../support/library-page.ts";

libraryPage();
const { trashView } = await import("../../../../extension/src/library/views/trash-view.ts");

const entry = (n: number, more: Partial<TrashEntry> = {}): TrashEntry => ({
  kind: "link",
  id: `link-${n}`,
  link_id: `link-${n}`,
  url: `https://example.com/${n}`,
  title: `Page ${n}`,
  trashed_at: "2026-11-22T05:55:01.250Z",
  ends_at: "2026-12-22T05:55:01.250Z",
  snapshots: 2,
  size_stored: 1_500_000,
  ...more,
});

let entries: TrashEntry[];
let api: FakeLibrary;
let visit: Visit;
const main = () => document.querySelector("main") as HTMLElement;
const names = () => [...main().querySelectorAll("h2")].map((title) => title.textContent);
const count = () => main().querySelector(".count")?.textContent;
const button = (label: string, within: ParentNode = main()) =>
  [...within.querySelectorAll("button")].find(
    ({ textContent }) => textContent === label,
  ) as HTMLButtonElement;
const rowOf = (n: number) => main().querySelectorAll<HTMLElement>("li.link")[n] as HTMLElement;
const asking = () => main().querySelector<HTMLElement>(".ask");

beforeEach(() => {
  entries = [entry(1), entry(2, { kind: "snapshot", snapshots: 1, ends_at: undefined, title: "" }), entry(3)];
  api = new FakeLibrary()
    .answer("trash.list", ({ after, limit = 50 }) => {
      const begin = Number(after ?? 0);
      const items = entries.slice(begin, begin + limit);
      const next = begin + items.length < entries.length ? String(begin + items.length) : null;
      return ok({ items, next, total: entries.length });
    })
    .answer("trash.empty", ({ ids, all }) => {
      const before = entries.length;
      entries = all ? [] : entries.filter(({ id }) => !ids?.includes(id));
      return ok({ links: before - entries.length, snapshots: 0, wiped: true });
    })
    .answer("item.restore", ({ ids }) => ok({ ids }));
});

async function show(): Promise<void> {
  visit = new Visit(api);
  main().replaceChildren(trashView(visit.context));
  await settled();
}

test("it tells what is there, since when, and when it goes", async () => {
  await show();
  assert.deepEqual(names(), ["Page 1", "example.com/2", "Page 3"]);
  assert.equal(count(), "3 in the trash");
  assert.match(
    rowOf(0).textContent ?? "",
    /removed Nov 22, 2026goes for good on Dec 22, 2026Versions: 21\.5\u00a0MB/,
  );
  assert.match(rowOf(1).textContent ?? "", /one version of a link that stays/);
  assert.doesNotMatch(rowOf(1).textContent ?? "", /goes for good/);
});

test("an entry is taken back", async () => {
  await show();
  button("Restore", rowOf(0)).click();
  await settled();
  assert.deepEqual(api.of("item.restore"), [{ ids: ["link-1"] }]);
  assert.deepEqual(names(), ["example.com/2", "Page 3"]);
  assert.equal(count(), "2 in the trash");
  assert.match(visit.toasts[0]?.message ?? "", /Page 1.*is back/);
  assert.equal(visit.tagsChanged, 1);
  assert.equal(document.activeElement, button("Restore", rowOf(0)));
});

test("nothing is destroyed before the second word, and Cancel has the focus", async () => {
  await show();
  button("Delete for ever", rowOf(0)).focus();
  button("Delete for ever", rowOf(0)).click();
  assert.match(asking()?.textContent ?? "", /Destroy “Page 1”\?/);
  assert.equal(document.activeElement, button("Cancel"));
  button("Cancel").click();
  assert.equal(asking(), null);
  assert.equal(document.activeElement, button("Delete for ever", rowOf(0)));

  button("Delete for ever", rowOf(0)).click();
  asking()?.dispatchEvent(
    new (document.defaultView as Window & typeof globalThis).KeyboardEvent("keydown", {
      key: "Escape",
      bubbles: true,
    }),
  );
  assert.equal(asking(), null);
  assert.deepEqual(api.of("trash.empty"), []);
});

test("an entry is destroyed when that was said twice", async () => {
  await show();
  button("Delete for ever", rowOf(2)).click();
  button("Delete for ever", asking() as HTMLElement).click();
  await settled();
  assert.deepEqual(api.of("trash.empty"), [{ ids: ["link-3"] }]);
  assert.deepEqual(names(), ["Page 1", "example.com/2"]);
  assert.match(visit.toasts[0]?.message ?? "", /Page 3.*is destroyed/);
});

test("the whole trash is emptied when that was said twice", async () => {
  await show();
  button("Empty the trash").click();
  assert.match(asking()?.textContent ?? "", /Destroy everything/);
  button("Delete for ever", asking() as HTMLElement).click();
  await settled();
  assert.deepEqual(api.of("trash.empty"), [{ all: true }]);
  assert.deepEqual(names(), []);
  assert.equal(main().querySelector<HTMLElement>(".empty")?.hidden, false);
  assert.equal(button("Empty the trash").hidden, true);
});

test("traces that are left for later are told, and so is a refusal, which leaves the entry", async () => {
  api.answer("trash.empty", () => ok({ links: 1, snapshots: 2, wiped: false }));
  await show();
  button("Delete for ever", rowOf(0)).click();
  button("Delete for ever", asking() as HTMLElement).click();
  await settled();
  assert.match(visit.toasts[0]?.message ?? "", /in the background/);

  api.answer("trash.empty", () => refused("busy"));
  button("Delete for ever", rowOf(0)).click();
  button("Delete for ever", asking() as HTMLElement).click();
  await settled();
  assert.deepEqual(
    visit.failures.map(({ code }) => code),
    ["busy"],
  );
  assert.deepEqual(names(), ["example.com/2", "Page 3"]);
  assert.equal(asking(), null);
});

test("pages follow each other, and a first page that fails can be asked for again", async () => {
  entries = Array.from({ length: 60 }, (_, n) => entry(n));
  await show();
  assert.equal(names().length, 50);
  button("Show more").click();
  await settled();
  assert.equal(names().length, 60);
  assert.equal(button("Show more").hidden, true);

  api.answer("trash.list", () => refused("busy"));
  await show();
  api.answer("trash.list", () => ok({ items: [entry(1)], next: null, total: 1 }));
  main().querySelector<HTMLButtonElement>(".failure")?.click();
  await settled();
  assert.deepEqual(names(), ["Page 1"]);
});
