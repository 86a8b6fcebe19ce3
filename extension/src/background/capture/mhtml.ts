// The resources of an MHTML file (RFC 2557) as Chromium writes it: a MIME multipart whose parts carry the address that
// they came from. What is held is where each part lies, and a part's bytes are decoded when they are asked for. A file of an
// ordinary page is read at once, since every look into a file asks other processes; a larger one in slices. Only parts in
// base64 are what the server sent, byte for byte. Documents and style sheets Chromium writes anew out of what it parsed, and
// texts (an SVG picture, too) in quoted-printable with other ends of lines: of those a style sheet may be read as a text.
import { type Bytes, joined, largeFrom } from "../../capture/bytes.ts";
import { declaredCharset } from "../../capture/css/scan.ts";

export interface MhtmlPart {
  mediaType: string;
  /** Its bytes are the server's; else it is only known to be there. */
  isWhole: boolean;
  isQuoted: boolean;
  /** Where its base64 lies in the file. */
  from: number;
  to: number;
}

const slice = 4 * 1024 * 1024;
/** Up to here a file is in memory as a whole. */
const wholeLimit = 16 * 1024 * 1024;
/** Headers are looked for in so much, and then in more; none is longer than the limit: an address may have 64 KiB. */
const headerStep = 4 * 1024;
const headerLimit = 256 * 1024;

export class MhtmlFile {
  readonly #file: Blob;
  readonly #whole: Uint8Array<ArrayBuffer> | null;
  /** By their address, without fragment. Empty when the file is not what Chromium writes. */
  readonly parts = new Map<string, MhtmlPart>();

  private constructor(file: Blob, whole: Uint8Array<ArrayBuffer> | null) {
    this.#file = file;
    this.#whole = whole;
  }

  static async open(file: Blob, inMemory = wholeLimit): Promise<MhtmlFile> {
    const whole = file.size <= inMemory ? new Uint8Array(await file.arrayBuffer()) : null;
    const opened = new MhtmlFile(file, whole);
    await opened.#index();
    return opened;
  }

  async #index(): Promise<void> {
    const start = (await this.#header(0, this.#file.size)) ?? "";
    const boundary = /boundary="([^"\r\n]{1,200})"/.exec(start)?.[1];
    if (!boundary) return;
    const places = await this.#findAll(`\r\n--${boundary}`);
    for (const [index, place] of places.entries()) {
      const end = places[index + 1];
      if (end === undefined) break; // What follows the last boundary is the file's end.
      const at = place + boundary.length + 4;
      const header = await this.#header(at, end);
      if (header === undefined) continue;
      const fields = readFields(header);
      const url = fields.get("content-location")?.replace(/#.*$/s, "");
      const mediaType = fields.get("content-type") ?? "";
      const encoding = fields.get("content-transfer-encoding")?.toLowerCase();
      const [isWhole, isQuoted] = [encoding === "base64", encoding === "quoted-printable"];
      const from = at + header.length + 4;
      if (url) this.parts.set(url, { mediaType, isWhole, isQuoted, from, to: end });
    }
  }

  /** What stands before the first empty line; undefined when there is none. */
  async #header(from: number, end: number): Promise<string | undefined> {
    for (let size = headerStep; size <= headerLimit; size *= 4) {
      const text = latin1.decode(await this.#read(from, Math.min(from + size, end)));
      const length = text.indexOf("\r\n\r\n");
      if (length >= 0) return text.slice(0, length);
      if (from + size >= end) return undefined;
    }
    return undefined;
  }

  /** Undefined when it is not base64 after all. */
  async bytes({ from, to }: MhtmlPart): Promise<Bytes | undefined> {
    if (this.#whole) return decode(latin1.decode(this.#whole.subarray(from, to)));
    const blobs: Blob[] = [];
    let pieces: Uint8Array<ArrayBuffer>[] = [];
    let pending = 0;
    let rest = "";
    for (let at = from; at < to; at += slice) {
      const encoded = latin1.decode(await this.#read(at, Math.min(at + slice, to)));
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

  /** A style sheet, whose encoding Chromium names in its first rule; undefined where the part is no such text. */
  async text({ from, to, isQuoted }: MhtmlPart): Promise<string | undefined> {
    if (!isQuoted || to - from > wholeLimit) return undefined;
    const bytes = unquoted(await this.#read(from, to));
    const charset = declaredCharset(bytes) ?? "utf-8";
    try {
      return new TextDecoder(charset).decode(bytes);
    } catch {
      return undefined; // An encoding that is none.
    }
  }

  async #read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#whole?.subarray(from, to) ?? new Uint8Array(await this.#file.slice(from, to).arrayBuffer());
  }

  async #findAll(wanted: string): Promise<number[]> {
    const needle = new TextEncoder().encode(wanted);
    const found: number[] = [];
    for (let at = 0; at < this.#file.size; at += slice) {
      // Slices overlap by what a boundary may need.
      const bytes = await this.#read(at, at + slice + needle.length - 1);
      for (let from = bytes.indexOf(0x0d); from >= 0; from = bytes.indexOf(0x0d, from + 1)) {
        if (from + needle.length > bytes.length) break;
        let same = 1;
        while (same < needle.length && bytes[from + same] === needle[same]) same++;
        if (same === needle.length) found.push(at + from);
      }
    }
    return found;
  }
}

const latin1 = new TextDecoder("latin1");

/** Ends of lines in it mean nothing. */
function decode(digits: string): Uint8Array<ArrayBuffer> | undefined {
  const newer = Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  try {
    return newer.fromBase64?.(digits) ?? Uint8Array.from(atob(digits), (one) => one.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Quoted-printable (RFC 2045, 6.7): =XX is a byte, and = before an end of line joins two lines. */
function unquoted(quoted: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(quoted.length);
  let length = 0;
  for (let at = 0; at < quoted.length; at++) {
    const byte = quoted[at] as number;
    if (byte !== 0x3d) {
      bytes[length++] = byte;
      continue;
    }
    const value = Number.parseInt(String.fromCharCode(quoted[at + 1] ?? 0, quoted[at + 2] ?? 0), 16);
    if (!Number.isNaN(value)) bytes[length++] = value;
    at += 2;
  }
  return bytes.subarray(0, length);
}

function readFields(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.replace(/\r\n[ \t]+/g, "").split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}
