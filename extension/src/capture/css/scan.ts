// Finds every address in a style sheet without changing a byte of it: @import, url(), src(), the bare strings of
// image-set(), and the sources of @font-face. A tokenizer in the sense of CSS Syntax 3 §4, reduced to what can hold or
// hide an address, so that comments, strings and escapes never mislead it. Pure; runs under Node.

export interface FontFaceRule {
  family: string;
  weight: string;
  style: string;
  unicodeRange: string;
}

export interface CssReference {
  /** The whole token in the text: `url(…)` with its parentheses, or a string with its quotes. UTF-16 offsets. */
  start: number;
  end: number;
  /** As written, unescaped. */
  url: string;
  kind: "import" | "image" | "font";
  /** For images: paper or another colour scheme may show what the screen does not now. */
  conditional?: boolean;
  /** For images: the selector of the rule that names it. Absent where that is not all that decides: nested rules, @scope… */
  selector?: string;
  /** For fonts: the rule that the source belongs to, and the hint in format(), lower case, when there is one. */
  face?: FontFaceRule;
  format?: string;
}

const nameCharacter = /[-\w\u0080-\uffff]/;
const otherMedia = /\bprint\b|prefers-color-scheme|prefers-contrast/i;
/** Blocks that hold whole rules, and change nothing about what these select. */
const holdsRules = /^(?:media|supports|layer|container|starting-style)$/;
const hexDigit = /[0-9a-f]/i;

export function scanCss(text: string): CssReference[] {
  const references: CssReference[] = [];
  const functions: string[] = [];
  let atRule = "";
  let preludeUsed = false;
  let face: { rule: FontFaceRule; depth: number; from: number; first: number } | undefined;
  let depth = 0;
  let media = 0;
  let prelude = 0;
  /** Where what comes before a block begins, and for each open block its selector; null: it has none to be told. */
  let begin = 0;
  const blocks: (string | null)[] = [];
  let at = 0;

  const add = (start: number, end: number, url: string): void => {
    if (atRule === "namespace") return;
    if (atRule === "import") {
      if (preludeUsed) return;
      preludeUsed = true;
      references.push({ start, end, url, kind: "import" });
    } else if (face) {
      const format = /^\s*format\(\s*["']?([-\w]+)/i.exec(text.slice(end, end + 80))?.[1];
      references.push({
        start,
        end,
        url,
        kind: "font",
        face: face.rule,
        ...(format ? { format: format.toLowerCase() } : {}),
      });
    } else {
      const [selector, ...others] = blocks.filter((block) => block !== "");
      const isTold = typeof selector === "string" && others.length === 0;
      references.push({
        start,
        end,
        url,
        kind: "image",
        ...(media > 0 ? { conditional: true } : {}),
        ...(isTold ? { selector } : {}),
      });
    }
  };

  while (at < text.length) {
    const character = text[at] as string;
    if (character === "/" && text[at + 1] === "*") {
      const close = text.indexOf("*/", at + 2);
      at = close < 0 ? text.length : close + 2;
    } else if (character === '"' || character === "'") {
      const token = readString(text, at);
      const enclosing = functions.at(-1);
      if ((atRule === "import" && functions.length === 0) || isImageSet(enclosing)) {
        add(at, token.end, token.value);
      }
      at = token.end;
    } else if (character === "@") {
      const name = readName(text, at + 1);
      atRule = name.value.toLowerCase();
      prelude = name.end;
      preludeUsed = false;
      at = Math.max(name.end, at + 1);
    } else if (character === "{") {
      depth++;
      if (atRule === "media" && media === 0 && otherMedia.test(text.slice(prelude, at))) media = depth;
      if (atRule === "font-face" && !face) {
        face = { rule: emptyFace(), depth, from: at + 1, first: references.length };
      }
      if (atRule === "") blocks.push(text.slice(begin, at).trim() || null);
      else blocks.push(holdsRules.test(atRule) ? "" : null);
      begin = at + 1;
      atRule = "";
      functions.length = 0;
      at++;
    } else if (character === "}") {
      if (face && depth === face.depth) {
        Object.assign(face.rule, readFace(text.slice(face.from, at)));
        face = undefined;
      }
      if (depth === media) media = 0;
      depth = Math.max(0, depth - 1);
      blocks.pop();
      begin = at + 1;
      atRule = "";
      functions.length = 0;
      at++;
    } else if (character === ";") {
      // Inside parentheses a semicolon ends nothing, but an unclosed one must not swallow the rest of the sheet.
      if (functions.length === 0) {
        atRule = "";
        begin = at + 1;
      }
      at++;
    } else if (character === ")") {
      functions.pop();
      at++;
    } else if (character === "(") {
      functions.push("");
      at++;
    } else if (character === "\\" || nameCharacter.test(character)) {
      const name = readName(text, at);
      if (text[name.end] !== "(") {
        at = Math.max(name.end, at + 1);
        continue;
      }
      const called = name.value.toLowerCase();
      const token = called === "url" || called === "src" ? readUrl(text, name.end + 1, called) : null;
      if (token) {
        add(at, token.end, token.value);
        at = token.end;
      } else {
        functions.push(called);
        at = name.end + 1;
      }
    } else {
      at++;
    }
  }
  if (face) Object.assign(face.rule, readFace(text.slice(face.from)));
  return references;
}

/** The encoding that `@charset "…";` names, when the sheet begins with exactly that (CSS Syntax 3 §3.2). */
export function declaredCharset(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 1024));
  return /^@charset "([^"\n]{1,64})";/.exec(start)?.[1];
}

function isImageSet(name: string | undefined): boolean {
  return name === "image-set" || name === "-webkit-image-set";
}

function emptyFace(): FontFaceRule {
  return { family: "", weight: "normal", style: "normal", unicodeRange: "U+0-10FFFF" };
}

function readFace(block: string): Partial<FontFaceRule> {
  const found: Partial<FontFaceRule> = {};
  const plain = block.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, " ");
  for (const [, name, value] of plain.matchAll(
    /(?:^|[;{])\s*(font-family|font-weight|font-style|unicode-range)\s*:\s*([^;]+)/gi,
  )) {
    const text = (value as string).trim();
    switch ((name as string).toLowerCase()) {
      case "font-family":
        found.family = text;
        break;
      case "font-weight":
        found.weight = text;
        break;
      case "font-style":
        found.style = text;
        break;
      default:
        found.unicodeRange = text;
    }
  }
  return found;
}

interface Token {
  value: string;
  end: number;
}

function readString(text: string, start: number): Token {
  const quote = text[start];
  let value = "";
  let at = start + 1;
  while (at < text.length) {
    const character = text[at] as string;
    if (character === quote) return { value, end: at + 1 };
    if (character === "\n") return { value, end: at };
    if (character === "\\") {
      const escaped = readEscape(text, at);
      value += escaped.value;
      at = escaped.end;
    } else {
      value += character;
      at++;
    }
  }
  return { value, end: at };
}

function readName(text: string, start: number): Token {
  let value = "";
  let at = start;
  while (at < text.length) {
    const character = text[at] as string;
    if (nameCharacter.test(character)) {
      value += character;
      at++;
    } else if (character === "\\" && text[at + 1] !== "\n") {
      const escaped = readEscape(text, at);
      value += escaped.value;
      at = escaped.end;
    } else {
      break;
    }
  }
  return { value, end: at };
}

// `start` is after the opening parenthesis. Null when it is not an address after all, as in src(var(--x)).
function readUrl(text: string, start: number, name: string): Token | null {
  let at = start;
  while (at < text.length && /\s/.test(text[at] as string)) at++;
  if (text[at] === '"' || text[at] === "'") {
    const token = readString(text, at);
    at = token.end;
    // URL modifiers (crossorigin() and others) may follow the string.
    let nested = 0;
    while (at < text.length && (text[at] !== ")" || nested > 0)) {
      if (text[at] === "(") nested++;
      if (text[at] === ")") nested--;
      if (text[at] === "{" || text[at] === "}") return { value: token.value, end: at };
      at++;
    }
    return { value: token.value, end: Math.min(text.length, at + 1) };
  }
  if (name === "src") return null;
  let value = "";
  while (at < text.length) {
    const character = text[at] as string;
    if (character === ")") return { value: value.trimEnd(), end: at + 1 };
    if (character === "\\") {
      const escaped = readEscape(text, at);
      value += escaped.value;
      at = escaped.end;
    } else {
      value += character;
      at++;
    }
  }
  return { value: value.trimEnd(), end: at };
}

function readEscape(text: string, start: number): Token {
  const first = text[start + 1];
  if (first === undefined) return { value: "", end: start + 1 };
  if (first === "\n") return { value: "", end: start + 2 };
  if (!hexDigit.test(first)) return { value: first, end: start + 2 };
  let end = start + 1;
  while (end < text.length && end < start + 7 && hexDigit.test(text[end] as string)) end++;
  const code = Number.parseInt(text.slice(start + 1, end), 16);
  if (/\s/.test(text[end] ?? "")) end++;
  const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return { value: valid ? String.fromCodePoint(code) : "\ufffd", end };
}
