// Bytes on their way. Small ones stay where they are; what is large is a Blob, which browsers keep off the heap. A Blob is
// no free wrapping: making one and reading it back are two trips to another process.
export type Bytes = Blob | Uint8Array<ArrayBuffer>;

/** From here on a resource is a Blob. */
export const largeFrom = 1024 * 1024;

export function sizeOf(bytes: Bytes): number {
  return bytes instanceof Blob ? bytes.size : bytes.byteLength;
}

export async function wholeOf(bytes: Bytes): Promise<Uint8Array<ArrayBuffer>> {
  return bytes instanceof Blob ? new Uint8Array(await bytes.arrayBuffer()) : bytes;
}

export async function sliceOf(bytes: Bytes, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
  return bytes instanceof Blob
    ? new Uint8Array(await bytes.slice(from, to).arrayBuffer())
    : bytes.subarray(from, to);
}

export function asBlob(bytes: Bytes): Blob {
  return bytes instanceof Blob ? bytes : new Blob([bytes]);
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  // Copied also when there is one alone: in Firefox, what the browser made for the page can be read by a content script,
  // but is no array of its own world.
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
