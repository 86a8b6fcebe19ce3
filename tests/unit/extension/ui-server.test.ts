import assert from "node:assert/strict";
import { test } from "node:test";
import { extensionPage } from "./support/extension-page.ts";

extensionPage();
const { fromOwnPage, isHostQuestion, isLibraryRequest } = await import(
  "../../../extension/src/background/ui-server.ts"
);
const { NativeLibraryApi } = await import("../../../extension/src/library/api/native-library-api.ts");

const own = "chrome-extension://keepleaf/";

test("pages of this extension are heard, in a tab as in a popup", () => {
  assert.ok(fromOwnPage({ id: "keepleaf", url: `${own}popup.html` }));
  assert.ok(fromOwnPage({ id: "keepleaf", url: `${own}library.html#/all`, tab: {} as chrome.tabs.Tab }));
});

test("scripts in web pages are not, ours included, nor other extensions", () => {
  for (const sender of [
    undefined,
    {},
    { id: "keepleaf" },
    { id: "keepleaf", url: "https://example.org/" },
    { id: "keepleaf", url: "https://example.org/?chrome-extension://keepleaf/popup.html" },
    { id: "another", url: `${own}popup.html` },
    { id: "keepleaf", url: "chrome-extension://keepleafs/popup.html" },
  ]) {
    assert.equal(fromOwnPage(sender), false, JSON.stringify(sender));
  }
});

test("a page may ask the library, but may not speak for a capture or for the session", () => {
  assert.ok(isLibraryRequest({ to: "keepleaf.library", type: "link.lookup", body: {} }));
  for (const type of [
    "hello",
    "ping",
    "capture.commit",
    "capture.abort",
    "toString",
    "link.teleport",
    7,
    undefined,
  ]) {
    assert.equal(isLibraryRequest({ to: "keepleaf.library", type, body: {} }), false, String(type));
  }
  for (const message of [null, undefined, "keepleaf.library", {}, { type: "link.lookup" }]) {
    assert.equal(isLibraryRequest(message), false);
    assert.equal(isHostQuestion(message), false);
  }
  assert.ok(isHostQuestion({ to: "keepleaf.host" }));
});

test("the library's answer is handed on as it is", async () => {
  const sent: unknown[] = [];
  const api = new NativeLibraryApi(async (message) => {
    sent.push(message);
    return { ok: true, value: { path: "a", links: 1 } };
  });
  const reply = await api.request("tag.rename", { from: "b", to: "a" });
  assert.deepEqual(reply, { ok: true, value: { path: "a", links: 1 } });
  assert.deepEqual(sent, [{ to: "keepleaf.library", type: "tag.rename", body: { from: "b", to: "a" } }]);
});

test("a background that is gone is an answer, not an exception", async () => {
  const gone = new NativeLibraryApi(async () => {
    throw new Error("Could not establish connection. Receiving end does not exist.");
  });
  const silent = new NativeLibraryApi(async () => undefined);
  for (const api of [gone, silent]) {
    const reply = await api.request("library.stats", {});
    assert.ok(!reply.ok);
    assert.equal(reply.error.code, "disconnected");
  }
});

test("a question that its asker gave up rejects, before and while it is asked", async () => {
  const never = new NativeLibraryApi(() => new Promise(() => {}));
  await assert.rejects(never.request("library.stats", {}, { signal: AbortSignal.abort() }), {
    name: "AbortError",
  });
  const abort = new AbortController();
  const asked = never.request("library.stats", {}, { signal: abort.signal });
  abort.abort();
  await assert.rejects(asked, { name: "AbortError" });
});
