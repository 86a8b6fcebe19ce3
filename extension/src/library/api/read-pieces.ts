// Reads what is too large for one answer, piece by piece: no frame from the host may exceed 1 MiB.
import { fromBase64 } from "../../protocol/bytes.ts";
import type { Base64 } from "../../protocol/messages.ts";
import type { Reply } from "../../protocol/reply.ts";

export interface Piece {
  size: number;
  media_type: string;
  data: Base64;
}

/** `onProgress` is told the part that has come, from 0 to 1. `most`: bytes above which it is not read. */
export async function readPieces(
  ask: (offset: number) => Promise<Reply<Piece>>,
  onProgress: (part: number) => void = () => undefined,
  most = Number.MAX_SAFE_INTEGER,
): Promise<Reply<{ type: string; bytes: Uint8Array<ArrayBuffer> }>> {
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  let type = "";
  let offset = 0;
  do {
    const reply = await ask(offset);
    if (!reply.ok) return reply;
    if (reply.value.size > most) {
      const message = `The page has ${reply.value.size} bytes.`;
      return { ok: false, error: { code: "too_large", message, retry: "never" } };
    }
    const piece = fromBase64(reply.value.data);
    bytes ??= new Uint8Array(reply.value.size);
    type = reply.value.media_type;
    if (
      reply.value.size !== bytes.length ||
      offset + piece.length > bytes.length ||
      (piece.length === 0 && offset < bytes.length)
    ) {
      return {
        ok: false,
        error: { code: "conflict", message: "The snapshot changed while it was read.", retry: "later" },
      };
    }
    bytes.set(piece, offset);
    offset += piece.length;
    onProgress(bytes.length === 0 ? 1 : offset / bytes.length);
  } while (offset < bytes.length);
  return { ok: true, value: { type, bytes } };
}
