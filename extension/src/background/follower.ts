// The seam between a capture that is arriving and whoever sends it meanwhile (sender.ts). What a follower has is also
// with the writer until the host has committed: a follower may fail at any moment and nothing is lost.

import type { Bytes } from "../capture/bytes.ts";
import type { CapturedPage } from "../protocol/messages.ts";
import type { PartDraft } from "./capture-writer.ts";
import type { StoredObject } from "./outbox-store.ts";

export interface Follower {
  /** `read` may be called until `finish` has answered. */
  object(object: StoredObject, read: () => Promise<Bytes | undefined>): void;
  /** Everything was handed over. True: the host has committed. False: it has not, and this follower won't make it. */
  finish(page: CapturedPage, parts: PartDraft[]): Promise<boolean>;
  /** The capture was given up. */
  stop(): void;
}

/** Bytes that a writer holds in memory for its follower; beyond, they go to the outbox at once. */
export const heldLimit = 24 * 1024 * 1024;
/** So long a complete capture stays in memory alone, in milliseconds; then it goes to the disk, whatever the host does. */
export const heldTime = 1_000;
