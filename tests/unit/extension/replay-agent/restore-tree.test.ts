import assert from "node:assert/strict";
import { test } from "node:test";
import { libraryPage } from "../support/library-page.ts";

const { window } = libraryPage();
Object.assign(globalThis, {
  Node: window.Node,
  Element: window.Element,
  DocumentFragment: window.DocumentFragment,
  HTMLTemplateElement: window.HTMLTemplateElement,
  HTMLStyleElement: window.HTMLStyleElement,
  HTMLSlotElement: window.HTMLSlotElement,
});
const { restoreTree } = await import("../../../../host/src/page/restore_tree.js");

function restored(html: string): string {
  document.body.innerHTML = html;
  restoreTree(document);
  return document.body.innerHTML;
}
const unseen = (name: string, content: string) =>
  `<template data-keepleaf-unseen="${name}">${content}</template>`;

test("what script put into a void element is in it again", () => {
  restored(`<p>a<br>${unseen("", "<b>b</b>c")}<i>i</i></p>`);
  assert.equal(document.querySelector("br")?.childNodes.length, 2);
  assert.ok(document.querySelector("br + i"));
  assert.ok(document.querySelector("br > b"));
});

test("what stood where a parser would have ended the head has its name again, with its attributes", () => {
  assert.equal(restored(unseen('div" id="x" class="y', "words")), '<div id="x" class="y">words</div>');
});

test("HTML in a drawing is HTML again", () => {
  restored("<svg><keepleaf-as-div id=d>words</keepleaf-as-div></svg>");
  const found = document.getElementById("d");
  assert.deepEqual([found?.localName, found?.namespaceURI], ["div", "http://www.w3.org/1999/xhtml"]);
});

test("words never become a style sheet, nor anything what loads", () => {
  for (const hostile of [
    `<style>p { color: red }</style>${unseen("", "@import '//e/x'")}`,
    `<p>a</p>${unseen("", "b")}`,
    `<svg><style></style></svg>${unseen("", "x")}`,
    unseen("", "first"),
    unseen("iframe", "x"),
    unseen("script", "x"),
    unseen("style", "x"),
    unseen("object", "x"),
    "<div data-keepleaf-unseen=p>x</div>",
  ]) {
    assert.equal(restored(hostile), restored(hostile), hostile);
    assert.ok(document.querySelector("[data-keepleaf-unseen]"), hostile);
    assert.equal(document.querySelector("style")?.textContent?.includes("@import") ?? false, false);
    assert.equal(document.querySelector("iframe, script, object"), null);
  }
});
