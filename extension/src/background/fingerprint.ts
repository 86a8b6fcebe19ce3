// Names bytes by their content without holding much of them in memory: crypto.subtle hashes only what it gets whole.
import { type Bytes, sizeOf, sliceOf, wholeOf } from "../capture/bytes.ts";
import { toHex } from "../protocol/bytes.ts";
import type { Sha256 } from "../protocol/messages.ts";

/** Up to here bytes are read at once and hashed; above, piece by piece. */
export const wholeLimit = 64 * 1024 * 1024;

export interface Fingerprint {
  /** Equal for equal bytes, different for different ones. */
  ref: string;
  /** Only of what could be hashed whole. */
  sha256?: Sha256;
}

export async function fingerprint(bytes: Bytes, limit: number = wholeLimit): Promise<Fingerprint> {
  const size = sizeOf(bytes);
  if (size <= limit) {
    const sha256 = await digest(await wholeOf(bytes));
    return { ref: sha256, sha256 };
  }
  const pieces: string[] = [];
  for (let at = 0; at < size; at += limit) {
    pieces.push(await digest(await sliceOf(bytes, at, Math.min(at + limit, size))));
  }
  const joined = new TextEncoder().encode(pieces.join("\n"));
  return { ref: `pieces-${size}-${await digest(joined)}` };
}

async function digest(bytes: BufferSource): Promise<Sha256> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
