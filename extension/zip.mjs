// A ZIP archive whose bytes depend on nothing but names and contents: entries in name order, one fixed time, no
// compression (whose output differs between versions of zlib). APPNOTE.TXT 6.3.10, §4.3; at most 65,535 files, 4 GiB.
import { crc32 } from "node:zlib";

const dosDate = 0x0021; // 1980-01-01, the earliest that the format knows
const utf8Names = 0x0800;

/** files: [{name, data: Uint8Array}] → Buffer */
export function zip(files) {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const bodies = [];
  const directory = [];
  let offset = 0;
  for (const { name, data } of sorted) {
    const nameBytes = Buffer.from(name, "utf8");
    // From "version needed" to "extra length": the same 26 bytes in the local header and in the directory.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(utf8Names, 2);
    common.writeUInt16LE(dosDate, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    bodies.push(Buffer.from("PK\x03\x04", "latin1"), common, nameBytes, data);

    const tail = Buffer.alloc(14); // comment length, disk, attributes; then where the local header is
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, nameBytes);
    offset += 4 + common.length + nameBytes.length + data.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(sorted.length, 8);
  end.writeUInt16LE(sorted.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, directoryBytes, end]);
}
