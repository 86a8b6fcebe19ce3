// Grows a captured text: strings, and markers where a part's number or address goes once parts are numbered.
import { joined } from "../bytes.ts";
import type { CapturedText, Reference } from "../types.ts";

export interface Marker {
  reference: number;
}
export type Inline = string | Marker;
type Piece = string | { readonly text: string };

export class TextBuilder {
  readonly references: Reference[] = [];
  private readonly runs_: { pieces: Piece[]; reference: number }[] = [];
  private pieces_: Piece[] = [];
  private readonly resources_ = new Map<string, number>();

  write(text: string): void {
    this.pieces_.push(text);
  }

  /** What it says at the end is written here. */
  writeLater(later: { readonly text: string }): void {
    this.pieces_.push(later);
  }

  writeInline(pieces: readonly Inline[], protect: (text: string) => string): void {
    for (const piece of pieces) {
      if (typeof piece === "string") this.pieces_.push(protect(piece));
      else this.mark(piece);
    }
  }

  mark(marker: Marker): void {
    this.runs_.push({ pieces: this.pieces_, reference: marker.reference });
    this.pieces_ = [];
  }

  refer(reference: Reference): Marker {
    // The same address twice in one text is one reference: a page with a thousand equal icons stays small.
    const key = reference.kind === "resource" ? reference.url : undefined;
    const known = key === undefined ? undefined : this.resources_.get(key);
    if (known !== undefined) {
      const first = this.references[known];
      if (reference.kind === "resource" && first?.kind === "resource") {
        if (!reference.unseen) delete first.unseen;
        if (!reference.alternative) delete first.alternative;
      }
      return { reference: known };
    }
    this.references.push(reference);
    const index = this.references.length - 1;
    if (key !== undefined) this.resources_.set(key, index);
    return { reference: index };
  }

  /** Lone surrogates become U+FFFD, as in every UTF-8 encoder of the platform. */
  finish(): { bytes: Uint8Array<ArrayBuffer>; captured: CapturedText } {
    const encoder = new TextEncoder();
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const inserts: CapturedText["inserts"] = [];
    let at = 0;
    const add = (written: readonly Piece[]): void => {
      const text = written.map((piece) => (typeof piece === "string" ? piece : piece.text)).join("");
      const bytes = encoder.encode(text);
      pieces.push(bytes);
      at += bytes.length;
    };
    for (const run of this.runs_) {
      add(run.pieces);
      inserts.push({ at, reference: run.reference });
    }
    add(this.pieces_);
    return { bytes: joined(pieces), captured: { references: this.references, inserts } };
  }
}
