import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { extensionPage } from "./support/extension-page.ts";

const dom = extensionPage('<div id="tags"></div>');
const { cleanTag, TagInput } = await import("../../../extension/src/ui/tag-input.ts");

let events: string[] = [];
let tags: InstanceType<typeof TagInput>;
let input: HTMLInputElement;

beforeEach(() => {
  events = [];
  const root = document.getElementById("tags") as HTMLElement;
  root.replaceChildren();
  tags = new TagInput(root, {
    offers: async (prefix) => [
      { path: `${prefix}/one`, links: 1 },
      { path: `${prefix}/two`, links: 2 },
    ],
    added: (path) => events.push(`+${path}`),
    removed: (path) => events.push(`-${path}`),
  });
  input = root.querySelector("input") as HTMLInputElement;
});

function type(value: string): void {
  input.value = value;
  input.dispatchEvent(new dom.window.Event("input"));
}
function press(key: string, isComposing = false): void {
  input.dispatchEvent(
    new dom.window.KeyboardEvent("keydown", { key, isComposing, cancelable: true, bubbles: true }),
  );
}
const shown = () => [...document.querySelectorAll(".tag")].map((chip) => chip.firstChild?.textContent);
const offered = () =>
  [...document.querySelectorAll("[role=option]")].map((option) => option.firstChild?.textContent);
async function offersShown(): Promise<void> {
  while (offered().length === 0) await new Promise((resolve) => setImmediate(resolve));
}

test("Enter takes what was typed", () => {
  type(" work / db ");
  press("Enter");
  assert.deepEqual(events, ["+work/db"]);
  assert.deepEqual(shown(), ["work/db"]);
  assert.equal(input.value, "");
});

test("a comma ends a tag, in every script", () => {
  type("a,文档，日本語、res");
  assert.deepEqual(events, ["+a", "+文档", "+日本語"]);
  assert.equal(input.value, "res");
});

test("Enter that belongs to an input method takes nothing", () => {
  type("nihongo");
  press("Enter", true);
  assert.deepEqual(events, []);
});

test("a tag that is there is not added twice, an empty one not at all", () => {
  tags.show(["a"]);
  for (const typed of ["a", " ", "/", " / / "]) {
    type(typed);
    press("Enter");
  }
  assert.deepEqual(events, []);
});

test("offers of the library can be chosen with the arrows, and are announced", async () => {
  type("w");
  await offersShown();
  assert.equal(input.getAttribute("aria-expanded"), "true");
  press("ArrowDown");
  press("ArrowDown");
  const active = input.getAttribute("aria-activedescendant") ?? "";
  assert.equal(document.getElementById(active)?.getAttribute("aria-selected"), "true");
  press("Enter");
  assert.deepEqual(events, ["+w/two"]);
  assert.equal(input.getAttribute("aria-expanded"), "false");
});

test("Escape closes the offers and keeps what was typed", async () => {
  type("w");
  await offersShown();
  press("Escape");
  assert.deepEqual(offered(), []);
  assert.equal(input.value, "w");
});

test("a tag that is there is not offered", async () => {
  tags.show(["w/one"]);
  type("w");
  await offersShown();
  assert.deepEqual(offered(), ["w/two"]);
});

test("Backspace in the empty input, and the cross, take a tag away", () => {
  tags.show(["a", "b", "c"]);
  press("Backspace");
  const cross = document.querySelector<HTMLButtonElement>(".tag button");
  assert.equal(cross?.getAttribute("aria-label"), "Remove the tag a");
  cross?.click();
  assert.deepEqual(events, ["-c", "-a"]);
  assert.deepEqual(shown(), ["b"]);
});

test("a tag at the limit is taken, one byte or one level above it is not", () => {
  type("x".repeat(512));
  press("Enter");
  type("y".repeat(513));
  press("Enter");
  assert.notEqual(input.validationMessage, "");
  type(Array(16).fill("l").join("/"));
  press("Enter");
  type(Array(17).fill("m").join("/"));
  press("Enter");
  assert.deepEqual(
    events.map((event) => event[1]),
    ["x", "l"],
  );
});

test("what was typed and not ended is taken when the popup closes", () => {
  type("last");
  tags.commit();
  assert.deepEqual(events, ["+last"]);
});

test("levels are trimmed, empty ones dropped, lone surrogates mended", () => {
  assert.equal(cleanTag(" a // b/ "), "a/b");
  assert.equal(cleanTag("a\ud800"), "a\ufffd");
});
