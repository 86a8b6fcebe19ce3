// Answers a collector over a message port, inside the frame.
import type { FrameCapture } from "./frame-capture.ts";
import {
  encodePiece,
  type FromFrame,
  type MessagePortLike,
  pieceSize,
  pieceWindow,
  type ToFrame,
} from "./messages.ts";

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
      send({ re: message.id, head: { ...head, streamed: body !== undefined } });
      if (!body) return;
      for await (const piece of pieces(body)) {
        while (stream.unacknowledged >= pieceWindow && !stream.abort.signal.aborted) {
          await new Promise<void>((resolve) => {
            stream.resume = resolve;
          });
        }
        if (stream.abort.signal.aborted) return;
        stream.unacknowledged++;
        send({ re: message.id, data: encodePiece(piece, binary) });
      }
      send({ re: message.id, end: true });
    } catch (error) {
      send({ re: message.id, failed: (error as Error).name });
    } finally {
      streams.delete(message.id);
    }
  };

  port.onMessage.addListener((message: ToFrame) => {
    switch (message.op) {
      case "hello":
        binary = ArrayBuffer.isView(message.probe) && message.probe.byteLength === 1;
        break;
      case "read":
        capture.read().then(
          (reading) => send({ re: message.id, reading }),
          (error: Error) => send({ re: message.id, failed: `${error.name}: ${error.message}` }),
        );
        break;
      case "open":
        void open(message);
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
    for (const stream of streams.values()) {
      stream.abort.abort();
      stream.resume?.();
    }
  });
}

/** Regroups a stream into pieces of pieceSize; whatever the network gives may be smaller or larger. */
async function* pieces(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let buffer = new Uint8Array(pieceSize);
  let filled = 0;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      for (let from = 0; from < value.byteLength; ) {
        const count = Math.min(pieceSize - filled, value.byteLength - from);
        buffer.set(value.subarray(from, from + count), filled);
        filled += count;
        from += count;
        if (filled === pieceSize) {
          yield buffer;
          buffer = new Uint8Array(pieceSize);
          filled = 0;
        }
      }
    }
    if (filled > 0) yield buffer.slice(0, filled);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
