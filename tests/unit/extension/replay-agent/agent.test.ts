import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { isAgentReport, isAgentRequest } from "../../../../extension/src/replay-agent/messages.ts";
import { libraryPage } from "../support/library-page.ts";

const { window } = libraryPage();
const { findTarget, showFragment } = await import("../../../../extension/src/replay-agent/fragments.ts");
const { showHeld } = await import("../../../../extension/src/replay-agent/held.ts");
const { fragmentOf, linkAddress, pageOf } = await import("../../../../extension/src/replay-agent/links.ts");
const { findText, markText } = await import("../../../../extension/src/replay-agent/marks.ts");
const { titleOf } = await import("../../../../extension/src/replay-agent/trees.ts");
const { documentIn, enterFrames, withAgent } = await import(
  "../../../../extension/src/replay-agent/frames.ts"
);

let scrolled: (Element | "top")[] = [];
const highlights = new Map<string, Range[]>();
Object.assign(globalThis, {
  CSS: { highlights },
  DocumentFragment: window.DocumentFragment,
  Highlight: class extends Array<Range> {},
});
window.Element.prototype.scrollIntoView = function (this: Element) {
  scrolled.push(this);
};
Object.assign(globalThis, { scrollTo: () => scrolled.push("top") });

function page(html: string): void {
  document.body.innerHTML = html;
}
function shadowIn(selector: string, html: string): ShadowRoot {
  const root = document.querySelector(selector)?.attachShadow({ mode: "open" });
  if (!root) throw new Error(`no ${selector}`);
  root.innerHTML = html;
  return root;
}
beforeEach(() => {
  scrolled = [];
  highlights.clear();
  for (const style of document.querySelectorAll("style")) style.remove();
});

test("the agent stands behind the doctype and before all else", () => {
  const source = "chrome-extension://keepleaf/replay-agent.js";
  const script = `<script defer src="${source}"></script>`;
  for (const doctype of [
    "<!DOCTYPE html>",
    '<!doctype html PUBLIC "-//W3C//DTD HTML 4.01//EN"\n "http://www.w3.org/TR/html4/strict.dtd">',
    "\ufeff \n<!doctype html>",
  ]) {
    assert.equal(withAgent(`${doctype}<title>x</title>`, source), `${doctype}${script}<title>x</title>`);
  }
  assert.equal(withAgent("<title>quirks</title>", source), `${script}<title>quirks</title>`);
  assert.equal(withAgent("<!-- a --><!doctype html>x", source), `${script}<!-- a --><!doctype html>x`);
  assert.equal(withAgent("", source), script);
});

test("only frames whose documents carry state get the agent, without an origin of their own", () => {
  page(
    '<iframe id="a" sandbox="" srcdoc="<!DOCTYPE html><p data-keepleaf-scroll=&quot;0 1&quot;>"></iframe>' +
      '<iframe id="b" sandbox="" srcdoc="<p>data-keepleaf-scroll"></iframe>' +
      '<iframe id="c" sandbox="" srcdoc="<iframe srcdoc=&quot;<p data-keepleaf-scroll=&amp;quot;0 1&amp;quot;>&quot;>"></iframe>' +
      '<div id="host"></div>',
  );
  const inner = shadowIn(
    "#host",
    '<iframe sandbox="" srcdoc="<input data-keepleaf-indeterminate=>"></iframe>',
  );
  enterFrames(document, "agent.js");
  const of = (frame: Element | null | undefined) => [
    frame?.getAttribute("sandbox"),
    frame?.getAttribute("srcdoc")?.startsWith('<!DOCTYPE html><script defer src="agent.js">'),
    frame?.getAttribute("srcdoc")?.includes("agent.js"),
  ];
  assert.deepEqual(of(document.querySelector("#a")), ["allow-scripts", true, true]);
  assert.deepEqual(of(document.querySelector("#b")), ["", false, false]);
  assert.deepEqual(of(document.querySelector("#c")), ["allow-scripts", false, true]);
  assert.deepEqual(of(inner.querySelector("iframe")), ["allow-scripts", false, true]);
});

test("frames behind an address, in quirks mode, get it as those with a srcdoc do", () => {
  const address = (html: string) =>
    `data:text/html;charset=utf-8,${html.replace(/[%#"<>]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)}`;
  const state = '<p data-keepleaf-scroll="0 1">100% é #1</p>';
  page(
    `<iframe id="state" sandbox="" src='${address(state)}'></iframe><iframe id="none" sandbox="" src='${address("<p>x")}'></iframe>` +
      `<iframe id="broken" sandbox="" src="data:text/html;charset=utf-8,%zz data-keepleaf-scroll=1"></iframe>` +
      `<iframe id="other" sandbox="" src="data:text/plain,data-keepleaf-scroll=1"></iframe>`,
  );
  const frame = (id: string) => document.getElementById(id) as HTMLIFrameElement;
  const before = ["none", "broken", "other"].map((id) => frame(id).outerHTML);
  enterFrames(document, "agent.js");
  assert.equal(frame("state").getAttribute("sandbox"), "allow-scripts");
  assert.equal(documentIn(frame("state")), `<script defer src="agent.js"></script>${state}`);
  assert.deepEqual(
    ["none", "broken", "other"].map((id) => frame(id).outerHTML),
    before,
  );
});

test("a page whose elements are named like the document's own properties is served as any other", () => {
  page(
    ["querySelectorAll", "getElementById", "body", "title", "head", "createElement", "createTreeWalker"]
      .map((name) => `<img name="${name}"><form name="${name}"></form>`)
      .join("") +
      '<p id="here">a leaf</p><video data-keepleaf-held="1"></video><audio data-keepleaf-held="2"></audio>',
  );
  assert.equal(findTarget(document, "here"), Document.prototype.getElementById.call(document, "here"));
  assert.equal(markText(document, ["leaf"]).count, 1);
  assert.equal(showHeld(document, "held"), 2);
  assert.equal(typeof titleOf(document), "string");
});

test("the link of a click is the nearest one with an address, as it is written", () => {
  page(
    '<a href=" #part "><b id="inside">x</b></a><a id="mere">y</a><map><area href="https://a.example/"></map>' +
      '<svg><a href="#svg"><text id="text">z</text></a></svg><link id="no-link" href="https://b.example/">',
  );
  const address = (selector: string) => {
    const path: EventTarget[] = [];
    for (let at = document.querySelector(selector)?.parentNode; at; at = at.parentNode) path.push(at);
    return linkAddress([
      document.querySelector(selector) as Element,
      ...path,
      window as unknown as EventTarget,
    ]);
  };
  assert.equal(address("#inside"), "#part");
  assert.equal(address("#mere"), undefined);
  assert.equal(address("area"), "https://a.example/");
  assert.equal(address("#text"), "#svg");
  assert.equal(address("#no-link"), undefined);
  assert.equal(address("body"), undefined);
  const old = document.createElementNS("http://www.w3.org/2000/svg", "a");
  old.setAttributeNS("http://www.w3.org/1999/xlink", "xlink:href", "https://c.example/");
  assert.equal(linkAddress([old]), "https://c.example/");
});

test("an address is a place in the page, another page, or nothing to follow", () => {
  assert.equal(fragmentOf("#a%20b"), "a%20b");
  assert.equal(fragmentOf("#"), "");
  assert.equal(fragmentOf(""), "");
  assert.equal(fragmentOf("https://a.example/#b"), undefined);
  assert.equal(pageOf("HTTPS://a.example/"), "HTTPS://a.example/");
  for (const other of [
    "javascript:alert(1)",
    "data:text/html,x",
    "mailto:a@b.c",
    "httpx://a",
    "/path",
    "http:",
  ]) {
    assert.equal(pageOf(other), undefined, other);
  }
});

test("a fragment names an id, then a name, as written, then decoded, in the page before its shadow trees", () => {
  page(
    '<p id="a%20b">raw</p><p id="c d">decoded</p><a name="old">name</a><p name="no-anchor">x</p>' +
      '<a name="both">name</a><p id="both">id</p><div></div><p id="日本">cjk</p><p id="100%">percent</p>',
  );
  const root = shadowIn("div", '<p id="deep">deep</p><p id="both">second</p><section></section>');
  const inner = root.querySelector("section")?.attachShadow({ mode: "open" });
  if (inner) inner.innerHTML = '<a name="deepest">deepest</a>';
  const text = (fragment: string) => {
    const target = findTarget(document, fragment);
    return typeof target === "object" ? target.textContent : target;
  };
  assert.equal(text("a%20b"), "raw");
  assert.equal(text("c%20d"), "decoded");
  assert.equal(text("old"), "name");
  assert.equal(text("both"), "id");
  assert.equal(text("deep"), "deep");
  assert.equal(text("deepest"), "deepest");
  assert.equal(text("%E6%97%A5%E6%9C%AC"), "cjk");
  assert.equal(text("100%"), "percent", "a lone % is itself");
  assert.equal(text("no-anchor"), undefined);
  assert.equal(text("nothing"), undefined);
});

test("the top is nothing, and #top in any case unless something is called so", () => {
  page("<p>x</p>");
  assert.equal(findTarget(document, ""), "top");
  assert.equal(findTarget(document, "ToP"), "top");
  page('<p id="top">mine</p>');
  assert.equal((findTarget(document, "top") as Element).textContent, "mine");
});

test("following a fragment scrolls, unfolds and moves the focus, and leaves no trace", () => {
  page(
    '<details><summary>s</summary><div hidden="until-found"><p id="target">t</p></div></details><button>b</button>',
  );
  assert.equal(showFragment(document, "target"), true);
  const target = document.getElementById("target") as HTMLElement;
  assert.deepEqual(scrolled, [target]);
  assert.equal(document.querySelector("details")?.open, true);
  assert.equal(document.querySelector("[hidden]"), null);
  assert.equal(document.activeElement, target);
  document.querySelector("button")?.focus();
  assert.equal(target.hasAttribute("tabindex"), false);
  assert.equal(showFragment(document, ""), true);
  assert.equal(showFragment(document, "nowhere"), false);
  assert.deepEqual(scrolled, [target, "top"]);
});

test("what can be focused by itself keeps its place in the order", () => {
  page('<a name="here" href="#x">x</a>');
  showFragment(document, "here");
  assert.equal(document.activeElement, document.querySelector("a"));
  assert.equal(document.querySelector("a")?.hasAttribute("tabindex"), false);
});

test("words are found whatever their case and width, in shadow trees too, but not in code", () => {
  page(
    "<p>Leaf and LEAF, ｌｅａｆ</p><style>leaf</style><script>leaf</script><template>leaf</template><div></div><p>末尾の葉</p>",
  );
  shadowIn("div", "<p>a leaf in the shadow</p>");
  const found = (...words: string[]) => findText(document, words).map(String);
  assert.deepEqual(found("leaf"), ["Leaf", "LEAF", "ｌｅａｆ", "leaf"]);
  assert.deepEqual(found("葉", "末尾"), ["葉", "末尾"]);
  assert.deepEqual(found("İ", ""), []);
  assert.deepEqual(found(), []);
  page("<p>🍃leaf İleaf ﬁleaf</p>");
  assert.deepEqual(found("leaf"), ["leaf", "leaf", "leaf"], "letters that change their length move nothing");
});

test("at most 500 places are marked, each tree gets its rule, and the first comes into view", () => {
  page(`<p>${"leaf ".repeat(700)}</p>`);
  assert.equal(markText(document, ["leaf"]).count, 500);
  assert.equal(highlights.get("keepleaf-match")?.length, 500);
  page("<div></div><p>leaf</p>");
  const root = shadowIn("div", "<i>leaf</i>");
  scrolled = [];
  assert.equal(markText(document, ["leaf"]).count, 2);
  assert.match(root.querySelector("style")?.textContent ?? "", /::highlight\(keepleaf-match\)/);
  assert.match(document.head.querySelector("style")?.textContent ?? "", /::highlight\(keepleaf-match\)/);
  assert.deepEqual(scrolled, [document.querySelector("p")]);
});

test("where nothing is found nothing is touched", () => {
  page("<p>x</p>");
  const before = document.documentElement.outerHTML;
  assert.equal(markText(document, ["leaf"]).count, 0);
  assert.equal(document.documentElement.outerHTML, before);
  assert.equal(highlights.size, 0);
});

test("what is held back is stood for in its own size, in words that can't become markup", () => {
  page(
    '<img id="image" width="300" height="150" data-keepleaf-held="1"><img id="kept" src="data:image/png;base64,">' +
      '<video id="video"><source data-keepleaf-held="2"></video>' +
      '<video id="still" poster="data:image/png;base64,AA" data-keepleaf-held="3"></video>' +
      '<audio id="audio" class="player" data-keepleaf-held="4"></audio><object id="object" data-keepleaf-held="5"></object>' +
      '<svg><image id="in-svg" data-keepleaf-held="6"/></svg><input id="input" type="image" data-keepleaf-held="7"><div></div>',
  );
  const root = shadowIn("div", '<img data-keepleaf-held="8">');
  assert.equal(showHeld(document, 'Too <b>large</b> & "big"'), 8);
  const of = (id: string) => document.getElementById(id) as HTMLElement;
  const svg = decodeURIComponent(of("image").getAttribute("src") ?? "");
  assert.match(svg, /^data:image\/svg\+xml,<svg [^>]*width="300" height="150">/);
  assert.doesNotMatch(svg, /<b>/);
  const drawn = new window.DOMParser().parseFromString(svg.slice(svg.indexOf(",") + 1), "image/svg+xml");
  assert.equal(drawn.querySelector("div")?.textContent, 'Too <b>large</b> & "big"');
  assert.equal(of("image").getAttribute("alt"), 'Too <b>large</b> & "big"');
  assert.equal(of("kept").getAttribute("src"), "data:image/png;base64,");
  assert.match(of("video").getAttribute("poster") ?? "", /^data:image\/svg/);
  assert.equal(of("still").getAttribute("poster"), "data:image/png;base64,AA");
  assert.equal(of("still").title, 'Too <b>large</b> & "big"');
  assert.equal(of("audio").localName, "img");
  assert.equal(of("audio").className, "player");
  assert.equal(of("object").localName, "img");
  assert.match(of("in-svg").getAttribute("href") ?? "", /^data:image\/svg/);
  assert.match(of("input").getAttribute("src") ?? "", /^data:image\/svg/);
  assert.match(root.querySelector("img")?.src ?? "", /^data:image\/svg/);
});

test("frame and page take only messages of their own kind", () => {
  assert.ok(isAgentRequest({ keepleaf: "show", words: ["a"], held: "x" }));
  for (const wrong of [
    null,
    "show",
    {},
    { keepleaf: "show" },
    { keepleaf: "show", words: "a", held: "x" },
    { keepleaf: "show", words: [1], held: "x" },
    { keepleaf: "show", words: [] },
    { keepleaf: "ready", words: [], held: "x" },
  ]) {
    assert.equal(isAgentRequest(wrong), false, JSON.stringify(wrong));
  }
  assert.ok(isAgentReport({ keepleaf: "ready", title: "" }));
  assert.ok(isAgentReport({ keepleaf: "link", url: "https://a.example/" }));
  assert.ok(isAgentReport({ keepleaf: "shown", marked: 1, held: 0 }));
  for (const wrong of [
    undefined,
    {},
    { keepleaf: "link", url: "javascript:alert(1)" },
    { keepleaf: "link", url: 1 },
    { keepleaf: "link" },
    { keepleaf: "shown", marked: "1", held: 0 },
    { keepleaf: "shown", marked: 1 },
    { keepleaf: "else" },
  ]) {
    assert.equal(isAgentReport(wrong), false, JSON.stringify(wrong));
  }
});
