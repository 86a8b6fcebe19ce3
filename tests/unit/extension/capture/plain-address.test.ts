import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutCredentials } from "../../../../extension/src/capture/frame/plain-address.ts";

test("user name and password go, whatever else an address has", () => {
  assert.equal(withoutCredentials("https://me:secret@a.example:8/p?q=1#f"), "https://a.example:8/p?q=1#f");
  assert.equal(withoutCredentials("http://me@a.example/"), "http://a.example/");
  assert.equal(withoutCredentials("http://:secret@a.example/"), "http://a.example/");
});

test("an address without them stays letter for letter", () => {
  for (const address of [
    "https://a.example",
    "about:srcdoc",
    "data:,me:secret@x",
    "file:///a b",
    "not one",
    "",
  ]) {
    assert.equal(withoutCredentials(address), address);
  }
});
