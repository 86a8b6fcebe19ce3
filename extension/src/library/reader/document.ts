// An article as a document of its own: calm, as wide as lines read well, light or dark as the person has it.
import { h } from "../../ui/dom.ts";
import type { Article } from "./article.ts";

/** Where it came from, in words. */
export interface Source {
  address: string;
  taken: string;
}

const style = `
:root { color-scheme: light dark; --ink: #1c2420; --quiet: #5b665f; --paper: #fdfdfb; --line: #dfe4e0; --leaf: #1f7a4d; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #dfe5e1; --quiet: #a3aea7; --paper: #1b1f1d; --line: #39423d; --leaf: #5cc08c; }
}
* { box-sizing: border-box; }
body {
  max-width: 42rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; background: var(--paper); color: var(--ink);
  font: 1.125rem/1.7 Charter, "Source Serif 4", Georgia, "Noto Serif", "DejaVu Serif", serif;
  overflow-wrap: anywhere; text-wrap: pretty;
}
html { background: var(--paper); }
/* Forty characters a line; strokes this dense want more room between lines, and no serifs on a screen. */
:lang(zh) body { font-family: system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
:lang(zh-Hant) body, :lang(zh-TW) body, :lang(zh-HK) body {
  font-family: system-ui, "PingFang TC", "Microsoft JhengHei", "Noto Sans CJK TC", sans-serif;
}
:lang(ja) body { font-family: system-ui, "Hiragino Sans", "Yu Gothic", Meiryo, "Noto Sans CJK JP", sans-serif; }
:lang(ko) body { font-family: system-ui, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", sans-serif; }
:lang(zh) body, :lang(ja) body, :lang(ko) body {
  max-width: calc(40em + 2.5rem); line-height: 1.9; line-break: strict; text-spacing-trim: normal;
}
:lang(ko) body { word-break: keep-all; }
h1 { margin: 0 0 .5rem; font-size: 1.9rem; line-height: 1.25; text-wrap: balance; }
h2, h3, h4, h5, h6 { margin: 2.2em 0 .6em; line-height: 1.35; text-wrap: balance; }
h2 { font-size: 1.4rem; } h3 { font-size: 1.2rem; } h4, h5, h6 { font-size: 1rem; }
p, ul, ol, dl, pre, table, figure, blockquote { margin: 0 0 1.1em; }
a { color: var(--leaf); text-underline-offset: .15em; }
a:not([href]) { color: inherit; }
.source { margin: 0 0 2.2rem; padding-bottom: 1.2rem; border-bottom: 1px solid var(--line); color: var(--quiet); font-size: .9rem; }
.source a { color: inherit; }
img { max-width: 100%; height: auto; border-radius: 4px; }
figure img { display: block; margin: 0 auto; }
figcaption, caption { padding: .4em 0; color: var(--quiet); font-size: .88em; }
blockquote { padding-inline-start: 1em; border-inline-start: 3px solid var(--line); color: var(--quiet); }
pre, code, kbd, samp { font-family: ui-monospace, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; font-size: .88em; }
pre { overflow: auto; padding: .9em 1em; border-radius: 6px; background: color-mix(in srgb, var(--ink) 6%, transparent); line-height: 1.5; }
table { display: block; overflow: auto; border-collapse: collapse; font-size: .92em; }
td, th { padding: .35em .7em; border: 1px solid var(--line); text-align: start; }
hr { margin: 2em 0; border: 0; border-top: 1px solid var(--line); }
mark { background: #ffe08a; color: #1c2420; }
`;

/** Of its own where it is a file that somebody keeps: nothing runs in it, nothing is fetched. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'";

export function readerDocument(article: Article, source: Source, use: "shown" | "saved"): string {
  const made = document.implementation.createHTMLDocument(article.title);
  if (article.language) made.documentElement.lang = article.language;
  if (article.direction) made.documentElement.dir = article.direction;
  if (use === "saved") {
    made.head.prepend(
      h("meta", { charset: "utf-8" }),
      h("meta", { "http-equiv": "Content-Security-Policy", content: policy }),
    );
  }
  made.head.append(h("meta", { name: "viewport", content: "width=device-width" }), h("style", {}, style));
  const about = [article.byline, article.site, source.taken].filter(Boolean).join(" · ");
  made.body.append(
    h("h1", {}, article.title),
    h("p", { class: "source" }, about, h("br"), h("a", { href: source.address }, source.address)),
    article.content.cloneNode(true),
  );
  return `<!doctype html>${made.documentElement.outerHTML}`;
}
