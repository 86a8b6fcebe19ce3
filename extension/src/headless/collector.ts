// The collector in a headless browser, in an empty page of its own: frames are reached through the host, which has the
// bytes of every answer that the page got, so that most resources never come here at all.
import { type Bytes, sizeOf, sliceOf } from "../capture/bytes.ts";
import { Collector } from "../capture/collect/collector.ts";
import { FramePort } from "../capture/collect/frame-port.ts";
import { ScreenPicture } from "../capture/collect/screen-picture.ts";
import type { FromFrame, MessagePortLike } from "../capture/frame/messages.ts";
import type { ByteSource, Opened } from "../capture/types.ts";
import { fromBase64, toBase64 } from "../protocol/bytes.ts";
import type { CollectRequest, FromHost, HostOpened, ToHost } from "./messages.ts";

interface CollectorWorld {
  keepleafSend(text: string): void;
  /** Of the host, or of a frame; of a frame without a text: it has gone. */
  keepleafReceive(frame: number | null, text: string | null): void;
  keepleafCollect(request: CollectRequest): void;
}

const world = globalThis as unknown as CollectorWorld;
/** A multiple of three, so that pieces of base64 can be put together. */
const pieceSize = 1_572_864;
/** Milliseconds a frame has for its answer, and for the bytes of one resource. */
const frameAnswer = 15_000;
const resourceAnswer = 90_000;
const partsBatch = 500;

const waiting = new Map<number, (reply: FromHost) => void>();
const ends = new Map<number, FrameEnd>();
let next = 1;

world.keepleafReceive = (frame, text) => {
  if (frame !== null) {
    const end = ends.get(frame);
    if (text === null) end?.leave();
    else end?.take(JSON.parse(text) as FromFrame);
    return;
  }
  const reply = JSON.parse(text ?? "{}") as FromHost;
  waiting.get(reply.re)?.(reply);
  waiting.delete(reply.re);
};
world.keepleafCollect = (request) => {
  collect(request).catch((error: unknown) => {
    tell({
      op: "failed",
      reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    });
  });
};

function tell(message: ToHost): void {
  world.keepleafSend(JSON.stringify(message));
}

async function ask<Reply extends FromHost>(message: ToHost & { id: number }): Promise<Reply> {
  return new Promise<Reply>((resolve) => {
    waiting.set(message.id, resolve as (reply: FromHost) => void);
    tell(message);
  });
}

/** The collector's end of one frame's port. */
class FrameEnd implements MessagePortLike<FromFrame> {
  readonly #frame: number;
  readonly #messages: ((message: FromFrame) => void)[] = [];
  readonly #ends: (() => void)[] = [];
  readonly onMessage = {
    addListener: (listener: (message: FromFrame) => void) => void this.#messages.push(listener),
  };
  readonly onDisconnect = { addListener: (listener: () => void) => void this.#ends.push(listener) };

  constructor(frame: number) {
    this.#frame = frame;
  }

  postMessage(message: unknown): void {
    tell({ op: "frame", frame: this.#frame, message: JSON.stringify(message) });
  }

  disconnect(): void {}

  take(message: FromFrame): void {
    for (const listener of this.#messages) listener(message);
  }

  leave(): void {
    for (const listener of this.#ends) listener();
  }
}

class HeadlessFrame extends FramePort {
  #url = "";

  override async read(...given: Parameters<FramePort["read"]>): ReturnType<FramePort["read"]> {
    const reading = await super.read(...given);
    this.#url = reading.url;
    return reading;
  }

  override async open(source: ByteSource, limit: number, signal: AbortSignal): Promise<Opened> {
    if (source.kind !== "url" || !/^https?:/i.test(source.url)) return super.open(source, limit, signal);
    return source.cached
      ? { status: "unreachable", mediaType: "", url: source.url }
      : openByHost(source.url, this.#url, limit, signal);
  }
}

async function openByHost(url: string, from: string, limit: number, signal: AbortSignal): Promise<Opened> {
  if (!/^https?:/i.test(url)) return { status: "blocked", mediaType: "", url };
  const asked = ask<{ re: number; opened: HostOpened | null }>({ op: "open", id: next++, url, from, limit });
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  const { opened } = await Promise.race([asked, aborted]);
  return opened ?? { status: "unreachable", mediaType: "", url };
}

async function rendered(url: string, limit: number): Promise<HostOpened | null> {
  const { opened } = await ask<{ re: number; opened: HostOpened | null }>({
    op: "rendered",
    id: next++,
    url,
    limit,
  });
  return opened;
}

async function addObject(bytes: Bytes): Promise<{ object: string }> {
  const id = next++;
  const size = sizeOf(bytes);
  for (let at = 0; at + pieceSize < size; at += pieceSize) {
    const piece = await sliceOf(bytes, at, at + pieceSize);
    tell({ op: "bytes", id, data: toBase64(piece), last: false });
  }
  const rest = size === 0 ? 0 : Math.floor((size - 1) / pieceSize) * pieceSize;
  const data = toBase64(await sliceOf(bytes, rest, size));
  return ask<{ re: number; object: string }>({ op: "bytes", id, data, last: true });
}

async function windowPicture(): Promise<ImageBitmap | undefined> {
  const { picture } = await ask<{ re: number; picture: string }>({ op: "picture", id: next++ });
  if (picture === "") return undefined;
  return createImageBitmap(new Blob([fromBase64(picture) as Uint8Array<ArrayBuffer>], { type: "image/png" }));
}

async function collect({ frames, resource, media, parts }: CollectRequest): Promise<void> {
  const { signal } = new AbortController();
  const screen = new ScreenPicture(windowPicture);
  const links: HeadlessFrame[] = [];
  for (let frame = 0; frame < frames; frame++) {
    const end = new FrameEnd(frame);
    ends.set(frame, end);
    links.push(new HeadlessFrame(end, frame));
  }
  const collector = new Collector(
    {
      addObject,
      addParts: async (drafts) => tell({ op: "parts", parts: drafts }),
      rendered: async (url, limit) => (await rendered(url, limit)) ?? "absent",
      answered: async (url, limit) => (await rendered(url, limit)) ?? undefined,
      screen: (place) => screen.cut(place),
      fetchOutside: openByHost,
      missingFrame: async (url) => (/^https?:/i.test(url) ? "no_answer" : "blocked"),
      onProgress: (_stage, done, total) => tell({ op: "progress", done, total }),
    },
    { resource, media, allSizes: false, parts, partsBatch, frameAnswer, resourceAnswer },
    signal,
  );
  const { top, parts: kept } = await collector.collect(links);
  const [root] = kept;
  if (root?.status !== "ok") throw new Error(`the page's own bytes: ${root?.status}`);
  tell({
    op: "finish",
    page: {
      url: top.url,
      title: top.title,
      viewport: top.viewport,
      ...(top.language === "" ? {} : { language: top.language }),
    },
  });
}
