// Grows a captured text: strings, and markers where a part's number or address goes once parts are numbered.
import { joined } from "../bytes.ts";
import { moreSeen } from "../css/shown.ts";
import type { CapturedText, Reference } from "../types.ts";

export interface Marker {
  reference: number;
}
export type Inline = string | Marker;

/** A piece of the text, a place that is written at the end, or a place where a part's number goes. */
type Segment = Uint8Array | { readonly text: string } | Marker;

/** Characters that are gathered before they become bytes: a large document is hundreds of thousands of short strings. */
const gathered = 64 * 1024;

export class TextBuilder {
  readonly references: Reference[] = [];
  private readonly segments_: Segment[] = [];
  private readonly encoder_ = new TextEncoder();
  private pieces_: string[] = [];
  private length_ = 0;
  private readonly resources_ = new Map<string, number>();

  write(text: string): void {
    this.pieces_.push(text);
    this.length_ += text.length;
    // Not between the halves of a character that two texts share.
    if (this.length_ >= gathered && !/[\ud800-\udbff]$/.test(text)) this.encode_();
  }

  /** What it says at the end is written here. */
  writeLater(later: { readonly text: string }): void {
    this.encode_();
    this.segments_.push(later);
  }

  writeInline(pieces: readonly Inline[], protect: (text: string) => string): void {
    for (const piece of pieces) {
      if (typeof piece === "string") this.write(protect(piece));
      else this.mark(piece);
    }
  }

  mark(marker: Marker): void {
    this.encode_();
    this.segments_.push(marker);
  }

  refer(reference: Reference): Marker {
    // The same address twice in one text is one reference: a page with a thousand equal icons stays small.
    const key = reference.kind === "resource" ? reference.url : undefined;
    const known = key === undefined ? undefined : this.resources_.get(key);
    if (known !== undefined) {
      const first = this.references[known];
      if (reference.kind === "resource" && first?.kind === "resource") {
        const unseen = moreSeen(first.unseen, reference.unseen);
        if (unseen) first.unseen = unseen;
        else delete first.unseen;
        if (!reference.alternative) delete first.alternative;
        if (!reference.broken) delete first.broken;
      }
      return { reference: known };
    }
    this.references.push(reference);
    const index = this.references.length - 1;
    if (key !== undefined) this.resources_.set(key, index);
    return { reference: index };
  }

  finish(): { bytes: Uint8Array<ArrayBuffer>; captured: CapturedText } {
    this.encode_();
    const pieces: Uint8Array[] = [];
    const inserts: CapturedText["inserts"] = [];
    let at = 0;
    for (const segment of this.segments_) {
      if ("reference" in segment) {
        inserts.push({ at, reference: segment.reference });
        continue;
      }
      const bytes = "text" in segment ? this.encoder_.encode(segment.text) : segment;
      pieces.push(bytes);
      at += bytes.length;
    }
    return { bytes: joined(pieces), captured: { references: this.references, inserts } };
  }

  /** Lone surrogates become U+FFFD, as in every UTF-8 encoder of the platform. */
  private encode_(): void {
    if (this.length_ > 0) this.segments_.push(this.encoder_.encode(this.pieces_.join("")));
    this.pieces_ = [];
    this.length_ = 0;
  }
}
