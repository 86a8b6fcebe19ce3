import assert from "node:assert/strict";
import { test } from "node:test";
import { pageKey, refusalOf } from "../../../extension/src/background/page-kind.ts";

test("every page that can't be read has its own reason", () => {
  const reasons = {
    page_browser_own: [
      "chrome://settings/",
      "edge://flags",
      "about:config",
      "brave://wallet",
      "resource://gre/",
      "devtools://x/",
    ],
    page_store: [
      "https://chromewebstore.google.com/detail/x",
      "https://chrome.google.com/webstore/category/extensions",
      "https://addons.mozilla.org/en-US/firefox/",
      "https://microsoftedge.microsoft.com/addons/x",
    ],
    page_extension: ["chrome-extension://abc/popup.html", "moz-extension://abc/x"],
    page_source_view: ["view-source:https://example.org/"],
    page_reader_view: ["about:reader?url=https%3A%2F%2Fexample.org"],
    page_hidden: [""],
    page_empty: ["about:blank", "about:newtab", "chrome://newtab/", "about:home", "about:privatebrowsing"],
    page_other_scheme: [
      "ftp://example.org/",
      "data:text/html,x",
      "javascript:void 0",
      "blob:https://a.example/1",
      "https://",
    ],
    page_local_file: ["file:///home/me/a.html"],
  };
  for (const [reason, urls] of Object.entries(reasons)) {
    for (const url of urls) assert.equal(refusalOf(url, false), reason, url);
  }
});

test("ordinary pages are not refused, whatever they are called", () => {
  for (const url of [
    "https://example.org/",
    "http://127.0.0.1:8080/x.pdf",
    "https://chrome.google.com/",
    "https://example.org/about:config",
    "https://notaddons.mozilla.org/",
    "HTTPS://EXAMPLE.ORG/",
  ]) {
    assert.equal(refusalOf(url, false), null, url);
  }
});

test("a local file is taken where the person allowed files", () => {
  assert.equal(refusalOf("file:///home/me/a.html", true), null);
});

test("a fragment makes no other page, a route does", () => {
  assert.equal(pageKey("https://a.example/x#part"), "https://a.example/x");
  assert.equal(pageKey("https://a.example/x"), "https://a.example/x");
  assert.equal(pageKey("https://a.example/#/route"), "https://a.example/#/route");
  assert.equal(pageKey("https://a.example/#!route"), "https://a.example/#!route");
});
