// The files of a ZIP archive, read by nothing of ours.
import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

export function unzipped(path: string): Map<string, Buffer> {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const files = new Map<string, Buffer>();
  for (let at = bytes.readUInt32LE(end + 16), left = bytes.readUInt16LE(end + 10); left > 0; --left) {
    const packed = bytes.readUInt32LE(at + 20);
    const name = bytes.readUInt16LE(at + 28);
    const others = bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    const local = bytes.readUInt32LE(at + 42);
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(begin, begin + packed);
    files.set(
      bytes.toString("utf8", at + 46, at + 46 + name),
      bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(data) : data,
    );
    at += 46 + name + others;
  }
  return files;
}
