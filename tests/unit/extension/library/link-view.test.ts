import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { LinkItem } from "../../../../extension/src/protocol/messages.ts";
import { FakeLibrary, libraryPage, linkItem, ok, refused, settled, Visit } from "../support/library-page.ts";

const { window } = libraryPage();
const { linkView } = await import("../../../../extension/src/library/views/link-view.ts");

let api: FakeLibrary;
let visit: Visit;
let view: HTMLElement;

async function show(link: LinkItem): Promise<void> {
  api.answer("link.show", () => ok({ link, snapshots: link.snapshots }));
  visit = new Visit(api);
  view = linkView(visit.context, link.id);
  document.querySelector("main")?.replaceChildren(view);
  await settled();
}
beforeEach(() => {
  api = new FakeLibrary();
});

const field = (id: string) => view.querySelector<HTMLInputElement>(`#${id}`) as HTMLInputElement;
function change(input: HTMLInputElement, value: string): void {
  input.value = value;
  input.dispatchEvent(new window.Event("change"));
}
const press = (target: Element, key: string) =>
  target.dispatchEvent(new window.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const tags = () => [...view.querySelectorAll(".tag")].map((tag) => tag.firstChild?.textContent);

test("title and note are saved when their field is left, and the heading follows", async () => {
  api.answer("link.edit", ({ title, note }) =>
    ok({ items: [linkItem(1, { title: title ?? "Page 1", note: note ?? "" })] }),
  );
  await show(linkItem(1));
  assert.equal(visit.title, "Page 1");
  change(field("title"), "  Another name ");
  await settled();
  change(field("note"), "Look again");
  await settled();
  assert.deepEqual(api.of("link.edit"), [
    { id: "link-1", title: "Another name" },
    { id: "link-1", note: "Look again" },
  ]);
  assert.equal(visit.toasts.length, 2);
});

test("an empty title shows the address", async () => {
  api.answer("link.edit", () => ok({ items: [linkItem(1, { title: "" })] }));
  await show(linkItem(1));
  change(field("title"), "");
  await settled();
  assert.equal(view.querySelector("h1")?.textContent, "example.com/1");
  assert.equal(visit.title, "example.com/1");
});

test("Escape takes back what is not saved, also after a save that failed", async () => {
  api.answer("link.edit", () => refused("busy"));
  await show(linkItem(1));
  field("title").value = "half";
  press(field("title"), "Escape");
  assert.equal(field("title").value, "Page 1");
  change(field("title"), "never saved");
  await settled();
  assert.deepEqual(
    visit.failures.map(({ code }) => code),
    ["busy"],
  );
  assert.equal(field("title").value, "never saved", "what was typed is not thrown away");
  press(field("title"), "Escape");
  assert.equal(field("title").value, "Page 1");
});

test("a shortened note is shown, but can't be written back", async () => {
  await show(linkItem(1, { note: "only the beginning", shortened: ["note"] }));
  assert.equal(field("note").readOnly, true);
  const why = document.getElementById(field("note").getAttribute("aria-describedby") ?? "");
  assert.match(why?.textContent ?? "", /keepleaf note link-1/);
  change(field("note"), "cut");
  press(field("note"), "Escape");
  await settled();
  assert.deepEqual(api.of("link.edit"), []);
  assert.ok(field("tag-input"), "tags are whole, and stay editable");
});

test("shortened tags are shown, but can't be changed", async () => {
  await show(linkItem(1, { tags: ["a", "b/c"], shortened: ["tags"] }));
  assert.deepEqual(tags(), ["a", "b/c"]);
  assert.equal(field("tag-input"), null);
  assert.equal(view.querySelector(".tags button"), null);
  assert.match(view.textContent ?? "", /too many tags/);
  assert.equal(field("note").readOnly, false);
});

test("tags are given and taken one by one, as the library has them then", async () => {
  let now = ["a"];
  api.answer("link.tag", ({ add = [], remove = [] }) => {
    now = [...now, ...add].filter((tag) => !remove.includes(tag)).sort();
    return ok({ items: [linkItem(1, { tags: now })] });
  });
  await show(linkItem(1, { tags: now }));
  field("tag-input").value = "Work / db";
  press(field("tag-input"), "Enter");
  await settled();
  assert.deepEqual(tags(), ["Work/db", "a"]);
  view.querySelector<HTMLButtonElement>(".tag button")?.click();
  await settled();
  assert.deepEqual(tags(), ["a"]);
  assert.deepEqual(api.of("link.tag"), [
    { ids: ["link-1"], add: ["Work/db"] },
    { ids: ["link-1"], remove: ["Work/db"] },
  ]);
  assert.equal(visit.tagsChanged, 2);
  assert.equal(document.activeElement, field("tag-input"));
});

test("a tag that the library refuses goes again", async () => {
  api.answer("link.tag", () => refused("bad_request"));
  await show(linkItem(1, { tags: ["a"] }));
  field("tag-input").value = "b";
  press(field("tag-input"), "Enter");
  await settled();
  assert.deepEqual(tags(), ["a"]);
  assert.equal(visit.failures.length, 1);
});

test("a version that comes back is what it was", async () => {
  const version = { id: "s", taken_at: "2026-11-22T05:55:01.250Z", engine: "fetch" as const };
  await show(linkItem(1, { snapshots: [{ ...version, state: "partial" }] }));
  const state = (next: "partial" | "trashed") =>
    api.answer("link.show", () => ok({ link: linkItem(1), snapshots: [{ ...version, state: next }] }));
  const button = () => view.querySelector<HTMLButtonElement>(".versions button") as HTMLButtonElement;
  api.answer("item.remove", ({ ids }) => ok({ ids })).answer("item.restore", ({ ids }) => ok({ ids }));
  assert.match(view.querySelector(".versions")?.textContent ?? "", /fetched.*Parts missing/);
  state("trashed");
  button().focus();
  button().click();
  await settled();
  assert.equal(button().textContent, "Restore");
  assert.equal(document.activeElement, button());
  state("partial");
  button().click();
  await settled();
  assert.match(view.querySelector(".versions")?.textContent ?? "", /Parts missing/);
  assert.deepEqual(api.of("item.restore"), [{ ids: ["s"] }]);
});

test("a link that is not there says so, and is asked for again", async () => {
  api.answer("link.show", () => refused("not_found"));
  visit = new Visit(api);
  view = linkView(visit.context, "gone");
  await settled();
  view.querySelector<HTMLButtonElement>("button.failure")?.click();
  await settled();
  assert.equal(api.of("link.show").length, 2);
});
