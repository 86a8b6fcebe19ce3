import assert from "node:assert/strict";
import { test } from "node:test";
import { extensionPage } from "./support/extension-page.ts";

extensionPage();
type Listener = (text: string, disposition?: string) => void;
const listeners: Record<string, Listener> = {};
const suggested: string[] = [];
const opened: string[] = [];
Object.assign((globalThis as unknown as { chrome: object }).chrome, {
  omnibox: {
    onInputChanged: { addListener: (listener: Listener) => Object.assign(listeners, { changed: listener }) },
    onInputEntered: { addListener: (listener: Listener) => Object.assign(listeners, { entered: listener }) },
    setDefaultSuggestion: ({ description }: { description: string }) => suggested.push(description),
  },
  tabs: {
    update: async ({ url }: { url: string }) => opened.push(`here ${url}`),
    create: async ({ url }: { url: string }) => opened.push(`tab ${url}`),
  },
});
const { listenToOmnibox } = await import("../../../extension/src/background/omnibox.ts");
const added: string[] = [];
listenToOmnibox((url) => added.push(url));

test("an address is kept, and said so while it is typed; its signs are no markup", () => {
  listeners.changed?.("example.org/?a=1&b=<2>");
  assert.equal(suggested.at(-1), "Keep https://example.org/?a=1&#38;b=%3C2%3E");
  listeners.entered?.("example.org/a", "currentTab");
  assert.deepEqual(added, ["https://example.org/a"]);
  assert.deepEqual(opened, []);
});

test("other words are looked for in the library, in the tab that was meant", () => {
  listeners.changed?.("two words");
  assert.match(suggested.at(-1) ?? "", /two words/);
  listeners.entered?.("two words", "currentTab");
  listeners.entered?.("tag:work", "newForegroundTab");
  assert.deepEqual(opened, [
    "here chrome-extension://keepleaf/library.html#/?q=two+words",
    "tab chrome-extension://keepleaf/library.html#/?q=tag%3Awork",
  ]);
  assert.equal(added.length, 1);
  listeners.changed?.("  ");
  assert.match(suggested.at(-1) ?? "", /address/);
});
