import assert from "node:assert/strict";
import { test } from "node:test";
import { absoluteSrcset, bestCandidate, parseSrcset } from "../../../../extension/src/capture/html/srcset.ts";

test("candidates are split by commas that are not inside an address", () => {
  assert.deepEqual(parseSrcset(" a,b.png 1x,c.png 2x , d.png"), [
    { url: "a,b.png", descriptor: "1x" },
    { url: "c.png", descriptor: "2x" },
    { url: "d.png", descriptor: "" },
  ]);
  assert.deepEqual(parseSrcset("a.png, b.png 300w"), [
    { url: "a.png", descriptor: "" },
    { url: "b.png", descriptor: "300w" },
  ]);
  assert.deepEqual(parseSrcset(",, ,"), []);
  assert.deepEqual(parseSrcset(""), []);
});

test("data: addresses with commas stay whole", () => {
  assert.deepEqual(parseSrcset("data:image/gif;base64,AAAA 1x, b.png 2x"), [
    { url: "data:image/gif;base64,AAAA", descriptor: "1x" },
    { url: "b.png", descriptor: "2x" },
  ]);
});

test("candidates become absolute and keep their descriptors", () => {
  assert.equal(
    absoluteSrcset("a.png 1x, /b.png 2x", "http://h/dir/"),
    "http://h/dir/a.png 1x, http://h/b.png 2x",
  );
});

test("the best candidate is the smallest that is large enough, else the largest", () => {
  assert.equal(bestCandidate("s 100w, m 500w, l 900w", 400), "m");
  assert.equal(bestCandidate("s 100w, m 500w", 4000), "m");
  assert.equal(bestCandidate("", 1), undefined);
});
