// Runs inside the test extension's own page: takes orders from the test over loopback, captures tabs with the product's
// captureTab into memory, and gives back what it would have stored. Never shipped.
import { captureTab } from "../../../../extension/src/background/capture-tab.ts";
import {
  CaptureError,
  type CaptureProgress,
  type CaptureWriter,
  type PartDraft,
} from "../../../../extension/src/background/capture-writer.ts";
import { asBlob, type Bytes } from "../../../../extension/src/capture/bytes.ts";
import type { CapturedPage } from "../../../../extension/src/protocol/messages.ts";
import type { Order, Outcome } from "./orders.ts";

const server = "http://127.0.0.1:PORT";

class MemoryWriter implements CaptureWriter {
  readonly capture = "00000000-0000-7000-8000-000000000000";
  readonly objects: Blob[] = [];
  readonly parts: PartDraft[] = [];
  page: CapturedPage | undefined;

  addObject(bytes: Bytes): Promise<{ object: string; size: number }> {
    const blob = asBlob(bytes);
    this.objects.push(blob);
    return Promise.resolve({ object: String(this.objects.length - 1), size: blob.size });
  }

  addParts(parts: PartDraft[]): Promise<void> {
    this.parts.push(...parts);
    return Promise.resolve();
  }

  finish(page: CapturedPage): Promise<void> {
    this.page = page;
    return Promise.resolve();
  }
}

async function run(order: Order): Promise<Outcome> {
  const tabs = await chrome.tabs.query({});
  const tab = tabs.find((one) => one.url?.startsWith(order.url));
  if (tab?.id === undefined) return { error: { reason: "internal", message: `no tab shows ${order.url}` } };
  const writer = new MemoryWriter();
  const progress: CaptureProgress[] = [];
  const abort = new AbortController();
  if (order.cancelAt === "start") abort.abort();
  try {
    const summary = await captureTab(
      tab.id,
      writer,
      {
        engine: "tab",
        resourceLimit: order.resourceLimit ?? 64 << 20,
        ...(order.mediaLimit === undefined ? {} : { mediaLimit: order.mediaLimit }),
        ...(order.allSizes ? { allSizes: true } : {}),
        onProgress: (one) => {
          progress.push(one);
          if (order.cancelAt === one.stage) abort.abort();
          if (order.leaveAt === one.stage && one.done === 1 && tab.id !== undefined) {
            void chrome.tabs.update(tab.id, { url: `${server}/away` });
          }
        },
      },
      abort.signal,
    );
    const objects = await Promise.all(writer.objects.map(toBase64));
    return { summary, parts: writer.parts, objects, page: writer.page, progress };
  } catch (error) {
    const { reason, message } =
      error instanceof CaptureError ? error : { reason: "none", message: String(error) };
    return { error: { reason, message } };
  }
}

function toBase64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^.*?,/, ""));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

for (;;) {
  const response = await fetch(`${server}/order`).catch(() => undefined);
  if (!response?.ok) break;
  const order = (await response.json()) as Order;
  const outcome = await run(order);
  await fetch(`${server}/outcome`, { method: "POST", body: JSON.stringify(outcome) });
}
