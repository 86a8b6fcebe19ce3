// A stream in pieces of equal size; whatever the network gives may be smaller or larger.
import { pieceSize } from "./messages.ts";

/** Firefox lets no content script make a stream of its own: what is there already stays as it is. */
export type ByteFlow = ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;

/** `size`, where it is known, is only a hint. The last piece is the only one that may be shorter; none is empty. */
export async function* pieces(
  body: ByteFlow,
  size: number | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (body instanceof Uint8Array) {
    // Copied: a view takes all of what it is a view of along when it is sent.
    for (let at = 0; at < body.byteLength; at += pieceSize) yield body.slice(at, at + pieceSize);
    return;
  }
  // A small resource needs no large buffer: a page has hundreds of them.
  let buffer = new Uint8Array(Math.min(Math.max(size ?? pieceSize, 1024), pieceSize));
  let filled = 0;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      for (let from = 0; from < value.byteLength; ) {
        if (filled === buffer.byteLength && filled < pieceSize) buffer = grown(buffer);
        const count = Math.min(buffer.byteLength - filled, value.byteLength - from);
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
    if (filled > 0) yield filled === buffer.byteLength ? buffer : buffer.slice(0, filled);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function grown(buffer: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(pieceSize);
  larger.set(buffer);
  return larger;
}
