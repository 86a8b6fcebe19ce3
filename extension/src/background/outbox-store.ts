// What the outbox needs of a place to keep captures in: IndexedDB for all, memory alone for private windows.

import type { Bytes } from "../capture/bytes.ts";
import type { CapturedPage, Committed, Sha256, Uuid } from "../protocol/messages.ts";
import type { WireError } from "../protocol/reply.ts";
import type { PartDraft } from "./capture-writer.ts";

/** What the person changed in the popup; sent after the commit, when the link's id is known. */
export interface Edits {
  title?: string;
  note?: string;
  addTags: string[];
  removeTags: string[];
}

/**
 * capturing: pieces arrive; worthless when the background ends before `finish`.
 * ready: complete, the host has not committed it.
 * committed: the host has it, edits are still to be told.
 */
export type Stage = "capturing" | "ready" | "committed";

export interface OutboxRecord {
  capture: Uuid;
  /** "page": a capture. "link": a URL alone, for the host's own engines. */
  kind: "page" | "link";
  url: string;
  title: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  stage: Stage;
  /** Raw bytes of all objects. */
  bytes: number;
  page?: CapturedPage;
  edits?: Edits;
  committed?: Committed;
  /** Why the last attempt failed. `retry: "never"` waits for the person. */
  error?: WireError;
}

export interface StoredObject {
  ref: string;
  /** Number of the upload: the order of arrival within the capture. */
  upload: number;
  size: number;
  /** Absent for bytes too large to be hashed in one piece; the host tells it then. */
  sha256?: Sha256;
}

/**
 * A record is durable when the promise of `putRecord` resolves, and so is everything that was written before it: a
 * flush for each of a page's resources would cost more than their bytes. Rejects with what the storage throws.
 */
export interface OutboxStore {
  records(): Promise<OutboxRecord[]>;
  record(capture: Uuid): Promise<OutboxRecord | undefined>;
  putRecord(record: OutboxRecord): Promise<void>;
  /** The first record of a capture, which promises nothing yet: survives the browser's end, not a power loss. */
  noteRecord(record: OutboxRecord): Promise<void>;
  /** The record with its objects and parts. */
  remove(capture: Uuid): Promise<void>;

  putObject(capture: Uuid, object: StoredObject, bytes: Bytes): Promise<void>;
  objects(capture: Uuid): Promise<StoredObject[]>;
  bytes(capture: Uuid, ref: string): Promise<Bytes | undefined>;

  /** A part with an `n` that is there already replaces it. */
  putParts(capture: Uuid, parts: PartDraft[]): Promise<void>;
  /** By `n`. */
  parts(capture: Uuid): Promise<PartDraft[]>;
}
