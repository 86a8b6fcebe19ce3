// The background's end of a frame: asks for the reading and for bytes over a message port, and puts pieces together.
import { FrameGone } from "../frame/frame-gone.ts";
import {
  decodePiece,
  type FromFrame,
  type MessagePortLike,
  type PieceData,
  type ToFrame,
} from "../frame/messages.ts";
import { readLimited } from "../frame/open-url.ts";
import type { CaptureScope } from "../scope.ts";
import type { ByteSource, FrameLink, FrameReading, Opened } from "../types.ts";

interface Pending {
  onMessage(message: FromFrame): void;
  reject(error: Error): void;
}

export class FramePort implements FrameLink {
  readonly frameId: number;
  private readonly part_: CaptureScope["part"];
  private readonly port_: MessagePortLike<FromFrame>;
  private readonly pending_ = new Map<number, Pending>();
  private next_ = 1;
  private gone_ = false;

  /** `part`: what is read of the frame's document. */
  constructor(port: MessagePortLike<FromFrame>, frameId: number, part: CaptureScope["part"] = "whole") {
    this.port_ = port;
    this.part_ = part;
    this.frameId = frameId;
    port.onMessage.addListener((message: FromFrame) => this.pending_.get(message.re)?.onMessage(message));
    port.onDisconnect.addListener(() => {
      this.gone_ = true;
      const error = new FrameGone("the frame went away");
      for (const pending of this.pending_.values()) pending.reject(error);
      this.pending_.clear();
    });
    this.send_({ op: "hello", probe: new Uint8Array(1) });
  }

  close(): void {
    if (!this.gone_) this.port_.disconnect();
    this.gone_ = true;
  }

  read(withPictures: boolean, signal: AbortSignal, alive: () => void): Promise<FrameReading> {
    return this.ask_(signal, (id, resolve, reject) => {
      this.send_({ op: "read", id, part: this.part_, withPictures });
      return (message) => {
        if ("reading" in message) {
          const { reading, text } = message;
          if (reading.document && text !== undefined) reading.document.bytes = decodePiece(text);
          resolve(reading);
        }
        if ("working" in message) alive();
        if ("failed" in message) reject(new Error(`reading failed: ${message.failed}`));
      };
    });
  }

  open(source: ByteSource, limit: number, signal: AbortSignal): Promise<Opened> {
    return this.ask_(signal, (id, resolve) => {
      let head: Opened = { status: "unreachable", mediaType: "", url: "" };
      let feed: ReadableStreamDefaultController<Uint8Array> | undefined;
      this.send_({ op: "open", id, source, limit });
      return (message) => {
        if ("head" in message) {
          const { streamed, ...rest } = message.head;
          head = rest;
          if (!streamed) {
            resolve(message.data === undefined ? head : within(head, decodePiece(message.data), limit));
            return;
          }
          const body = new ReadableStream<Uint8Array>({
            start: (controller) => {
              feed = controller;
            },
            cancel: () => this.send_({ op: "cancel", id }),
          });
          readLimited(body, limit).then(
            (bytes) => resolve(bytes ? { ...head, bytes } : { ...head, status: "too_large" }),
            () => resolve({ ...head, status: "unreachable" }),
          );
        } else if ("data" in message) {
          this.feed_(feed, message.data, id);
        } else if ("end" in message) {
          feed?.close();
        } else if ("failed" in message) {
          if (feed) feed.error(new Error(message.failed));
          else resolve(head);
        }
      };
    });
  }

  shown(selectors: readonly string[], signal: AbortSignal): Promise<boolean[]> {
    return this.ask_(signal, (id, resolve) => {
      this.send_({ op: "shown", id, selectors });
      return (message) => {
        if ("shown" in message) resolve(message.shown);
      };
    });
  }

  private feed_(
    feed: ReadableStreamDefaultController<Uint8Array> | undefined,
    data: PieceData,
    id: number,
  ): void {
    try {
      feed?.enqueue(decodePiece(data));
    } catch {
      return; // Cancelled meanwhile: over the limit.
    }
    this.send_({ op: "ack", id });
  }

  private ask_<T>(
    signal: AbortSignal,
    start: (
      id: number,
      resolve: (value: T) => void,
      reject: (error: Error) => void,
    ) => (message: FromFrame) => void,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.gone_) {
        reject(new FrameGone("the frame went away"));
        return;
      }
      const id = this.next_++;
      const finish = (): void => {
        this.pending_.delete(id);
        signal.removeEventListener("abort", onAbort);
      };
      const fail = (error: Error): void => {
        finish();
        reject(error);
      };
      const onAbort = (): void => {
        this.send_({ op: "cancel", id });
        fail(signal.reason as Error);
      };
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      signal.addEventListener("abort", onAbort);
      const onMessage = start(
        id,
        (value) => {
          finish();
          resolve(value);
        },
        fail,
      );
      this.pending_.set(id, { onMessage, reject: fail });
    });
  }

  private send_(message: ToFrame): void {
    if (this.gone_) return;
    try {
      this.port_.postMessage(message);
    } catch {
      // Disconnected in this very moment; onDisconnect tells those who wait.
    }
  }
}

function within(head: Opened, bytes: Uint8Array<ArrayBuffer>, limit: number): Opened {
  return bytes.byteLength > limit ? { ...head, status: "too_large" } : { ...head, bytes };
}
