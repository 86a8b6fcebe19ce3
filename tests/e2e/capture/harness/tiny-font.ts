// A TrueType font of two glyphs (nothing, and a square for "A"), made here so that no foreign font lies in the tree.
// Tables as in the OpenType specification; the sanitizers of both browsers accept it.
type Field = [size: 1 | 2 | 4, value: number];

function table(...fields: Field[]): Buffer {
  const buffer = Buffer.alloc(fields.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, value] of fields) {
    buffer.writeUIntBE(value < 0 ? value + 2 ** (8 * size) : value, at, size);
    at += size;
  }
  return buffer;
}
const u16 = (...values: number[]): Field[] => values.map((value) => [2, value]);
const u32 = (...values: number[]): Field[] => values.map((value) => [4, value]);

export function tinyFont(family: string): Buffer {
  const square = Buffer.concat([
    table(...u16(1, 0, 0, 1000, 1000, 3, 0)),
    Buffer.from([0x01, 0x01, 0x01, 0x01]),
    table(...u16(0, 1000, 0, -1000), ...u16(0, 0, 1000, 0)),
  ]);
  const glyph = Buffer.concat([square, Buffer.alloc((4 - (square.length % 4)) % 4)]);
  const text = Buffer.from(family, "utf16le").swap16();
  const names = [1, 2, 3, 4, 6];
  const tables: Record<string, Buffer> = {
    "OS/2": table(
      ...u16(4, 1000, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 250, 0),
      ...u32(0, 0, 0), // PANOSE (10 bytes) and the first two of the ranges …
      ...u32(0, 0, 0), // … which are all zero
      ...u16(0),
      ...u32(0),
      ...u16(64, 65, 65, 800, -200, 0, 800, 200),
      ...u32(1, 0),
      ...u16(500, 700, 0, 32, 1),
    ),
    cmap: table(
      ...u16(0, 1, 3, 1),
      ...u32(12),
      ...u16(4, 32, 0, 4, 4, 1, 0, 65, 0xffff, 0, 65, 0xffff, -64, 1, 0, 0),
    ),
    glyf: glyph,
    head: table(
      ...u32(0x00010000, 0x00010000, 0, 0x5f0f3cf5),
      ...u16(0x000b, 1000),
      ...u32(0, 0, 0, 0),
      ...u16(0, 0, 1000, 1000, 0, 8, 2, 1, 0),
    ),
    hhea: table(...u32(0x00010000), ...u16(800, -200, 0, 1000, 0, 0, 1000, 1, 0, 0, 0, 0, 0, 0, 0, 2)),
    hmtx: table(...u16(500, 0, 1000, 0)),
    loca: table(...u32(0, 0, glyph.length)),
    maxp: table(...u32(0x00010000), ...u16(2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)),
    name: Buffer.concat([
      table(...u16(0, names.length, 6 + 12 * names.length)),
      ...names.map((id) => table(...u16(3, 1, 0x409, id, text.length, 0))),
      text,
    ]),
    post: table(...u32(0x00030000, 0), ...u16(-75, 50), ...u32(0, 0, 0, 0, 0)),
  };
  return assemble(tables);
}

function assemble(tables: Record<string, Buffer>): Buffer {
  const entries = Object.entries(tables).sort(([a], [b]) => (a < b ? -1 : 1));
  const search = 16 * 2 ** Math.floor(Math.log2(entries.length));
  let offset = 12 + 16 * entries.length;
  const directory: Buffer[] = [
    table(
      ...u32(0x00010000),
      ...u16(entries.length, search, Math.log2(search / 16), 16 * entries.length - search),
    ),
  ];
  const bodies: Buffer[] = [];
  for (const [tag, body] of entries) {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    directory.push(Buffer.from(tag), table(...u32(checksum(padded), offset, body.length)));
    bodies.push(padded);
    offset += padded.length;
  }
  const font = Buffer.concat([...directory, ...bodies]);
  const head = entries.findIndex(([tag]) => tag === "head");
  const headAt = font.readUInt32BE(12 + 16 * head + 8);
  font.writeUInt32BE((0xb1b0afba - checksum(font)) >>> 0, headAt + 8);
  return font;
}

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0;
  return sum;
}
