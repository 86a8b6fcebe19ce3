// The reader version: what counts as an article, in three scripts, and that nothing is left in it that could run or ask.
import assert from "node:assert/strict";
import { test } from "node:test";
import { libraryPage } from "../support/library-page.ts";

const dom = libraryPage();
Object.assign(globalThis, { DOMParser: dom.window.DOMParser, Element: dom.window.Element });
const { findArticle } = await import("../../../../extension/src/library/reader/article.ts");
const { cleaned } = await import("../../../../extension/src/library/reader/clean.ts");
const { flattenShadowTrees } = await import("../../../../extension/src/library/reader/flatten.ts");
const { readerDocument } = await import("../../../../extension/src/library/reader/document.ts");

const english =
  "The river rose in the night, and by morning the lower fields were a lake, grey and quite still. ";
const chinese =
  "夜里河水上涨，到了清晨，低处的田地已成一片灰色的湖，静止不动。村民们站在堤上，谁也没有说话。";
const japanese =
  "夜のうちに川が増水し、朝には低い畑が灰色の湖のようになっていた。村人たちは土手に立ち、誰も口をきかなかった。";
const frame = (language: string, title: string, paragraphs: string[]) => `<!doctype html>
  <html lang="${language}"><head><title>${title} – The Paper</title></head><body>
  <nav><ul>${Array.from({ length: 20 }, (_, at) => `<li><a href="https://a.example/${at}">Section ${at}</a></li>`).join("")}</ul></nav>
  <main><article><h1>${title}</h1>${paragraphs.map((words) => `<p>${words}</p>`).join("")}</article></main>
  <aside class="sidebar"><h2>Most read</h2>${Array.from({ length: 12 }, (_, at) => `<p><a href="https://a.example/m${at}">Most read story ${at}</a></p>`).join("")}</aside>
  <footer>© The Paper. Imprint. Privacy.</footer></body></html>`;

for (const [language, title, words] of [
  ["en", "The flood of the lower fields", english.repeat(3)],
  ["zh-CN", "低地的洪水", chinese.repeat(2)],
  ["ja", "低地の洪水のあと", japanese.repeat(2)],
] as const) {
  test(`an article in ${language} is found, without what stands around it`, () => {
    const article = findArticle(frame(language, title, [words, words, words]));
    assert.ok(article);
    const text = article.content.textContent ?? "";
    assert.equal(text.split(words.trim()).length - 1, 3, "every paragraph is there once");
    assert.doesNotMatch(text, /Most read|Section 1|Imprint/);
    assert.match(article.title, new RegExp(title));
    assert.equal(article.language, language);
  });
}

test("a short article in Chinese or Japanese is one: its characters say more", () => {
  assert.ok(findArticle(frame("zh", "短讯", [chinese, chinese, chinese])));
  assert.ok(findArticle(frame("ja", "短信", [japanese, japanese, japanese])));
});

const within = (title: string, around: string, inner: string) =>
  `<div class="section"><div class="titlepage"><div><div><h2>${title}</h2></div></div></div>${around}${inner}</div>`;

test("a chapter of boxes within boxes is one text, with its headings", () => {
  const section = (at: number) =>
    within(
      `第${at}節`,
      `<p>${japanese}</p>`,
      within(`第${at}節の一`, `<p>${japanese.repeat(at)}</p><pre>cat ${at}</pre>`, "") +
        within(`第${at}節の二`, `<p>${japanese.repeat(5 - at)}</p>`, ""),
    );
  const page = `<!doctype html><html lang="ja"><title>章の題</title><ul class="docnav"><li><a href="https://a.example/1">戻る</a><li>書名</ul>
    <div class="chapter"><h1>章の題</h1>${[1, 2, 3, 4].map(section).join("")}</div>
    <div class="related"><h2>関連</h2><p>${japanese}</p></div></html>`;
  const content = findArticle(page)?.content;
  const headings = [...(content?.querySelectorAll("h2") ?? [])].map((one) => one.textContent);
  assert.equal(headings.length, 12, headings.join());
  assert.equal(content?.textContent?.split(japanese).length, 4 * 6 + 1);
  assert.match(content?.textContent ?? "", /cat 4/);
  assert.doesNotMatch(content?.textContent ?? "", /関連|戻る|書名/);
});

test("anchors that were never closed do not make a page one link", () => {
  const words = `<h2><a id="a"/>One</h2><p>${english.repeat(4)}</p><h2><a name="b"/>Two</h2><p>${english.repeat(4)}</p>`;
  const content = findArticle(`<!doctype html><title>T</title><div>${words}</div>`)?.content;
  assert.equal(content?.textContent?.split(english.trim()).length, 9);
  assert.deepEqual(
    [...(content?.querySelectorAll("h2") ?? [])].map((one) => one.textContent),
    ["One", "Two"],
  );
});

test("the language of a page that names none is told by its script", () => {
  const of = (words: string) => findArticle(frame("", "x", [words.repeat(3), words.repeat(3)]))?.language;
  assert.equal(of(chinese), "zh");
  assert.equal(of(japanese), "ja");
  assert.equal(of(english), "");
});

test("a front page, a form and a short note are no articles", () => {
  const links = Array.from(
    { length: 60 },
    (_, at) =>
      `<p><a href="https://a.example/${at}">A headline of some length, number ${at}, that leads elsewhere</a></p>`,
  );
  assert.equal(findArticle(`<!doctype html><title>Front</title><main>${links.join("")}</main>`), null);
  assert.equal(
    findArticle(
      `<!doctype html><title>Form</title><form><label>Name <input></label><button>Send</button></form>`,
    ),
    null,
  );
  assert.equal(findArticle(`<!doctype html><title>Note</title><p>Back in five minutes.</p>`), null);
  assert.equal(findArticle(""), null);
});

test("words in shadow trees and in frames are found", () => {
  const paragraphs = `<p>${english.repeat(3)}</p>`.repeat(3);
  const shadow = `<!doctype html><title>T</title><main><x-story><template shadowrootmode="open"><article><slot name="head"></slot><slot></slot></article></template><h1 slot="head">Head</h1>${paragraphs}</x-story></main>`;
  assert.match(findArticle(shadow)?.content.textContent ?? "", /river rose/);
  const inner = frame("en", "Framed", [english.repeat(3), english.repeat(3)]).replaceAll('"', "&quot;");
  assert.match(
    findArticle(`<!doctype html><title>T</title><iframe srcdoc="${inner}"></iframe>`)?.content.textContent ??
      "",
    /river rose/,
  );
});

test("slots get what was slotted, and what they say themselves where nothing was", () => {
  const page = new dom.window.DOMParser().parseFromString(
    `<x-a><template shadowrootmode="closed"><b><slot></slot></b><i><slot name="n">none</slot></i><x-b><template shadowrootmode="open"><u>deep</u></template></x-b></template>words<s slot="other">lost</s></x-a>`,
    "text/html",
  );
  flattenShadowTrees(page);
  assert.equal(page.querySelector("x-a")?.innerHTML, "<b>words</b><i>none</i><x-b><u>deep</u></x-b>");
});

const cleanedHtml = (markup: string): string => {
  const page = new dom.window.DOMParser().parseFromString(markup, "text/html");
  const holder = dom.window.document.createElement("div");
  holder.append(cleaned(page.body));
  return holder.innerHTML;
};

test("what could run, ask or ask for something is not copied", () => {
  const markup = `<p onclick="x()" style="background:url(https://a.example/t)" class="c">A<script>x()</script><style>p{}</style>
    <a href="javascript:x()" target="_top" ping="https://a.example/p">B</a><a href=" JaVaScRiPt:x()">C</a><a href="data:text/html,x">D</a>
    <img src="https://a.example/t.gif"><img src="data:text/html,x"><img src="x" onerror="x()"><form action="https://a.example/"><input value="v"><button>Go</button>E</form>
    <iframe srcdoc="x">F</iframe><object data="https://a.example/">G</object><svg><script>x()</script><text>H</text></svg>
    <math><mi>I</mi><annotation-xml encoding="text/html"><img src="x" onerror="x()"></annotation-xml><mtext><img src="data:image/png;base64,AA=="></mtext></math>
    <base href="https://a.example/"><link rel="stylesheet" href="https://a.example/c"><meta http-equiv="refresh" content="0;url=https://a.example/"><template><p>J</p></template><video src="https://a.example/v">K</video></p>`;
  const copy = cleanedHtml(markup);
  assert.doesNotMatch(
    copy,
    /script|onclick|onerror|style|javascript|a\.example|data:text|iframe|object|svg|form|input|annotation|refresh|template|video|class=/i,
  );
  for (const kept of ["A", "B", "C", "D", "E", "I"]) assert.match(copy, new RegExp(kept));
  for (const gone of ["F", "G", "H", "J", "K"]) assert.doesNotMatch(copy, new RegExp(`>[^<]*${gone}`));
});

test("structure, links, kept pictures, ruby and formulas are", () => {
  const markup = `<h2 id="a">T</h2><p lang="ja"><ruby>漢<rt>かん</rt></ruby> <a href="https://a.example/x">x</a> <a href="#a">up</a></p>
    <table><tbody><tr><td colspan="2">1</td></tr></tbody></table><ol start="3"><li value="4">l</li></ol><pre><code>if (a &lt; b)</code></pre>
    <figure><img alt="i" src="data:image/png;base64,AA==" width="20" height="x"><figcaption>c</figcaption></figure><math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>`;
  assert.equal(cleanedHtml(markup), markup.replace(' height="x"', ""));
});

test("of a responsive picture the kept candidate stays", () => {
  assert.equal(
    cleanedHtml(
      `<picture><source srcset="https://a.example/b.webp"><img srcset="https://a.example/1.png 1x, data:image/png;base64,AAAA 2x" alt=""></picture>`,
    ),
    `<img alt="" src="data:image/png;base64,AAAA">`,
  );
});

test("the document says where the article is from; saved as a file, it brings its own policy", () => {
  const article = findArticle(frame("ja", "低地の洪水のあと", [japanese.repeat(3), japanese.repeat(3)]));
  assert.ok(article);
  const source = { address: "https://a.example/?a=1&b=2", taken: "kept yesterday" };
  const shown = readerDocument(article, source, "shown");
  assert.match(shown, /^<!doctype html><html lang="ja">/);
  assert.match(shown, /kept yesterday<br><a href="https:\/\/a.example\/\?a=1&amp;b=2">/);
  assert.doesNotMatch(shown, /Content-Security-Policy/);
  assert.match(
    readerDocument(article, source, "saved"),
    /<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:/,
  );
});
