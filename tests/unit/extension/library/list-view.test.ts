import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { LinkItem, PageOf, SearchHit } from "../../../../extension/src/protocol/messages.ts";
import type { Reply } from "../../../../extension/src/protocol/reply.ts";
import {
  comesNear,
  FakeLibrary,
  libraryPage,
  linkItem,
  ok,
  refused,
  settled,
  Visit,
} from "../support/library-page.ts";

libraryPage();
const { ListView } = await import("../../../../extension/src/library/views/list-view.ts");

const many = Array.from({ length: 120 }, (_, n) => linkItem(n));

/** Pages of at most 50, with cursors as opaque as the host's. */
function pageOf(items: LinkItem[], after: string | undefined): PageOf<LinkItem> {
  const begin = after ? Number(after.slice(1)) : 0;
  const end = begin + 50;
  return {
    items: items.slice(begin, end),
    next: end < items.length ? `c${end}` : null,
    total: items.length,
  };
}
const hits = (...items: LinkItem[]): PageOf<SearchHit> => ({
  items: items.map((item) => ({
    ...item,
    score: 1,
    field: "text",
    snippet: "a leaf",
    matches: [[2, 6]],
    snapshot_id: "found-here",
  })),
  next: null,
  total: items.length,
});

let list: InstanceType<typeof ListView>;
let api: FakeLibrary;

beforeEach(() => {
  api = new FakeLibrary().answer("link.list", ({ after }) => ok(pageOf(many, after)));
  list = new ListView();
  document.querySelector("main")?.replaceChildren(list.element);
});

async function show(query = ""): Promise<Visit> {
  const visit = new Visit(api);
  await list.show(visit.context, query);
  return visit;
}
const titles = () => [...list.element.querySelectorAll("a.title")].map((link) => link.textContent);
const hrefs = () => [...list.element.querySelectorAll("a.title")].map((link) => link.getAttribute("href"));
const heading = () => list.element.querySelector("h1")?.textContent;
const count = () => list.element.querySelector(".count")?.textContent;
const more = () => list.element.querySelector<HTMLButtonElement>("button.more") as HTMLButtonElement;
const empty = () => list.element.querySelector<HTMLElement>(".empty");
const buttonOf = (n: number) => list.element.querySelectorAll<HTMLButtonElement>("button.action")[n];

test("pages follow each other, each once, until there are no more", async () => {
  await show();
  assert.equal(titles().length, 50);
  assert.equal(count(), "120 links");
  assert.equal(more().hidden, false);
  comesNear(more());
  comesNear(more());
  await settled();
  assert.equal(titles().length, 100);
  more().click();
  await settled();
  assert.deepEqual(
    titles(),
    many.map(({ title }) => title),
  );
  assert.equal(more().hidden, true);
  assert.deepEqual(
    api.of("link.list").map(({ after }) => after),
    [undefined, "c50", "c100"],
  );
  comesNear(more());
  await settled();
  assert.equal(api.asked.length, 3);
});

test("a page that fails is told, and asked for again", async () => {
  const visit = await show();
  let fail = true;
  api.answer("link.list", ({ after }) => (fail ? refused("busy") : ok(pageOf(many, after))));
  more().click();
  await settled();
  assert.deepEqual(
    visit.failures.map(({ code }) => code),
    ["busy"],
  );
  assert.equal(titles().length, 50);
  fail = false;
  more().click();
  await settled();
  assert.equal(titles().length, 100);
});

test("one link is one link", async () => {
  api.answer("link.list", () => ok(pageOf([linkItem(1)], undefined)));
  await show();
  assert.equal(count(), "1 link");
});

test("a search shows where its words stand, and leads to the version that has them", async () => {
  api.answer("link.search", () => ok(hits(linkItem(7))));
  const visit = await show("leaf");
  assert.equal(heading(), "Search results");
  assert.equal(visit.title, "Search results");
  assert.equal(list.element.querySelector("mark")?.textContent, "leaf");
  assert.deepEqual(hrefs(), ["#/snapshot/found-here?q=leaf"]);
});

test("what was found stays until the next answer has come", async () => {
  await show();
  let answer: (reply: Reply<PageOf<SearchHit>>) => void = () => {};
  api.answer("link.search", () => new Promise((resolve) => (answer = resolve)));
  const shown = show("leaf");
  await settled();
  assert.equal(titles().length, 50);
  assert.equal(list.element.getAttribute("aria-busy"), "true");
  answer(ok(hits(linkItem(7))));
  await shown;
  assert.deepEqual(titles(), ["Page 7"]);
  assert.equal(list.element.hasAttribute("aria-busy"), false);
});

test("an answer that comes after the next question is not shown", async () => {
  const answers = new Map<unknown, (reply: Reply<PageOf<SearchHit>>) => void>();
  api.answer("link.search", ({ query }) => new Promise((resolve) => answers.set(query, resolve)));
  const first = show("le");
  const second = show("leaf");
  await settled();
  answers.get("leaf")?.(ok(hits(linkItem(2))));
  await second;
  answers.get("le")?.(ok(hits(linkItem(1))));
  await first;
  assert.deepEqual(titles(), ["Page 2"]);
});

test("a query that can't be read yet leaves the results, and is told beside the field", async () => {
  api.answer("link.search", ({ query }) =>
    query.includes('"') ? refused("bad_request", "the quotation mark is not closed") : ok(hits(linkItem(7))),
  );
  await show("leaf");
  const visit = await show('leaf "a');
  assert.deepEqual(titles(), ["Page 7"]);
  assert.equal(heading(), "Search results");
  assert.equal(list.element.querySelector(".failure"), null);
  assert.deepEqual(
    visit.problems.map((problem) => problem?.message),
    ["the quotation mark is not closed"],
  );
  assert.equal(list.element.hasAttribute("aria-busy"), false);
  const next = await show("leaf b");
  assert.deepEqual(next.problems, [null]);
});

test("more of the old results is not asked for with the new query", async () => {
  api.answer("link.search", () => refused("bad_request"));
  await show();
  await show('"');
  more().click();
  await settled();
  assert.deepEqual(
    api.asked.map(({ type }) => type),
    ["link.list", "link.search"],
  );
});

test("other failures take the list's place until trying again works", async () => {
  let fail = true;
  api.answer("link.list", () => (fail ? refused("host_missing") : ok(pageOf(many, undefined))));
  await show();
  const again = list.element.querySelector<HTMLButtonElement>("button.failure");
  assert.equal(again?.textContent, "it said host_missing");
  fail = false;
  again?.click();
  await settled();
  assert.equal(titles().length, 50);
  assert.equal(list.element.querySelector(".failure"), null);
});

test("the same again leaves every element where it is", async () => {
  await show();
  comesNear(more());
  await settled();
  const before = [...list.element.querySelectorAll("li")];
  await show();
  assert.deepEqual([...list.element.querySelectorAll("li")], before);
  api.answer("link.list", () => ok(pageOf(many.slice(1), undefined)));
  await show();
  assert.equal(titles()[0], "Page 1");
  assert.equal(titles().length, 50);
});

test("a view that was left shows and says nothing", async () => {
  let answer: (reply: Reply<PageOf<LinkItem>>) => void = () => {};
  api.answer("link.list", () => new Promise((resolve) => (answer = resolve)));
  const visit = new Visit(api);
  const shown = list.show(visit.context, "");
  visit.leaving.abort();
  answer(refused("io"));
  await shown;
  assert.deepEqual(visit.failures, []);
  assert.deepEqual(titles(), []);
});

test("removing takes the row away, and undo brings it back to its place", async () => {
  const removed: unknown[] = [];
  api
    .answer("link.list", () => ok(pageOf(many.slice(0, 3), undefined)))
    .answer("item.remove", ({ ids }) => {
      removed.push(...ids);
      return ok({ ids });
    })
    .answer("item.restore", ({ ids }) => ok({ ids }));
  const visit = await show();
  buttonOf(1)?.focus();
  buttonOf(1)?.click();
  await settled();
  assert.deepEqual(removed, ["link-1"]);
  assert.deepEqual(titles(), ["Page 0", "Page 2"]);
  assert.equal(count(), "2 links");
  assert.equal(document.activeElement, buttonOf(1), "the focus is on the same button of the next row");
  const [toast] = visit.toasts;
  assert.match(toast?.message ?? "", /Page 1/);
  toast?.action?.run();
  await settled();
  assert.deepEqual(api.of("item.restore"), [{ ids: ["link-1"] }]);
  assert.deepEqual(titles(), ["Page 0", "Page 1", "Page 2"]);
  assert.equal(count(), "3 links");
  assert.equal(visit.tagsChanged, 2);
});

test("undo of the last row, and of neighbours in the wrong order, loses none", async () => {
  api
    .answer("link.list", () => ok(pageOf(many.slice(0, 2), undefined)))
    .answer("item.remove", ({ ids }) => ok({ ids }))
    .answer("item.restore", ({ ids }) => ok({ ids }));
  const visit = await show();
  buttonOf(0)?.click();
  await settled();
  buttonOf(0)?.click();
  await settled();
  assert.deepEqual(titles(), []);
  assert.equal(empty()?.hidden, false);
  for (const toast of visit.toasts) toast.action?.run();
  await settled();
  assert.deepEqual(titles().sort(), ["Page 0", "Page 1"]);
  assert.equal(empty()?.hidden, true);
});

test("a removal that fails removes nothing", async () => {
  api.answer("item.remove", () => refused("read_only"));
  const visit = await show();
  buttonOf(0)?.click();
  await settled();
  assert.equal(titles().length, 50);
  assert.deepEqual(
    visit.failures.map(({ code }) => code),
    ["read_only"],
  );
  assert.deepEqual(visit.toasts, []);
});

test("undo after going elsewhere restores, but adds no row to another list", async () => {
  api
    .answer("item.remove", ({ ids }) => ok({ ids }))
    .answer("item.restore", ({ ids }) => ok({ ids }))
    .answer("link.search", () => ok(hits(linkItem(7))));
  const visit = await show();
  buttonOf(0)?.click();
  await settled();
  await show("leaf");
  visit.toasts[0]?.action?.run();
  await settled();
  assert.equal(api.of("item.restore").length, 1);
  assert.deepEqual(titles(), ["Page 7"]);
  assert.equal(count(), "1 link");
});

test("an index that is being built again is told", async () => {
  const hint = () => list.element.querySelector<HTMLElement>("header + .hint");
  api.answer("link.search", () => ok({ ...hits(linkItem(1)), indexing: true }));
  await show("x");
  assert.equal(hint()?.hidden, false);
  assert.match(hint()?.textContent ?? "", /not everything is found yet/);
  api.answer("link.search", () => ok(hits(linkItem(1), linkItem(2))));
  await show("x");
  assert.equal(hint()?.hidden, true);
});

test("nothing kept, nothing found: each says what to do", async () => {
  api.answer("link.list", () => ok(pageOf([], undefined))).answer("link.search", () => ok(hits()));
  await show();
  assert.match(empty()?.textContent ?? "", /Nothing is kept yet.*toolbar/);
  await show("x");
  assert.match(empty()?.textContent ?? "", /Nothing found.*fewer words/);
  assert.equal(more().hidden, true);
});

test("a row names what it lacks, and leads to its details when there is no snapshot", async () => {
  const [partial] = linkItem(1).snapshots;
  const items = [
    linkItem(1, { snapshots: [], snapshot_count: 0, title: "" }),
    linkItem(2, { snapshots: partial ? [{ ...partial, state: "partial" }] : [], snapshot_count: 3 }),
    linkItem(3, { tags: ["work/to read"], note: "<i>look</i> again" }),
  ];
  api.answer("link.list", () => ok(pageOf(items, undefined)));
  await show();
  const rows = [...list.element.querySelectorAll<HTMLElement>("li.link")];
  assert.deepEqual(titles(), ["example.com/1", "Page 2", "Page 3"]);
  assert.equal(hrefs()[0], "#/link/link-1");
  assert.equal(rows[0]?.querySelector(".partial")?.textContent, "No snapshot yet");
  assert.equal(rows[1]?.querySelector(".partial")?.textContent, "Parts missing");
  assert.match(rows[1]?.textContent ?? "", /Versions: 3/);
  assert.equal(rows[2]?.querySelector("a.tag")?.getAttribute("href"), "#/?q=tag%3A%22work%2Fto+read%22");
  assert.equal(rows[2]?.querySelector(".note")?.textContent, "<i>look</i> again");
  assert.equal(buttonOf(1)?.getAttribute("aria-label"), "Remove: Page 2");
});
