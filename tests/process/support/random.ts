// Seeded, so that a failure can be repeated: KEEPLEAF_SEED=… (mulberry32).
export const seed = Number(process.env.KEEPLEAF_SEED ?? 20261122);

export function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Bytes that compress a little, as pages do.
export function bytesOf(length: number, random: () => number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; ++i) bytes[i] = i % 4 === 0 ? Math.floor(random() * 256) : 97 + (i % 23);
  return bytes;
}
