// Style sheets: kept byte for byte with what they refer to, unless script edited them (or one that they import), or a
// redirect moved what their relative addresses mean; then they are kept as a text with absolute addresses.

import { type Bytes, wholeOf } from "../bytes.ts";
import { captureCss } from "../css/capture-css.ts";
import { sheetCharset } from "../css/decode.ts";
import { usedFonts } from "../css/fonts.ts";
import { ImportNames } from "../css/import-names.ts";
import { absoluteInCss, rewriteCss } from "../css/rewrite.ts";
import type { CssReference } from "../css/scan.ts";
import { scanCss } from "../css/scan.ts";
import { type Marker, TextBuilder } from "../html/text-builder.ts";
import type { ByteSource, Opened, Reference } from "../types.ts";
import type { ReadFrame } from "./frame-tree.ts";
import { leftOut, type PartNode, type Slot } from "./part-tree.ts";

export interface SheetHost {
  newNode(node: Partial<PartNode> & Pick<PartNode, "role" | "url">): PartNode;
  refer(reference: Reference, frame: ReadFrame): Slot | undefined;
  open(source: Extract<ByteSource, { kind: "sheet" }>, frame: ReadFrame): Promise<Opened>;
  fetchOutside(url: string, frame: ReadFrame): Promise<Opened>;
  /** A sheet that the frame may not read, as the renderer holds it: its rules, as a text. */
  rendered(url: string): Promise<string | undefined>;
  /** For each selector whether anything in the frame matches it. */
  shown(selectors: readonly string[], frame: ReadFrame): Promise<boolean[]>;
  loadedFonts(): ReadonlySet<string> | null;
}

interface Source {
  text: string;
  baseUrl: string;
  /** By the reference's place in the text. */
  imports: Map<number, Slot>;
}

export class SheetCollector {
  private readonly host_: SheetHost;
  private readonly byUrl_ = new Map<string, PartNode>();
  private readonly sources_ = new Map<PartNode, Source>();

  constructor(host: SheetHost) {
    this.host_ = host;
  }

  async collect(
    slot: Slot,
    reference: Extract<Reference, { kind: "sheet" }>,
    frame: ReadFrame,
  ): Promise<void> {
    const { node } = slot;
    const known = this.byUrl_.has(reference.url);
    let opened =
      (reference.opaque && (await this.openRendered_(reference))) ||
      (await this.host_.open({ ...reference, known }, frame));
    if (opened.status === "unreachable") opened = await this.host_.fetchOutside(reference.url, frame);
    node.status = opened.status;
    node.mediaType = opened.mediaType;
    if (opened.captured && opened.bytes) {
      node.edited = true;
      const { references, inserts } = opened.captured;
      const targets = references.map((one) => this.host_.refer(one, frame) ?? leftOut);
      node.text = { bytes: opened.bytes, inserts, targets };
      node.children = targets.filter((target) => target !== leftOut);
      return;
    }
    const same = this.byUrl_.get(reference.url);
    if (same) {
      slot.node = same;
      return;
    }
    // One that failed may still be readable for another document.
    if (opened.status !== "ok" || !opened.bytes) return;
    this.byUrl_.set(reference.url, node);
    node.bytes = opened.bytes;
    await this.readText_(node, reference, { ...opened, bytes: opened.bytes }, frame);
  }

  /** After numbering: sheets that can't stay as they came are written anew. */
  async finish(parts: readonly PartNode[]): Promise<void> {
    // Children first, so that an edit deep below reaches the sheet that the document names.
    for (let changed = true; changed; ) {
      changed = false;
      for (const part of parts) {
        const source = this.sources_.get(part);
        if (!source || part.edited) continue;
        if ([...source.imports.values()].some((slot) => slot.node.edited)) {
          part.edited = true;
          changed = true;
        }
      }
    }
    for (const part of parts) {
      const source = this.sources_.get(part);
      if (source && (part.edited || moved(source, part.url))) rewrite(part, source);
    }
  }

  private async readText_(
    node: PartNode,
    reference: Extract<Reference, { kind: "sheet" }>,
    opened: Opened & { bytes: Bytes },
    frame: ReadFrame,
  ): Promise<void> {
    const bytes = await wholeOf(opened.bytes);
    const charset = sheetCharset(bytes, opened.mediaType, frame.reading.charset);
    node.mediaType = withCharset(opened.mediaType, charset);
    const text = new TextDecoder(charset).decode(bytes);
    const source: Source = { text, baseUrl: opened.url || reference.url, imports: new Map() };
    this.sources_.set(node, source);

    const add = (one: Reference): Slot | undefined => {
      const slot = this.host_.refer(one, frame);
      if (slot) node.children.push(slot);
      return slot;
    };
    const references = scanCss(text);
    const shown = await this.shown_(references, frame);
    const names = new ImportNames();
    for (const one of references) {
      if (one.kind === "font") continue;
      const isImport = one.kind === "import";
      const imports = isImport ? [...reference.imports, names.of(one.url)] : [];
      const url = fetchableUrl(one, source.baseUrl);
      if (url === undefined) continue;
      const unseen = shown(one) ? ("perhaps" as const) : ("surely" as const);
      const found = isImport
        ? add({ kind: "sheet", url, sheet: reference.sheet, imports })
        : add({
            kind: "resource",
            role: "image",
            url: url.replace(/#.*$/s, ""),
            ...(one.conditional ? {} : { unseen }),
          });
      if (isImport && found) source.imports.set(one.start, found);
    }
    for (const sources of usedFonts(references, this.host_.loadedFonts())) {
      const urls = sources.map((one) => fetchableUrl(one, source.baseUrl)).filter((url) => url !== undefined);
      if (urls.length > 0) add({ kind: "font", urls });
    }
  }

  /** Its bytes would have to be asked of the network: of a frame, and where the site lets none read them, once more. */
  private async openRendered_(reference: Extract<Reference, { kind: "sheet" }>): Promise<Opened | undefined> {
    const { url, sheet: index, imports } = reference;
    const text = await this.host_.rendered(url);
    if (text === undefined) return undefined;
    const out = new TextBuilder();
    const origin = { baseUrl: url, sheet: { index, imports }, loadedFonts: this.host_.loadedFonts() };
    out.writeInline(captureCss(text, origin, out), (piece) => piece);
    const { bytes, captured } = out.finish();
    for (const one of captured.references) if (one.kind === "sheet") one.opaque = true;
    return { status: "ok", mediaType: "text/css; charset=utf-8", url, bytes, captured };
  }

  private async shown_(
    references: readonly CssReference[],
    frame: ReadFrame,
  ): Promise<(one: CssReference) => boolean> {
    const selectors = new Set<string>();
    for (const { selector } of references) if (selector !== undefined) selectors.add(selector);
    const list = [...selectors];
    const answers = await this.host_.shown(list, frame);
    const hidden = new Set(list.filter((_, index) => answers[index] === false));
    return ({ selector }) => selector === undefined || !hidden.has(selector);
  }
}

function fetchableUrl(reference: CssReference, base: string): string | undefined {
  const url = absoluteInCss(reference.url, base);
  return url !== undefined && /^(?:https?|file|ftp):/i.test(url) ? url : undefined;
}

// Only a document in an old encoding lends it to sheets that name none; the snapshot's document is UTF-8.
function withCharset(mediaType: string, charset: string): string {
  if (charset === "utf-8" || /charset\s*=/i.test(mediaType)) return mediaType;
  return `${mediaType || "text/css"}; charset=${charset}`;
}

/** Whether relative addresses mean something else at the address by which the document knows the sheet. */
function moved(source: Source, url: string): boolean {
  if (source.baseUrl === url) return false;
  return scanCss(source.text).some(
    (one) => absoluteInCss(one.url, source.baseUrl) !== absoluteInCss(one.url, url),
  );
}

function rewrite(node: PartNode, source: Source): void {
  const out = new TextBuilder();
  const targets: Slot[] = [];
  const pieces = rewriteCss<Marker>(source.text, (one) => {
    const imported = source.imports.get(one.start);
    if (!imported) return absoluteInCss(one.url, source.baseUrl);
    targets.push(imported);
    return { reference: targets.length - 1 };
  });
  out.writeInline(pieces, (text) => text);
  const { bytes, captured } = out.finish();
  node.mediaType = "text/css; charset=utf-8";
  node.text = { bytes, inserts: captured.inserts, targets };
}
