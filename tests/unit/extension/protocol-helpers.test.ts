import assert from "node:assert/strict";
import { test } from "node:test";
import { bitAt, fromBase64, isBase64, toBase64, toHex } from "../../../extension/src/protocol/bytes.ts";
import { crc32c, crc32cHex } from "../../../extension/src/protocol/crc32c.ts";
import { fitUtf8, utf8Length } from "../../../extension/src/protocol/limits.ts";
import { isUuid, uuid7 } from "../../../extension/src/protocol/uuid.ts";
import { bytesOf } from "./support/outbox.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

test("CRC-32C gives the values of RFC 3720 B.4 and of the field", () => {
  assert.equal(crc32cHex(ascii("123456789")), "e3069283");
  assert.equal(crc32cHex(new Uint8Array(32)), "8a9136aa");
  assert.equal(crc32cHex(new Uint8Array(32).fill(0xff)), "62a8ab43");
  assert.equal(crc32cHex(Uint8Array.from({ length: 32 }, (_, at) => at)), "46dd794e");
  assert.equal(crc32cHex(ascii("abc")), "364b3fb7");
  assert.equal(crc32cHex(new Uint8Array()), "00000000");
});

test("CRC-32C is the same bit by bit, at every length and every alignment", () => {
  const slow = (bytes: Uint8Array) => {
    let crc = 0xffffffff;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    }
    return (crc ^ 0xffffffff) >>> 0;
  };
  const bytes = bytesOf(64, 7);
  for (let from = 0; from < 9; from++) {
    for (let to = from; to <= 64; to++)
      assert.equal(crc32c(bytes.subarray(from, to)), slow(bytes.subarray(from, to)));
  }
});

test("base64 goes there and back, with and without the engine's own", () => {
  for (let length = 0; length < 70; length++) {
    const bytes = bytesOf(length, length + 1);
    const text = toBase64(bytes);
    assert.equal(text, Buffer.from(bytes).toString("base64"));
    assert.deepEqual(fromBase64(text), bytes);
  }
  const large = bytesOf(400 * 1024, 5);
  assert.equal(toBase64(large), Buffer.from(large).toString("base64"));
});

test("what is not strict base64 is refused", () => {
  for (const text of [
    "a",
    "ab",
    "abc",
    "ab=c",
    "====",
    "YR==",
    "YWJ=",
    "YW Jj",
    "YWJj\n",
    "_-_-",
    "YWJjYWJj=",
  ]) {
    assert.equal(isBase64(text), false, text);
    assert.throws(() => fromBase64(text), SyntaxError);
  }
});

test("bits are read from the least significant of each byte, and are 0 beyond the end", () => {
  const bits = Uint8Array.of(0b0000_1001, 0b0000_0011);
  const set = Array.from({ length: 20 }, (_, index) => bitAt(bits, index)).flatMap((bit, index) =>
    bit ? index : [],
  );
  assert.deepEqual(set, [0, 3, 8, 9]);
});

test("hexadecimal keeps leading zeros", () => {
  assert.equal(toHex(Uint8Array.of(0, 1, 255)), "0001ff");
});

test("ids of version 7 carry their time and sort by it", () => {
  const early = uuid7(0x0123_4567_89ab);
  assert.match(early, /^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(isUuid(early));
  assert.ok(early < uuid7(0x0123_4567_89ac));
  assert.equal(new Set(Array.from({ length: 1_000 }, () => uuid7(1))).size, 1_000);
  for (const wrong of ["", early.toUpperCase(), `${early}0`, early.replaceAll("-", ""), "../../../etc"]) {
    assert.equal(isUuid(wrong), false);
  }
});

test("text is cut to its limit between characters, and mended", () => {
  assert.equal(fitUtf8("abc", 3), "abc");
  assert.equal(fitUtf8("abcd", 3), "abc");
  assert.equal(fitUtf8("文档", 5), "文");
  assert.equal(fitUtf8("😀😀", 7), "😀");
  assert.equal(fitUtf8("a\ud800b", 100), "a\ufffdb");
  assert.equal(utf8Length("文a😀"), 8);
});
