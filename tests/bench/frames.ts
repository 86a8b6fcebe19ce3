// Writes a host's standard input ahead of time: the frames of a session, as an extension would send them.
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { endianness } from "node:os";
import { crc32cHex } from "../../extension/src/protocol/crc32c.ts";
import { uuid7 } from "../../extension/src/protocol/uuid.ts";

export const chunkSize = 384 << 10;

export function frame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const header = Buffer.alloc(4);
  if (endianness() === "LE") header.writeUInt32LE(body.length);
  else header.writeUInt32BE(body.length);
  return Buffer.concat([header, body]);
}

export class FrameFile {
  readonly #file: FileHandle;
  #id = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async create(path: string): Promise<FrameFile> {
    const frames = new FrameFile(await open(path, "w"));
    await frames.send("hello", {
      protocol: [1, 1],
      client: "extension",
      client_version: "0.0.0",
      browser: "bench",
      capabilities: [],
    });
    return frames;
  }

  async send(type: string, body: unknown): Promise<void> {
    await this.#file.write(frame({ v: 1, id: ++this.#id, type, body }));
  }

  /** One capture of the given pieces, the first of which is the page. Answers its id. */
  async capture(
    url: string,
    pieces: { role: string; type: string; bytes: () => Iterable<Uint8Array> }[],
  ): Promise<string> {
    const capture = uuid7();
    await this.send("capture.begin", { capture, url });
    const parts = [];
    for (const [upload, piece] of pieces.entries()) {
      const hash = createHash("sha256");
      let offset = 0;
      for (const bytes of piece.bytes()) {
        hash.update(bytes);
        await this.send("capture.chunk", {
          capture,
          upload,
          offset,
          crc32c: crc32cHex(bytes),
          data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
        });
        offset += bytes.byteLength;
      }
      const sha256 = hash.digest("hex");
      await this.send("capture.end_upload", { capture, upload, size: offset, sha256 });
      parts.push({
        n: upload,
        ...(upload > 0 ? { parent: 0 } : {}),
        role: piece.role,
        url: upload > 0 ? `${url}/${upload}` : url,
        media_type: piece.type,
        status: "ok",
        sha256,
      });
    }
    await this.send("capture.parts", { capture, parts });
    await this.commit(capture, url, parts.length);
    return capture;
  }

  /** A capture of which the library has everything already. */
  async known(url: string, parts: { role: string; type: string; sha256: string }[]): Promise<string> {
    const capture = uuid7();
    await this.send("capture.begin", { capture, url });
    await this.send("capture.have", { capture, sha256: parts.map(({ sha256 }) => sha256) });
    await this.send("capture.parts", {
      capture,
      parts: parts.map(({ role, type, sha256 }, n) => ({
        n,
        ...(n > 0 ? { parent: 0 } : {}),
        role,
        url: n > 0 ? `${url}/${n}` : url,
        media_type: type,
        status: "ok",
        sha256,
      })),
    });
    await this.commit(capture, url, parts.length);
    return capture;
  }

  async commit(capture: string, url: string, parts: number): Promise<void> {
    const page = { url, title: url, taken_at: new Date().toISOString(), engine: "tab" };
    await this.send("capture.commit", { capture, page, parts });
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
