import assert from "node:assert/strict";
import { test } from "node:test";
import { sheetCharset } from "../../../../extension/src/capture/css/decode.ts";
import { faceKey, usedFonts } from "../../../../extension/src/capture/css/fonts.ts";
import { rewriteCss } from "../../../../extension/src/capture/css/rewrite.ts";
import { scanCss } from "../../../../extension/src/capture/css/scan.ts";

const found = (css: string): string[] => scanCss(css).map((one) => `${one.kind} ${one.url}`);

test("addresses are found in every form in which CSS writes them", () => {
  assert.deepEqual(found("a { background: url(a.png) } b { background: URL( 'b c.png' ) }"), [
    "image a.png",
    "image b c.png",
  ]);
  assert.deepEqual(found('a { background: image-set("a.png" 1x, url(b.png) type("image/png") 2x) }'), [
    "image a.png",
    "image b.png",
  ]);
  assert.deepEqual(found("a { src: src('x.png'); content: u\\72l(escaped.png) }"), [
    "image x.png",
    "image escaped.png",
  ]);
  assert.deepEqual(found("@import 'a.css' layer(x) supports(display: grid);@import url(b.css) print;"), [
    "import a.css",
    "import b.css",
  ]);
  assert.deepEqual(found('a { background: url("a\\"b\\29 .png") }'), ['image a"b).png']);
});

test("what only looks like an address is none", () => {
  assert.deepEqual(found("/* url(a.png) */ a { content: 'url(b.png)'; --x: myurl(c.png) }"), []);
  assert.deepEqual(found('@namespace svg url("http://www.w3.org/2000/svg");'), []);
  assert.deepEqual(found("@charset 'utf-8'; a { content: 'x' }"), []);
  assert.deepEqual(found("a { src: src(var(--x)) }"), []);
});

test("broken sheets neither hang nor throw", () => {
  for (const css of [
    "url(",
    "a{background:url('x",
    "/*",
    "@import",
    "\\",
    "@font-face{src:url(a",
    "}}}url(a)",
    "a{b:image-set(",
  ]) {
    assert.ok(scanCss(css).length <= 1, css);
  }
});

test("rewriting changes nothing but the addresses", () => {
  const css = "/* keep */ a { background : url( x.png )no-repeat; color:red }";
  assert.equal(
    rewriteCss(css, (one) => `http://h/${one.url}`).join(""),
    '/* keep */ a { background : url("http://h/x.png")no-repeat; color:red }',
  );
  assert.equal(rewriteCss(css, () => undefined).join(""), css);
});

test("a face is known again however an engine writes it", () => {
  const written = { family: "'My Font'", weight: "bold", style: "normal", unicodeRange: "U+4??, u+0041-5A" };
  const shown = { family: "My Font", weight: "700", style: "normal", unicodeRange: "U+41-5A, U+400-4FF" };
  assert.equal(faceKey(written), faceKey(shown));
  assert.notEqual(faceKey({ ...written, weight: "400" }), faceKey(shown));
});

test("of a used face the readable sources are offered in order, of an unused one none", () => {
  const css =
    "@font-face{font-family:A;src:url(a.eot);src:url(a.woff2)format('woff2'),url(a.svg#x) format(svg),url(a.ttf)}" +
    "@font-face{font-family:B;src:url(b.woff2)}";
  const all = usedFonts(scanCss(css), null).map((sources) => sources.map((one) => one.url));
  assert.deepEqual(all, [["a.woff2", "a.ttf"], ["b.woff2"]]);
  const loaded = new Set([
    faceKey({ family: "b", weight: "normal", style: "normal", unicodeRange: "U+0-10FFFF" }),
  ]);
  assert.deepEqual(
    usedFonts(scanCss(css), loaded).map((sources) => sources[0]?.url),
    ["b.woff2"],
  );
});

test("a sheet's encoding: byte order mark, header, @charset, then the document's", () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
  assert.equal(sheetCharset(bytes("\xef\xbb\xbfa"), "text/css; charset=big5", "gbk"), "utf-8");
  assert.equal(sheetCharset(bytes('@charset "gbk";'), "text/css; charset=big5", "euc-kr"), "big5");
  assert.equal(sheetCharset(bytes('@charset "shift_jis";'), "text/css", "euc-kr"), "shift_jis");
  assert.equal(sheetCharset(bytes('@charset "utf-16";'), "text/css", "euc-kr"), "utf-8");
  assert.equal(sheetCharset(bytes("a"), "text/css; charset=nonsense", "euc-kr"), "euc-kr");
});

test("an image tells the selector of its rule, where that is all that decides", () => {
  const selectors = (css: string) => scanCss(css).map(({ selector }) => selector);
  assert.deepEqual(selectors("@charset 'utf-8'; a, b > c { color: red; background: url(1) } d{x:url(2)}"), [
    "a, b > c",
    "d",
  ]);
  assert.deepEqual(selectors("@media (width > 1px) { @layer x { a:hover { b: url(1) } } }"), ["a:hover"]);
  assert.deepEqual(selectors('[t="{;}"] /* { */ p { b: url(1) }'), ['[t="{;}"] /* { */ p']);
  assert.deepEqual(selectors("a { b { c: url(1) } d: url(2) } @scope (e) { f { g: url(3) } }"), [
    undefined,
    "a",
    undefined,
  ]);
  assert.deepEqual(selectors("@keyframes k { to { b: url(1) } } @page { b: url(2) } b: url(3)"), [
    undefined,
    undefined,
    undefined,
  ]);
});
