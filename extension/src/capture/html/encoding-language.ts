// Firefox chooses default fonts by a page's encoding where no language is said: text in Shift_JIS is Japanese, and not in
// the serif that other text has. What is kept is UTF-8, so the language and the font are said in its place. Other browsers
// don't look at the encoding.
import type { CaptureContext } from "./context.ts";
import * as dom from "./dom.ts";

const languages: readonly [RegExp, string][] = [
  [/^(?:shift_jis|euc-jp|iso-2022-jp)$/i, "ja"],
  [/^(?:gbk|gb18030)$/i, "zh-CN"],
  [/^big5$/i, "zh-TW"],
  [/^euc-kr$/i, "ko"],
  [/^(?:windows-1251|koi8-[ru]|iso-8859-5|ibm866|x-mac-cyrillic)$/i, "ru"],
  [/^(?:windows-1253|iso-8859-7)$/i, "el"],
  [/^(?:windows-1255|iso-8859-8(?:-i)?)$/i, "he"],
  [/^(?:windows-1256|iso-8859-6)$/i, "ar"],
  [/^windows-874$/i, "th"],
];

/** For the head; empty where it would change nothing, or something is said already. */
export function languageOfEncoding({ document, window }: CaptureContext): string {
  if (!CSS.supports("-moz-appearance", "none")) return "";
  const [, language] = languages.find(([pattern]) => pattern.test(document.characterSet)) ?? [];
  const root = dom.documentElement(document);
  if (!language || !root || dom.attribute(root, "lang") !== null) return "";
  const said = 'meta[http-equiv="content-language" i]';
  if (Document.prototype.querySelector.call(document, said)) return "";
  const { fontFamily } = window.getComputedStyle(root);
  // Whatever the page says of its root wins.
  const font = /^[a-z-]+$/.test(fontFamily) ? `<style>:where(html){font-family:${fontFamily}}</style>` : "";
  return `<meta http-equiv="content-language" content="${language}">${font}`;
}
