// Grows a captured text: strings, and markers where a part's number or address goes once parts are numbered.
import { joined } from "../bytes.ts";
import type { CapturedText, Reference } from "../types.ts";

export interface Marker {
  reference: number;
}
export type Inline = string | Marker;

export class TextBuilder {
  readonly references: Reference[] = [];
  private readonly runs_: { text: string; reference: number }[] = [];
  private pieces_: string[] = [];
  private readonly resources_ = new Map<string, number>();

  write(text: string): void {
    this.pieces_.push(text);
  }

  writeInline(pieces: readonly Inline[], protect: (text: string) => string): void {
    for (const piece of pieces) {
      if (typeof piece === "string") this.pieces_.push(protect(piece));
      else this.mark(piece);
    }
  }

  mark(marker: Marker): void {
    this.runs_.push({ text: this.pieces_.join(""), reference: marker.reference });
    this.pieces_ = [];
  }

  refer(reference: Reference): Marker {
    // The same address twice in one text is one reference: a page with a thousand equal icons stays small.
    const key = reference.kind === "resource" ? reference.url : undefined;
    const known = key === undefined ? undefined : this.resources_.get(key);
    if (known !== undefined) return { reference: known };
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
    const add = (text: string): void => {
      const bytes = encoder.encode(text);
      pieces.push(bytes);
      at += bytes.length;
    };
    for (const run of this.runs_) {
      add(run.text);
      inserts.push({ at, reference: run.reference });
    }
    add(this.pieces_.join(""));
    return { bytes: joined(pieces), captured: { references: this.references, inserts } };
  }
}
