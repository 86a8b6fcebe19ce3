// What the steps share while one document is read.
import type { PartRole } from "../../protocol/messages.ts";
import type { CapturePlatform, Reference, ScreenPlace } from "../types.ts";
import type { Chosen } from "./chosen.ts";
import type { Inline, Marker, TextBuilder } from "./text-builder.ts";

/** An element on its way into the text. Steps change the draft; the live element is only read. */
export interface ElementDraft {
  readonly element: Element;
  /** Local name; in lower case for HTML. Steps are found by it, prefixed "svg:" for SVG. */
  readonly name: string;
  attributes: Map<string, string | Inline[]>;
  /** "placed": nothing of it is kept but its place among its siblings, so that :nth-child() still counts it. */
  keep: "whole" | "placed" | "dropped";
  /** Stands in for the children when given. */
  content?: Inline[];
}

export interface HeldBytes {
  /** Null: the browser gives no bytes. */
  bytes: Promise<Blob | null>;
}

export interface CaptureContext {
  readonly document: Document;
  readonly window: Window;
  /** The trees that were entered: the document and its shadow roots. */
  readonly roots: Node[];
  /** Stands in the root element's tag: whether the page changed while it was read, known at the end. */
  readonly torn: { text: string };
  readonly platform: CapturePlatform;
  readonly out: TextBuilder;
  /** Given when only what is selected is kept. */
  readonly chosen?: Chosen;
  /** Against which addresses in the markup are resolved. */
  readonly baseUrl: string;
  /** Without fragment. */
  readonly documentUrl: string;
  /** Inside <template>: nothing is shown or loaded, so nothing is referred to. */
  inert: boolean;
  /** Live sheets, by the index that sheet references carry. */
  readonly sheets: (CSSStyleSheet | null)[];
  readonly held: HeldBytes[];
  /** What is to be cut out of a picture of the tab. */
  readonly seen: { element: HTMLElement; place: ScreenPlace }[];
  /** A style sheet was found in the body: adopted sheets must then come after it. */
  sheetInBody: boolean;
  /** Slots of hand-assigned roots: their number; what is assigned to them: the slot's number, and the place in it. */
  readonly slots: WeakMap<Node, string>;
  slotCount: number;
  readonly loadedFonts: ReadonlySet<string> | null;
}

export interface ElementStep {
  readonly name: string;
  readonly tags: readonly string[] | "every";
  apply(draft: ElementDraft, context: CaptureContext): void;
}

export function absolute(context: CaptureContext, url: string): string | undefined {
  // Most addresses of a page are plain names beside its own: making a URL of each is dear where there are thousands.
  if (isPlainName.test(url)) {
    const folder = folderOf(context.baseUrl);
    if (folder !== "") return folder + url;
  }
  try {
    return new URL(url.trim(), context.baseUrl).href;
  } catch {
    return undefined;
  }
}

/** Segments and a fragment that every URL parser leaves as they are: no dots alone, nothing to escape, no scheme. */
const isPlainName = /^(?:[a-z0-9_-][a-z0-9_.-]*\/)*[a-z0-9_-][a-z0-9_.-]*(?:#[a-z0-9_.-]*)?$/i;
let folder = { base: "", is: "" };

function folderOf(base: string): string {
  if (folder.base !== base) {
    const url = URL.parse(".", base);
    folder = { base, is: url && /^https?:$/.test(url.protocol) ? url.href : "" };
  }
  return folder.is;
}

/** An attribute's text; empty when it is absent or already refers to a part. */
export function attribute(draft: ElementDraft, name: string): string {
  const value = draft.attributes.get(name);
  return typeof value === "string" ? value : "";
}

/** Whether an address names bytes that are kept as a part: not data:, which carries its own. */
export function isFetchable(url: string): boolean {
  return /^(?:https?|blob|file|ftp|moz-extension|chrome-extension):/i.test(url);
}

/**
 * Refers to the resource at an absolute address and gives what the markup says in its place: the address itself, or a
 * marker for blob:, whose address means nothing outside the page.
 */
export function resource(
  context: CaptureContext,
  role: PartRole,
  url: string,
  how: Pick<Extract<Reference, { kind: "resource" }>, "broken" | "alternative"> = {},
): string | Inline[] {
  if (context.inert || !isFetchable(url)) return url;
  const marker: Marker = context.out.refer({
    kind: "resource",
    role,
    url: withoutFragment(url),
    ...how,
  });
  return url.startsWith("blob:") ? [marker] : url;
}

export function withoutFragment(url: string): string {
  const hash = url.indexOf("#");
  return hash < 0 ? url : url.slice(0, hash);
}

export function appendStyle(draft: ElementDraft, declarations: readonly Inline[]): void {
  const before = draft.attributes.get("style") ?? "";
  const pieces = typeof before === "string" ? [before] : [...before];
  const last = pieces.at(-1);
  if (typeof last === "string" && last.trim() !== "" && !/;\s*$/.test(last)) pieces.push(";");
  draft.attributes.set("style", [...pieces, ...declarations]);
}
