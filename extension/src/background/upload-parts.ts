// The part table and the page as the host takes them: digests in place of references, within the limits.

import { fitUtf8, utf8Length } from "../protocol/limits.ts";
import type { CapturedPage, Limits, Part, Sha256 } from "../protocol/messages.ts";
import type { PartDraft } from "./capture-writer.ts";

/** A `capture.parts` stays well below limits.frame_in, however long its URLs are. */
const frame = 1024 * 1024;
/** JSON around the texts of a part, its digest included. */
const overhead = 240;
/** JSON may write a character of one byte as six. */
const escaped = 6;

/** Batches for `capture.parts`. Gives the number of a part whose bytes are missing instead, which no outbox makes. */
export function partBatches(
  drafts: PartDraft[],
  digests: ReadonlyMap<string, Sha256>,
  limits: Limits,
): { batches: Part[][] } | { missing: number } {
  const batches: Part[][] = [];
  let batch: Part[] = [];
  let size = 0;
  for (const draft of drafts) {
    const part = toPart(draft, digests, limits);
    if (!part) return { missing: draft.n };
    const bytes = overhead + escaped * ((part.url?.length ?? 0) + (part.media_type?.length ?? 0));
    if (batch.length >= limits.parts_batch || (batch.length > 0 && size + bytes > frame)) {
      batches.push(batch);
      batch = [];
      size = 0;
    }
    batch.push(part);
    size += bytes;
  }
  if (batch.length > 0) batches.push(batch);
  return { batches };
}

function toPart(draft: PartDraft, digests: ReadonlyMap<string, Sha256>, limits: Limits): Part | null {
  const { object, ...part }: PartDraft & Part = { ...draft };
  // An address beyond the limit (a data: URL as a rule) names nothing that could be fetched again.
  if (part.url !== undefined) part.url = part.url.toWellFormed();
  if (part.url !== undefined && utf8Length(part.url) > limits.url) delete part.url;
  if (object === undefined) return part;
  const sha256 = digests.get(object);
  return sha256 ? { ...part, sha256 } : null;
}

export function fitPage(page: CapturedPage, limits: Limits): CapturedPage {
  const fitted: CapturedPage = { ...page, url: page.url.toWellFormed() };
  if (page.title !== undefined) fitted.title = fitUtf8(page.title, limits.title);
  if (page.note !== undefined) fitted.note = fitUtf8(page.note, limits.note);
  if (page.redirects) fitted.redirects = page.redirects.map((url) => url.toWellFormed());
  return fitted;
}
