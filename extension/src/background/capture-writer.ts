// The seam between capturing and sending. Capturing (capture-tab.ts and the scripts in the page) knows how to read a
// page and hands over its pieces; the outbox implements CaptureWriter, keeps every piece in IndexedDB until the host
// has committed, and knows how to send. Neither knows the other.
import type { Bytes } from "../capture/bytes.ts";
import type { CaptureScope } from "../capture/scope.ts";
import type { CapturedPage, Engine, Part, PartStatus, Uuid } from "../protocol/messages.ts";
import type { LivePage } from "./fidelity/pages.ts";

/** Names bytes that were handed over; equal bytes of one capture get the same reference. */
export type ObjectRef = string;

/** A part before its digest is known. `object` is present exactly when `status` is "ok". */
export type PartDraft = Omit<Part, "sha256"> & { object?: ObjectRef };

export interface CaptureWriter {
  readonly capture: Uuid;
  /** Takes bytes over; they are not changed afterwards. May be called for several at once. */
  addObject(bytes: Bytes): Promise<{ object: ObjectRef; size: number }>;
  /** Adds to the part table, in any order of `n`; `n` is the caller's, in document order, 0 is the page itself. */
  addParts(parts: PartDraft[]): Promise<void>;
  /**
   * Everything was handed over. When this resolves the capture lies in the library or, durably, in the outbox, which
   * sees to it that the host commits.
   */
  finish(page: CapturedPage): Promise<void>;
}

export interface CaptureOptions {
  engine: Engine;
  /** Absent: all of the page. */
  scope?: CaptureScope;
  /** Bytes of one resource above which it is left out with status "too_large". */
  resourceLimit: number;
  /** The same for one sound or film; 0 leaves them all out. As `resourceLimit` when it is not given. */
  mediaLimit?: number;
  /** Pictures in all sizes that the page offers, not only in the one that was shown. */
  allSizes?: boolean;
  onProgress(progress: CaptureProgress): void;
}

export interface CaptureProgress {
  stage: "reading" | "resources" | "done";
  done: number;
  total: number;
}

export interface CaptureSummary {
  title: string;
  url: string;
  parts: number;
  missing: { url: string; status: PartStatus }[];
  /** What the live page showed; comes after the capture. */
  seen?: Promise<LivePage | null>;
}

/** Reads the page in a tab into a writer and calls its finish(). Rejects with a CaptureError. */
export type CaptureTab = (
  tabId: number,
  writer: CaptureWriter,
  options: CaptureOptions,
  signal: AbortSignal,
) => Promise<CaptureSummary>;

/** Why a tab cannot be captured at all; `reason` is a message key of _locales. */
export class CaptureError extends Error {
  readonly reason:
    | "page_protected"
    | "page_needs_access"
    | "file_needs_access"
    | "page_gone"
    | "page_loading"
    | "frame_needs_access"
    | "nothing_selected"
    | "cancelled"
    | "internal";
  constructor(reason: CaptureError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}
