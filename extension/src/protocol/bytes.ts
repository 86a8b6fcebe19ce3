// Base64 and hexadecimal. Newer engines bring both for Uint8Array, several times faster than what can be written here.
interface NewerBytes {
  toBase64?: () => string;
}
interface NewerBytesClass {
  fromBase64?: (text: string) => Uint8Array;
}

// String.fromCharCode takes its arguments from the stack: keep well below what any engine allows.
const spread = 0x2000;

export function toBase64(bytes: Uint8Array): string {
  const newer = bytes as NewerBytes;
  if (newer.toBase64) return newer.toBase64();
  let binary = "";
  for (let at = 0; at < bytes.length; at += spread) {
    binary += String.fromCharCode(...bytes.subarray(at, at + spread));
  }
  return btoa(binary);
}

/** Throws a SyntaxError on anything but padded base64. */
export function fromBase64(text: string): Uint8Array {
  if (!isBase64(text)) throw new SyntaxError("not base64");
  const newer = Uint8Array as unknown as NewerBytesClass;
  if (newer.fromBase64) return newer.fromBase64(text);
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** Padded, and without bits that stand for nothing: one text for the same bytes. */
export function isBase64(text: string): boolean {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return false;
  if (text.endsWith("==")) return /[AQgw]==$/.test(text.slice(-4));
  return !text.endsWith("=") || /[AEIMQUYcgkosw048]=$/.test(text.slice(-4));
}

export function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return hex;
}

/** Bit `index` of what `capture.have` answered: least significant bit of each byte first. */
export function bitAt(bytes: Uint8Array, index: number): boolean {
  return (((bytes[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}
