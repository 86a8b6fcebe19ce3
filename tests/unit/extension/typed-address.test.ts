import assert from "node:assert/strict";
import { test } from "node:test";
import { typedAddress, typedAddresses } from "../../../extension/src/ui/typed-address.ts";

test("an address is one with or without its scheme", () => {
  assert.equal(typedAddress("https://example.org/a?b=1#c"), "https://example.org/a?b=1#c");
  assert.equal(typedAddress("HTTP://EXAMPLE.org"), "http://example.org/");
  assert.equal(typedAddress("example.org/path"), "https://example.org/path");
  assert.equal(typedAddress("localhost:8080/x"), "https://localhost:8080/x");
  assert.equal(typedAddress("192.168.1.1"), "https://192.168.1.1/");
  assert.equal(typedAddress("例え.jp/ページ"), "https://xn--r8jz45g.jp/%E3%83%9A%E3%83%BC%E3%82%B8");
});

test("words, other schemes and halves of addresses are none", () => {
  for (const word of [
    "",
    "words",
    "two words.here",
    "mailto:a@example.org",
    "javascript:alert(1)",
    "ftp://example.org/",
    "file:///etc/passwd",
    "https://",
    "chrome://settings",
  ]) {
    assert.equal(typedAddress(word), null, word);
  }
});

test("a pasted list gives each address once, and names what is none", () => {
  assert.deepEqual(typedAddresses("https://a.example/ b.example\nb.example，https://c.example/、nonsense"), {
    urls: ["https://a.example/", "https://b.example/", "https://c.example/"],
    wrong: ["nonsense"],
  });
  assert.deepEqual(typedAddresses(" \n "), { urls: [], wrong: [] });
});
