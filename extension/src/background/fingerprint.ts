// Names bytes by their content without holding much of them in memory: crypto.subtle hashes only what it gets whole.
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

export async function fingerprint(bytes: Blob, limit: number = wholeLimit): Promise<Fingerprint> {
  if (bytes.size <= limit) {
    const sha256 = await digest(await bytes.arrayBuffer());
    return { ref: sha256, sha256 };
  }
  const pieces: string[] = [];
  for (let at = 0; at < bytes.size; at += limit) {
    pieces.push(await digest(await bytes.slice(at, at + limit).arrayBuffer()));
  }
  const joined = new TextEncoder().encode(pieces.join("\n"));
  return { ref: `pieces-${bytes.size}-${await digest(joined.buffer as ArrayBuffer)}` };
}

async function digest(bytes: ArrayBuffer): Promise<Sha256> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
