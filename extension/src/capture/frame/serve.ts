// Answers a collector over a message port, inside the frame.
import type { FrameReading } from "../types.ts";
import type { FrameCapture } from "./frame-capture.ts";
import {
  encodePiece,
  type FromFrame,
  type MessagePortLike,
  pieceWindow,
  type ToFrame,
  textLimit,
  wordsEvery,
} from "./messages.ts";
import { pieces } from "./pieces.ts";

interface Stream {
  abort: AbortController;
  unacknowledged: number;
  resume?: () => void;
}

export function serveFrame(port: MessagePortLike<ToFrame>, capture: FrameCapture): void {
  const streams = new Map<number, Stream>();
  let binary = false;
  let connected = true;
  const send = (message: FromFrame): void => {
    if (connected) port.postMessage(message);
  };

  const open = async (message: Extract<ToFrame, { op: "open" }>): Promise<void> => {
    const stream: Stream = { abort: new AbortController(), unacknowledged: 0 };
    streams.set(message.id, stream);
    try {
      const { body, ...head } = await capture.open(message.source, message.limit, stream.abort.signal);
      if (!body) {
        send({ re: message.id, head: { ...head, streamed: false } });
        return;
      }
      const all = pieces(body, head.size);
      const first = await all.next();
      const second = first.done ? first : await all.next();
      if (second.done) {
        // Nearly every resource of a page: one question, one answer.
        const data = encodePiece(first.value ?? new Uint8Array(0), binary);
        send({ re: message.id, head: { ...head, streamed: false }, data });
        return;
      }
      send({ re: message.id, head: { ...head, streamed: true } });
      const give = async (piece: Uint8Array): Promise<void> => {
        while (stream.unacknowledged >= pieceWindow && !stream.abort.signal.aborted) {
          await new Promise<void>((resolve) => {
            stream.resume = resolve;
          });
        }
        if (stream.abort.signal.aborted) return;
        stream.unacknowledged++;
        send({ re: message.id, data: encodePiece(piece, binary) });
      };
      await give(first.value);
      await give(second.value);
      for await (const piece of all) {
        await give(piece);
        if (stream.abort.signal.aborted) return;
      }
      if (stream.abort.signal.aborted) return;
      send({ re: message.id, end: true });
    } catch (error) {
      send({ re: message.id, failed: (error as Error).name });
    } finally {
      streams.delete(message.id);
    }
  };

  const read = async (message: Extract<ToFrame, { op: "read" }>): Promise<void> => {
    const words = setInterval(() => send({ re: message.id, working: true }), wordsEvery);
    try {
      const reading = await capture.read(message.part, message.withPictures);
      send({ re: message.id, ...withText(reading, capture, binary) });
    } catch (error) {
      const { name, message: text } = error as Error;
      send({ re: message.id, failed: `${name}: ${text}` });
    } finally {
      clearInterval(words);
    }
  };

  port.onMessage.addListener((message: ToFrame) => {
    switch (message.op) {
      case "hello":
        binary = ArrayBuffer.isView(message.probe) && message.probe.byteLength === 1;
        break;
      case "read":
        void read(message);
        break;
      case "open":
        void open(message);
        break;
      case "shown":
        send({ re: message.id, shown: capture.shown(message.selectors) });
        break;
      case "ack": {
        const stream = streams.get(message.id);
        if (!stream) break;
        stream.unacknowledged--;
        stream.resume?.();
        break;
      }
      default: {
        const stream = streams.get(message.id);
        stream?.abort.abort();
        stream?.resume?.();
      }
    }
  });
  port.onDisconnect.addListener(() => {
    connected = false;
    capture.stop();
    for (const stream of streams.values()) {
      stream.abort.abort();
      stream.resume?.();
    }
  });
}

function withText(
  reading: FrameReading,
  capture: FrameCapture,
  binary: boolean,
): Pick<Extract<FromFrame, { reading: FrameReading }>, "reading" | "text"> {
  const text = reading.document && capture.takeText(reading.document.held, textLimit);
  return text ? { reading, text: encodePiece(text, binary) } : { reading };
}
