import assert from "node:assert/strict";
import { test } from "node:test";
import { queryWords } from "../../../../extension/src/library/query-words.ts";
import { parseRoute, type Route, routeHash, tagQuery } from "../../../../extension/src/library/routes.ts";
import { tagBranches } from "../../../../extension/src/library/tag-tree.ts";

const id = "019aa9f0-5c00-7000-8000-000000000001";

test("every route is read from the address that it makes", () => {
  const routes: Route[] = [
    { view: "list", query: "" },
    { view: "trash" },
    { view: "list", query: 'a "b c" #?&=%+/ 東京 😀 ' },
    { view: "link", id },
    { view: "snapshot", id, query: "" },
    { view: "snapshot", id, query: "tag:x?y#z" },
    { view: "snapshot", id, query: "", mode: "reader" },
    { view: "snapshot", id, query: "a b", mode: "picture" },
  ];
  for (const route of routes) assert.deepEqual(parseRoute(routeHash(route)), route);
});

test("an address that means nothing is the list", () => {
  for (const hash of ["", "#", "#/", "#/link", "#/link/", "#/snapshot/", "#/nothing/x", "#main", "#//"]) {
    assert.deepEqual(parseRoute(hash), { view: "list", query: "" }, hash);
  }
});

test("a way to look at a snapshot that is none is that of the page", () => {
  assert.deepEqual(parseRoute(`#/snapshot/${id}/backwards`), { view: "snapshot", id, query: "" });
});

test("a tag becomes a filter whatever it is made of", () => {
  assert.equal(tagQuery("work/to read"), 'tag:"work/to read"');
  assert.equal(tagQuery("中文/参考"), 'tag:"中文/参考"');
  assert.equal(tagQuery('a"b'), 'tag:"ab"', "the query language has no way to write a quotation mark");
});

test("a query's words are those that a text can hold", () => {
  const words: [string, string[]][] = [
    ["", []],
    ["leaf", ["leaf"]],
    ["  leaf  tree ", ["leaf", "tree"]],
    ["postg*", ["postg"]],
    ['"keep a leaf" b', ["keep a leaf", "b"]],
    ['"keep a le"* b', ["keep a le", "b"]],
    ["“typographic marks” x", ["typographic marks", "x"]],
    ["a OR b AND c", ["a", "b", "c"]],
    ["ORange AND", ["ORange"]],
    ["tag:work/db leaf", ["leaf"]],
    ['TAG:"to read" leaf', ["leaf"]],
    ["tag：東京 京都", ["京都"]],
    ["site:example.com after:2026-11 is:untagged", []],
    ["https://example.com/a std::vector C++", ["https://example.com/a", "std::vector", "C++"]],
    ["-a b", ["b"]],
    ['-"a b" c', ["c"]],
    ["-(a OR b) c", ["c"]],
    ["-(a -(b c) d) e", ["e"]],
    ["-tag:x leaf", ["leaf"]],
    ["(a b) c", ["a", "b", "c"]],
    ["((a", ["a"]],
    ["a) b", ["a", "b"]],
    ['a "unclosed phrase', ["a", "unclosed phrase"]],
    ["a - b", ["a", "-", "b"]],
    ["東京　大阪", ["東京", "大阪"]],
    ['""', []],
    ["*", []],
  ];
  for (const [query, expected] of words) assert.deepEqual(queryWords(query), expected, query);
});

test("tags stand below the levels that they belong to, also those that no link has", () => {
  const branches = tagBranches([
    { path: "work", links: 3 },
    { path: "work/db", links: 2 },
    { path: "reading/very/deep", links: 1 },
    { path: "work 2", links: 1 },
  ]);
  assert.deepEqual(
    branches.map(({ path, name, depth, links }) => [path, name, depth, links]),
    [
      ["reading", "reading", 0, undefined],
      ["reading/very", "very", 1, undefined],
      ["reading/very/deep", "deep", 2, 1],
      ["work", "work", 0, 3],
      ["work/db", "db", 1, 2],
      ["work 2", "work 2", 0, 1],
    ],
  );
  assert.deepEqual(tagBranches([]), []);
});
