// Writes a live document as HTML (the fragment serialization of the HTML standard, "13.3 Serializing HTML fragments",
// with the escapes that make it survive being parsed again) without cloning, marking or moving a node. Iterative: a
// page may nest deeper than the call stack.
import { elementSteps } from "../pipeline.ts";
import { writeAdoptedSheets } from "../steps/adopted-sheets.ts";
import { writeInstructedSheets } from "../steps/instructed-sheets.ts";
import { writeScriptFonts } from "../steps/script-fonts.ts";
import { assignSlots, slottedText } from "../steps/slots.ts";
import type { CaptureContext, ElementDraft, ElementStep } from "./context.ts";
import * as dom from "./dom.ts";
import { languageOfEncoding } from "./encoding-language.ts";
import {
  inside,
  insideForeign,
  isKeptInHead,
  mayFollowVoid,
  type Nesting,
  nameAt,
  nowhere,
} from "./nesting.ts";
import type { Inline } from "./text-builder.ts";
import { shellOf } from "./xml-document.ts";

const voidElements = new Set(
  "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split(
    " ",
  ),
);
const rawText = new Set(["style", "xmp", "noembed", "noframes"]);
const keepsFirstNewline = new Set(["pre", "textarea", "listing"]);

interface Level {
  parent: Node;
  next: Node | null;
  /** Children that were written. */
  written: number;
  raw: boolean;
  close: string;
  beforeClose?: () => void;
  inert: boolean;
  nesting: Nesting;
}

/** What Keepleaf's script puts where no parser would leave it (host/src/page/restore_tree.js). */
const unseenMark = "data-keepleaf-unseen";

function below(parent: Node): Pick<Level, "parent" | "next" | "written"> {
  return { parent, next: dom.firstChild(parent), written: 0 };
}

/** Gives each node before it is written; `true` in answer says that the page may have changed the tree since. */
export function* serializeDocument(context: CaptureContext): Generator<Node, void, boolean> {
  const doctype = dom.documentType(context.document);
  // XML is never in quirks mode, whatever its doctype.
  if (doctype && context.document.contentType === "text/html") context.out.write(doctypeText(doctype));
  // A srcdoc needs no doctype to be in standards mode; as a document of its own it does.
  else if (context.document.compatMode === "CSS1Compat") context.out.write("<!DOCTYPE html>");
  const shell = shellOf(context.document);
  if (shell) {
    context.out.write(shell.head);
    writeInstructedSheets(context);
    context.out.write(shell.body);
  }
  const levels: Level[] = [
    {
      ...below(context.document),
      raw: false,
      close: shell?.close ?? "",
      inert: false,
      nesting: nowhere,
    },
  ];
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    context.inert = level.inert;
    const node = level.next;
    if (!node) {
      level.beforeClose?.();
      context.out.write(level.close);
      levels.pop();
      continue;
    }
    if (yield node) {
      findAgain(levels);
      continue;
    }
    level.next = dom.nextSibling(node);
    level.written++;
    switch (dom.nodeType(node)) {
      case Node.ELEMENT_NODE:
        if (context.chosen?.keeps(node) === false) writePlace(node as Element, context, levels);
        else writeElement(node as Element, context, levels);
        break;
      case Node.TEXT_NODE:
      case Node.CDATA_SECTION_NODE: {
        const text = context.chosen ? context.chosen.textOf(node as Text) : (node as Text).data;
        const slotted = level.raw ? undefined : slottedText(node as Text, context);
        context.out.write(level.raw ? text : (slotted ?? escapeText(text)));
        break;
      }
      case Node.COMMENT_NODE: {
        if (context.chosen?.keeps(node) === false) break;
        const data = (node as Comment).data;
        // Script can make comments that end early when parsed again; those are left out.
        if (!/^-?>|--!?>|<!--|--!?$|<!-$/.test(data)) context.out.write(`<!--${data}-->`);
        break;
      }
      default:
        break; // The doctype is written; processing instructions mean nothing in HTML.
    }
  }
}

// A node that was to come next may have gone; the place where it was says how to go on.
function findAgain(levels: readonly Level[]): void {
  for (const level of levels) {
    if (level.next && dom.parentNode(level.next) === level.parent) continue;
    let next = dom.firstChild(level.parent);
    for (let skipped = 0; next && skipped < level.written; skipped++) next = dom.nextSibling(next);
    level.next = next;
  }
}

// Where an element is that was not selected: its siblings are counted as before, and its style sheets still apply.
function writePlace(element: Element, context: CaptureContext, levels: Level[]): void {
  const isSheet = (one: Element): boolean => dom.matches(one, "style, link[rel~=stylesheet i]");
  if (isSheet(element)) {
    writeElement(element, context, levels);
    return;
  }
  if (dom.namespaceUri(element) === dom.htmlNamespace) {
    context.out.write(`<template data-keepleaf-was="${dom.localName(element)}"></template>`);
  }
  for (const inner of Element.prototype.querySelectorAll.call(element, "style, link[rel~=stylesheet i]")) {
    writeElement(inner, context, levels);
  }
}

function writeElement(element: Element, context: CaptureContext, levels: Level[]): void {
  const { out } = context;
  const namespace = dom.namespaceUri(element);
  const html = namespace === dom.htmlNamespace;
  const known = html || namespace === dom.svgNamespace || namespace === dom.mathmlNamespace;
  let name = known ? dom.localName(element) : dom.tagName(element);
  const inert = context.inert;
  const draft: ElementDraft = { element, name, attributes: readAttributes(element), keep: "whole" };
  const stepKey = namespace === dom.svgNamespace ? `svg:${name}` : html ? name : "";
  for (const step of stepsFor(stepKey)) {
    step.apply(draft, context);
    if (draft.keep !== "whole") break;
  }
  if (draft.keep === "dropped") return;
  if (draft.keep === "placed") {
    out.write(html ? `<template data-keepleaf-was="${name}"></template>` : "");
    return;
  }
  const around = levels.at(-1)?.nesting ?? nowhere;
  const inHead = html && !inert && isKeptInHead(name, around);
  if (inHead) {
    draft.attributes.set(unseenMark, name);
    name = "template";
  } else if (html && !inert) {
    const written = nameAt(element, name, around, context.document.compatMode === "BackCompat");
    if (written === undefined) {
      const place = around.foreign ? "g" : "template";
      out.write(`<${place} data-keepleaf-was="${name}"></${place}>`);
      return;
    }
    name = written;
  }
  // A <plaintext> can't be closed: everything after it would become its text.
  if (html && name === "plaintext") name = "pre";

  if (context.chosen && element === dom.documentElement(context.document)) {
    draft.attributes.set("data-keepleaf-scope", "selection");
  }
  out.write(`<${name}`);
  for (const [attributeName, value] of draft.attributes) {
    out.write(` ${attributeName}="`);
    if (typeof value === "string") out.write(escapeAttribute(value));
    else out.writeInline(value, escapeAttribute);
    out.write('"');
  }
  if (element === dom.documentElement(context.document)) out.writeLater(context.torn);
  out.write(">");
  if (html && voidElements.has(name)) {
    const first = inert ? null : dom.firstChild(element);
    if (!first || !mayFollowVoid(name, around)) return;
    out.write(`<template ${unseenMark}="">`);
    levels.push({ ...below(element), raw: false, close: "</template>", inert: true, nesting: nowhere });
    return;
  }

  const close = `</${name}>`;
  const raw = html && rawText.has(name);
  if (draft.content) {
    if (raw) out.writeInline(draft.content, (text) => protectRawText(text, name));
    else out.writeInline(startingNewline(name, draft.content), escapeText);
    out.write(close);
    return;
  }
  const isHead = html && name === "head" && !inert;
  if (isHead) {
    out.write(`<meta charset="utf-8">${languageOfEncoding(context)}`);
    writeInstructedSheets(context);
  }
  if (html && keepsFirstNewline.has(name)) {
    const first = dom.firstChild(element);
    if (first && dom.nodeType(first) === Node.TEXT_NODE && (first as Text).data.startsWith("\n")) {
      out.write("\n");
    }
  }
  const isTemplate = html && name === "template" && !inHead;
  const parent = isTemplate ? dom.templateContent(element as HTMLTemplateElement) : element;
  levels.push({
    ...below(parent),
    raw,
    close,
    inert: inert || isTemplate || inHead,
    nesting: html ? inside(name, around) : insideForeign(name, around),
    ...documentEnd(isHead, element, context),
  });
  // Firefox shows the inner trees of SVG's <use> as shadow roots too; those grow again by themselves.
  if (!inert && html) pushShadowRoot(element, context, levels);
}

// Adopted sheets apply after all others of the document: at the end of the head, unless the body has sheets too.
function documentEnd(isHead: boolean, element: Element, context: CaptureContext): Pick<Level, "beforeClose"> {
  const isRoot = element === dom.documentElement(context.document);
  if (isHead) {
    context.sheetInBody = hasSheetInBody(context.document);
    if (context.sheetInBody) return {};
    return { beforeClose: () => writeLastSheets(context) };
  }
  if (!isRoot) return {};
  return {
    beforeClose: () => {
      const headless = !context.document.querySelector("head");
      if (headless || context.sheetInBody) writeLastSheets(context);
    },
  };
}

function writeLastSheets(context: CaptureContext): void {
  writeScriptFonts(context);
  writeAdoptedSheets(context.document, context);
}

function hasSheetInBody(document: Document): boolean {
  return (
    Document.prototype.querySelector.call(document, 'body style, body link[rel~="stylesheet" i]') !== null
  );
}

function pushShadowRoot(element: Element, context: CaptureContext, levels: Level[]): void {
  const root = context.platform.shadowRoot(element);
  if (!root) return;
  assignSlots(root, context);
  const flags = [
    root.delegatesFocus ? ' shadowrootdelegatesfocus=""' : "",
    root.clonable ? ' shadowrootclonable=""' : "",
    root.serializable ? ' shadowrootserializable=""' : "",
  ];
  context.out.write(`<template shadowrootmode="${root.mode}"${flags.join("")}>`);
  context.roots.push(root);
  levels.push({
    ...below(root),
    raw: false,
    close: "</template>",
    inert: false,
    nesting: nowhere,
    beforeClose: () => writeAdoptedSheets(root, context),
  });
}

const stepCache = new Map<string, readonly ElementStep[]>();
function stepsFor(key: string): readonly ElementStep[] {
  const cached = stepCache.get(key);
  if (cached) return cached;
  const steps = elementSteps.filter((step) => step.tags === "every" || step.tags.includes(key));
  stepCache.set(key, steps);
  return steps;
}

function readAttributes(element: Element): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of dom.attributeNames(element)) {
    // Script can set names that no markup can say.
    if (/[\s/>=\0]/.test(name)) continue;
    // In HTML, a name with capitals, which only script can set, is not found by itself.
    const value = dom.attribute(element, name) ?? dom.attributes(element).getNamedItemNS(null, name)?.value;
    if (value !== undefined) found.set(name, value);
  }
  return found;
}

function doctypeText(doctype: DocumentType): string {
  const quoted = (text: string): string => (text.includes('"') ? `'${text}'` : `"${text}"`);
  const { name, publicId, systemId } = doctype;
  if (publicId) {
    return `<!DOCTYPE ${name} PUBLIC ${quoted(publicId)}${systemId ? ` ${quoted(systemId)}` : ""}>`;
  }
  return systemId ? `<!DOCTYPE ${name} SYSTEM ${quoted(systemId)}>` : `<!DOCTYPE ${name}>`;
}

function startingNewline(name: string, content: readonly Inline[]): readonly Inline[] {
  const first = content[0];
  return keepsFirstNewline.has(name) && typeof first === "string" && first.startsWith("\n")
    ? ["\n", ...content]
    : content;
}

// CR would be read as LF, NUL as U+FFFD or nothing.
function escapeText(text: string): string {
  return /[&\u00a0<>\r\0]/.test(text)
    ? text
        .replace(/&/g, "&amp;")
        .replace(/\u00a0/g, "&nbsp;")
        .replace(/</g, "&lt;")
        .replace(/>/g, "&gt;")
        .replace(/\r/g, "&#13;")
        .replace(/\0/g, "")
    : text;
}

function escapeAttribute(text: string): string {
  const escaped = escapeText(text);
  return escaped.includes('"') ? escaped.replace(/"/g, "&quot;") : escaped;
}

// In a style sheet `\/` is `/`, so the end tag can be hidden without changing what the sheet says.
function protectRawText(text: string, name: string): string {
  return name === "style" ? text.replace(/<\/(?=style)/gi, "<\\/") : text;
}
