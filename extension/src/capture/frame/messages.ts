// What travels between a frame and the collector over a message port. Bytes go in pieces with acknowledgements: ports
// have no back-pressure of their own. Browsers differ in whether a Uint8Array survives a port, so the first message of
// each side tells; base64 is what always works.
import type { CaptureScope } from "../scope.ts";
import type { ByteSource, FrameReading, Opened } from "../types.ts";

export const portName = "keepleaf-capture";
export const pieceSize = 384 * 1024;
/** A document up to here comes with what was read of it, in one message. */
export const textLimit = 4 * 1024 * 1024;
/** Milliseconds between two words of a frame that is still reading. */
export const wordsEvery = 2_000;
/** Pieces under way and not acknowledged, per stream. */
export const pieceWindow = 2;

export type PieceData = Uint8Array | string;

export type ToFrame =
  | { op: "hello"; probe: Uint8Array }
  /** `part`: all of the document, or what is selected in it. */
  | { op: "read"; id: number; part: CaptureScope["part"]; withPictures: boolean }
  | { op: "open"; id: number; source: ByteSource; limit: number }
  | { op: "shown"; id: number; selectors: readonly string[] }
  | { op: "ack"; id: number }
  | { op: "cancel"; id: number };

export type FromFrame =
  /** `text`: that of the document, where it is not too long to come along. */
  | { re: number; reading: FrameReading; text?: PieceData }
  /** `data`: all bytes that there are. */
  | { re: number; head: Omit<Opened, "bytes"> & { streamed: boolean }; data?: PieceData }
  | { re: number; data: PieceData }
  | { re: number; end: true }
  | { re: number; shown: boolean[] }
  /** The document is still being read. */
  | { re: number; working: true }
  /** The frame could not do it; for people, holds nothing of the page. */
  | { re: number; failed: string };

/** The part of a browser's message port that is used. */
export interface MessagePortLike<Incoming> {
  postMessage(message: unknown): void;
  disconnect(): void;
  onMessage: { addListener(listener: (message: Incoming) => void): void };
  onDisconnect: { addListener(listener: () => void): void };
}

interface Base64Bytes {
  toBase64?(): string;
}
interface Base64Constructor {
  fromBase64?(text: string): Uint8Array<ArrayBuffer>;
}

export function encodePiece(bytes: Uint8Array, binary: boolean): PieceData {
  if (binary) return bytes;
  const native = bytes as Uint8Array & Base64Bytes;
  if (native.toBase64) return native.toBase64();
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

export function decodePiece(data: PieceData): Uint8Array<ArrayBuffer> {
  if (typeof data !== "string") return data as Uint8Array<ArrayBuffer>;
  const native = Uint8Array as Base64Constructor;
  if (native.fromBase64) return native.fromBase64(data);
  return Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
}
