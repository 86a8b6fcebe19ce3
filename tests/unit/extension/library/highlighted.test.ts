import assert from "node:assert/strict";
import { test } from "node:test";
import { libraryPage } from "../support/library-page.ts";

libraryPage();
const { highlighted } = await import("../../../../extension/src/library/views/highlighted.ts");

const bytes = (text: string) => new TextEncoder().encode(text).length;

/** The text with brackets around what is marked. */
function shown(text: string, matches: [number, number][]): string {
  const box = document.createElement("p");
  box.append(highlighted(text, matches));
  assert.equal(box.textContent, text, "nothing is lost, nothing is added");
  return [...box.childNodes]
    .map((node) => (node.nodeName === "MARK" ? `[${node.textContent}]` : node.textContent))
    .join("");
}

test("offsets count bytes of UTF-8, in every script", () => {
  assert.equal(shown("keep a leaf", [[7, 11]]), "keep a [leaf]");
  const cjk = "関数と正規表現です";
  assert.equal(shown(cjk, [[bytes("関数と"), bytes("関数と正規表現")]]), "関数と[正規表現]です");
  const emoji = "a 🍃 leaf é";
  assert.equal(
    shown(emoji, [
      [2, 6],
      [bytes("a 🍃 "), bytes("a 🍃 leaf")],
      [bytes("a 🍃 leaf "), bytes(emoji)],
    ]),
    "a [🍃] [leaf] [é]",
  );
});

test("neighbours, beginning and end are marked", () => {
  assert.equal(
    shown("abcd", [
      [0, 1],
      [1, 2],
      [3, 4],
    ]),
    "[a][b]c[d]",
  );
  assert.equal(shown("abc", [[0, 3]]), "[abc]");
});

test("ranges that make no sense mark nothing", () => {
  assert.equal(shown("abc", [[1, 1]]), "abc");
  assert.equal(shown("abc", [[2, 1]]), "abc");
  assert.equal(shown("abc", [[1, 9]]), "abc");
  assert.equal(
    shown("abcd", [
      [0, 2],
      [1, 3],
    ]),
    "[ab]cd",
  );
  assert.equal(shown("", [[0, 1]]), "");
});

test("markup in a snippet is text", () => {
  assert.equal(shown("<b>x</b>", [[3, 4]]), "<b>[x]</b>");
});
