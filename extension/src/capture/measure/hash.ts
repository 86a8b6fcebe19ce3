// FNV-1a over UTF-16 units, 32 bits: fast, the same everywhere, and not to be turned back into a page's words. Not for
// anything that an attacker gains from: two equal numbers of a hostile page make its own score wrong, nothing else.
const prime = 0x01000193;
const start = 0x811c9dc5;

export function hash(text: string, seed = start): number {
  let value = seed;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ (text.charCodeAt(at) & 0xff), prime);
    value = Math.imul(value ^ (text.charCodeAt(at) >> 8), prime);
  }
  return value >>> 0;
}

export function combine(seed: number, ...numbers: number[]): number {
  let value = seed;
  for (const number of numbers) {
    for (let shift = 0; shift < 32; shift += 8) value = Math.imul(value ^ ((number >>> shift) & 0xff), prime);
  }
  return value >>> 0;
}

/** Of an address as both sides know it: absolute, without fragment. */
export function hashAddress(url: string): number {
  const end = url.indexOf("#");
  return hash(end < 0 ? url : url.slice(0, end));
}
