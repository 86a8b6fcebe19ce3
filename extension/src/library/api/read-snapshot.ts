// Reads a snapshot's self-contained document, and the pictures beside it. `most`: bytes above which it is not read.
import type { PictureKind, Uuid } from "../../protocol/messages.ts";
import type { Reply } from "../../protocol/reply.ts";
import type { LibraryApi } from "./library-api.ts";
import { readPieces } from "./read-pieces.ts";

type Read = Promise<Reply<{ type: string; bytes: Uint8Array<ArrayBuffer> }>>;

export function readSnapshot(
  api: LibraryApi,
  id: Uuid,
  signal: AbortSignal,
  onProgress: (part: number) => void,
  most?: number,
): Read {
  return readPieces((offset) => api.request("snapshot.read", { id, offset }, { signal }), onProgress, most);
}

export function readPicture(api: LibraryApi, id: Uuid, kind: PictureKind, signal?: AbortSignal): Read {
  const options = signal ? { signal } : {};
  return readPieces((offset) => api.request("snapshot.picture", { id, kind, offset }, options));
}
