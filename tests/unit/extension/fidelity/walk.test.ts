// Both sides are walked alike: what the capture drops, replaces or adds is not counted, and nothing secret is measured.
import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import type { Found } from "../../../../extension/src/capture/measure/walk.ts";

const dom = new JSDOM("");
Object.assign(globalThis, {
  Node: dom.window.Node,
  Element: dom.window.Element,
  Document: dom.window.Document,
  HTMLTemplateElement: dom.window.HTMLTemplateElement,
  HTMLMediaElement: dom.window.HTMLMediaElement,
});
// jsdom has no fonts; the getter is asked for when the module is loaded.
Object.defineProperty(dom.window.Document.prototype, "fonts", { configurable: true, get: () => [] });
const { walk } = await import("../../../../extension/src/capture/measure/walk.ts");
const { sample, spread } = await import("../../../../extension/src/capture/measure/sample.ts");
const { stateOf } = await import("../../../../extension/src/capture/measure/state.ts");

function walked(html: string): Found[] {
  const { document } = new JSDOM(html).window;
  const work = walk(document, (element) => element.shadowRoot);
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value.found;
}
const pathsOf = (html: string) => walked(html).map(({ name, path }) => `${name} ${path}`);

test("a page and its capture give the same elements the same paths", () => {
  const page = `<html><head><title>t</title><script>1</script></head><body><noscript>no</noscript><script>2</script>
    <p>one <b>two</b></p><iframe src="x"></iframe><template><i>never</i></template><p>three</p></body></html>`;
  const capture = `<html><head><script src="agent.js"></script><meta charset="utf-8"><style data-keepleaf-adopted>p{}</style>
    </head><body><template data-keepleaf-was="noscript"></template><template data-keepleaf-was="script"></template>
    <p>one <b>two</b></p><iframe srcdoc="y"></iframe><template><i>never</i></template><p>three</p><style>a{}</style></body></html>`;
  assert.deepEqual(pathsOf(capture), pathsOf(page));
});

test("text is that of the element itself, with white space collapsed", () => {
  const texts = walked("<body><p> one\n  two <b>three</b>  four </p></body>").map(
    ({ name, text }) => `${name}:${text}`,
  );
  assert.deepEqual(texts.slice(-2), ["p:one two four", "b:three"]);
});

test("an element keeps its looks where it goes, and its path while its looks change", () => {
  const before = walked("<body><p>one</p><p id=b>two</p></body>");
  const moved = walked("<body><div></div><p>one</p><p id=b>two</p></body>");
  assert.notEqual(moved.at(-1)?.path, before.at(-1)?.path);
  assert.equal(moved.at(-1)?.look, before.at(-1)?.look);
  const changed = walked("<body><p>one</p><p id=b>other</p></body>");
  assert.equal(changed.at(-1)?.path, before.at(-1)?.path);
  assert.notEqual(changed.at(-1)?.look, before.at(-1)?.look);
});

test("elements that a page has named like what is read do not hide what is there", () => {
  const found = walked(
    '<body><form><input name="firstChild"><input name="attributes"><input name="localName"><p>in</p></form></body>',
  );
  assert.deepEqual(
    found.slice(-4).map(({ name }) => name),
    ["input", "input", "input", "p"],
  );
});

test("a large page is sampled: what people look at first, every kind, in document order, and always the same", () => {
  const html = `<body>${"<div><p>text</p><span></span></div>".repeat(2000)}${"<img>".repeat(40)}<h1>end</h1></body>`;
  const found = walked(html);
  const chosen = sample(found, 300);
  assert.equal(chosen.length, 300);
  assert.equal(chosen.filter(({ name }) => name === "img").length, 40);
  assert.ok(chosen.some(({ name }) => name === "p") && chosen.some(({ name }) => name === "span"));
  assert.deepEqual(
    chosen.map(({ order }) => order),
    chosen.map(({ order }) => order).sort((a, b) => a - b),
  );
  assert.deepEqual(
    sample(walked(html), 300).map(({ path }) => path),
    chosen.map(({ path }) => path),
  );
});

test("a spread holds the first and the last", () => {
  assert.deepEqual(spread([1, 2, 3, 4, 5, 6, 7], 3), [1, 4, 7]);
  assert.deepEqual(spread([1, 2], 3), [1, 2]);
  assert.deepEqual(spread([1, 2], 0), []);
});

test("of secret fields nothing is measured, of others a hash of what was typed", () => {
  const found = walked(`<body><input type="password" value="geheim"><input type="hidden" value="token">
    <input autocomplete="cc-number" value="4111"><input name="otp" value="123456"><textarea autocomplete="one-time-code">9</textarea>
    <input value="open"></body>`);
  const style = { backgroundImage: "none" } as CSSStyleDeclaration;
  const fields = found.filter(({ name }) => name === "input" || name === "textarea");
  const values = fields.map((field) => stateOf(field, style).value);
  assert.deepEqual(values.slice(0, 5), [undefined, undefined, undefined, undefined, undefined]);
  assert.equal(typeof values[5], "number");
});
