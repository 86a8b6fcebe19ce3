// The resources of an MHTML file (RFC 2557) as Chromium writes it: a MIME multipart whose parts carry the address that
// they came from. Read in slices: what is held is where each part lies, and a part's bytes are decoded when they are
// asked for. Only parts in base64 are what the server sent, byte for byte. Documents and style sheets Chromium writes anew
// out of what it parsed, and texts (an SVG picture, too) in quoted-printable with other ends of lines: those are passed over.
import { type Bytes, joined, largeFrom } from "../../capture/bytes.ts";

export interface MhtmlPart {
  mediaType: string;
  /** Its bytes are the server's; else it is only known to be there. */
  isWhole: boolean;
  /** Where its base64 lies in the file. */
  from: number;
  to: number;
}

const slice = 4 * 1024 * 1024;
/** No header of a part is longer; an address may have 64 KiB. */
const headerLimit = 256 * 1024;

/** The parts by their address, without fragment. Empty when the file is not what Chromium writes. */
export async function indexMhtml(file: Blob): Promise<Map<string, MhtmlPart>> {
  const found = new Map<string, MhtmlPart>();
  const text = new TextDecoder("latin1");
  const start = text.decode(await file.slice(0, headerLimit).arrayBuffer());
  const boundary = /boundary="([^"\r\n]{1,200})"/.exec(start)?.[1];
  if (!boundary) return found;
  const places = await findAll(file, `\r\n--${boundary}`);
  for (const [index, place] of places.entries()) {
    const end = places[index + 1];
    if (end === undefined) break; // What follows the last boundary is the file's end.
    const at = place + boundary.length + 4;
    const head = text.decode(await file.slice(at, Math.min(at + headerLimit, end)).arrayBuffer());
    const length = head.indexOf("\r\n\r\n");
    if (length < 0) continue;
    const headers = readHeaders(head.slice(0, length));
    const url = headers.get("content-location")?.replace(/#.*$/s, "");
    const mediaType = headers.get("content-type") ?? "";
    const isWhole = headers.get("content-transfer-encoding")?.toLowerCase() === "base64";
    if (url) found.set(url, { mediaType, isWhole, from: at + length + 4, to: end });
  }
  return found;
}

/** Undefined when it is not base64 after all. */
export async function readPart(file: Blob, { from, to }: MhtmlPart): Promise<Bytes | undefined> {
  const blobs: Blob[] = [];
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  let pending = 0;
  let rest = "";
  const decoder = new TextDecoder("latin1");
  for (let at = from; at < to; at += slice) {
    const encoded = decoder.decode(await file.slice(at, Math.min(at + slice, to)).arrayBuffer());
    const digits = rest + encoded.replace(/[\r\n]+/g, "");
    const whole = at + slice >= to ? digits.length : digits.length - (digits.length % 4);
    const piece = decode(digits.slice(0, whole));
    if (!piece) return undefined;
    rest = digits.slice(whole);
    pieces.push(piece);
    pending += piece.byteLength;
    if (pending < slice) continue;
    blobs.push(new Blob(pieces));
    pieces = [];
    pending = 0;
  }
  return blobs.length === 0 && pending < largeFrom ? joined(pieces) : new Blob([...blobs, ...pieces]);
}

function decode(digits: string): Uint8Array<ArrayBuffer> | undefined {
  const newer = Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  try {
    return newer.fromBase64?.(digits) ?? Uint8Array.from(atob(digits), (one) => one.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function readHeaders(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.replace(/\r\n[ \t]+/g, "").split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

async function findAll(file: Blob, wanted: string): Promise<number[]> {
  const needle = new TextEncoder().encode(wanted);
  const found: number[] = [];
  for (let at = 0; at < file.size; at += slice) {
    // Slices overlap by what a boundary may need.
    const bytes = new Uint8Array(await file.slice(at, at + slice + needle.length - 1).arrayBuffer());
    for (let from = bytes.indexOf(0x0d); from >= 0; from = bytes.indexOf(0x0d, from + 1)) {
      if (from + needle.length > bytes.length) break;
      let same = 1;
      while (same < needle.length && bytes[from + same] === needle[same]) same++;
      if (same === needle.length) found.push(at + from);
    }
  }
  return found;
}
