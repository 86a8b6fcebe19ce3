// The parts of a capture before they are numbered: a tree in document order, in which a resource that is referred to
// several times stands at its first place.
import type { PartRole, PartStatus } from "../../protocol/messages.ts";
import { type Bytes, joined } from "../bytes.ts";
import type { CapturedText } from "../types.ts";

export interface PartNode {
  role: PartRole;
  url: string;
  mediaType: string;
  status: PartStatus;
  /** Bytes that are ready to be kept as they are. */
  bytes?: Bytes;
  object?: string;
  children: Slot[];
  /** A text whose inserts are filled in once every part has its number; targets[i] belongs to references[i]. */
  text?: { bytes: Bytes; inserts: CapturedText["inserts"]; targets: Slot[] };
  /** A sheet that is not what its address gives, so whoever refers to it says `keepleaf-part:N`. */
  edited?: boolean;
  /** Only a style sheet names it, see Reference. */
  unseen?: "perhaps" | "surely" | undefined;
  /** Every picture that shows it is broken, see Reference. */
  broken?: boolean;
  /** Named by a style sheet, shown by nothing and nowhere in the browser's memory: no part. */
  omitted?: boolean;
  /** Shown as broken, and the network was not asked. */
  givenUp?: boolean;
  n?: number;
  parent?: number;
  /** Of the frame whose document it is. */
  frameId?: number;
}

/** A place in a document; several may come to share one node. */
export interface Slot {
  node: PartNode;
  /** What the text says where the part has an address that fixes its bytes; else `keepleaf-part:N`. */
  address?: string;
}

/** Stands for what had no room among the parts. */
export const leftOut: Slot = {
  node: { role: "other", url: "", mediaType: "", status: "too_large", children: [] },
  address: "about:blank",
};

/** Numbers parts in document order, depth first. Iterative: @import may nest deep. */
export function numberParts(root: PartNode): PartNode[] {
  const ordered: PartNode[] = [];
  const stack: { node: PartNode; parent?: number }[] = [{ node: root }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { node, parent } = next;
    if (node.n !== undefined || node.omitted) continue;
    node.n = ordered.length;
    if (parent !== undefined) node.parent = parent;
    ordered.push(node);
    for (const slot of node.children.toReversed()) stack.push({ node: slot.node, parent: node.n });
  }
  return ordered;
}

/** A captured text with its inserts filled in. */
export function fillText(text: NonNullable<PartNode["text"]>): Bytes {
  const { bytes } = text;
  if (bytes instanceof Blob) return new Blob(filled(text, (from, to) => bytes.slice(from, to)));
  const encoder = new TextEncoder();
  const pieces = filled(text, (from, to) => bytes.subarray(from, to));
  return joined(pieces.map((piece) => (typeof piece === "string" ? encoder.encode(piece) : piece)));
}

function filled<Slice>(
  { inserts, targets }: NonNullable<PartNode["text"]>,
  slice: (from: number, to?: number) => Slice,
): (Slice | string)[] {
  const pieces: (Slice | string)[] = [];
  let done = 0;
  for (const { at, reference } of inserts) {
    pieces.push(slice(done, at));
    const slot = targets[reference];
    pieces.push(slot ? insertOf(slot) : "about:blank");
    done = at;
  }
  pieces.push(slice(done));
  return pieces;
}

function insertOf(slot: Slot): string {
  if (slot.address !== undefined && !slot.node.edited) return slot.address;
  return slot.node.n === undefined ? "about:blank" : `keepleaf-part:${slot.node.n}`;
}
