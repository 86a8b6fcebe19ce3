// Sends one capture from the outbox to an open host. Keeps no state of its own: whatever breaks, the next attempt goes on
// from the answer to `capture.begin`.

import type { Committed } from "../protocol/messages.ts";
import type { Reply } from "../protocol/reply.ts";
import { type Clock, systemClock } from "../protocol/session.ts";
import type { OpenHost } from "./host-connection.ts";
import type { OutboxRecord, OutboxStore } from "./outbox-store.ts";
import { damaged, tooLarge, Upload, UploadError, type UploadProgress } from "./upload.ts";

/** How often one call begins again after an error that says `resume`. */
const resumes = 3;

export async function uploadCapture(
  host: OpenHost,
  record: OutboxRecord,
  store: OutboxStore,
  onProgress: UploadProgress,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<Reply<Committed>> {
  for (let attempt = 0; ; attempt++) {
    const upload = new Upload(host, record.capture, onProgress, signal, clock);
    try {
      return { ok: true, value: await send(upload, host, record, store) };
    } catch (error) {
      if (!(error instanceof UploadError)) throw error;
      if (error.error.retry !== "resume") return { ok: false, error: error.error };
      // Begun again and again without an end: leave it to a later attempt on a new port.
      if (attempt >= resumes) return { ok: false, error: { ...error.error, retry: "later" } };
    } finally {
      upload.stop();
    }
  }
}

async function send(
  upload: Upload,
  host: OpenHost,
  record: OutboxRecord,
  store: OutboxStore,
): Promise<Committed> {
  const { capture, page, bytes } = record;
  if (!page) throw new UploadError(damaged("the page of the capture"));
  if (bytes > host.hello.limits.capture) throw new UploadError(tooLarge("capture", bytes));
  const committed = await upload.begin(page.url, bytes);
  if (committed) return committed;
  for (const object of await store.objects(capture)) {
    upload.offer(object, () => store.bytes(capture, object.ref));
  }
  return upload.complete(page, await store.parts(capture));
}
