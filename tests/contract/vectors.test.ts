// Holds the extension's decoder to the vectors that the host's decoder is held to as well.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fromBase64 } from "../../extension/src/protocol/bytes.ts";
import { readIncoming, readReply, readRequest, request } from "../../extension/src/protocol/codec.ts";
import { crc32cHex } from "../../extension/src/protocol/crc32c.ts";
import type { MessageBody, RequestType } from "../../extension/src/protocol/messages.ts";

const folder = new URL("./vectors/", import.meta.url);

interface Vector {
  why: string;
  request?: { v: number; id: number; type: RequestType; body: unknown };
  response?: { re?: number; type: RequestType; body?: unknown; error?: unknown };
  event?: { event: string; body: unknown };
  expect?: string;
  text?: string;
}

function vectors(kind: "valid" | "invalid" | "reply"): [string, Vector][] {
  const names = readdirSync(new URL(kind, folder)).sort();
  assert.ok(names.length > 0, `no vectors in ${kind}`);
  return names.map((name) => [name, JSON.parse(readFileSync(new URL(`${kind}/${name}`, folder), "utf8"))]);
}

/** Absent and null are the same on the wire. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([key, field]) => [key, withoutNulls(field)]));
}

for (const [name, { why, request: vector }] of vectors("valid")) {
  test(`a request is read: ${name} (${why})`, () => {
    assert.ok(vector, "the vector has a request");
    const read = readRequest(vector);
    assert.ok(read.ok, read.ok ? "" : read.error.message);
    assert.equal(read.value.type, vector.type);
    if (!/unknown|future/.test(name)) {
      assert.deepEqual(withoutNulls(read.value.body), withoutNulls(vector.body), "no field is lost");
    }
  });

  if (/unknown/.test(name)) continue;
  test(`a request is written as the vector says: ${name}`, () => {
    assert.ok(vector);
    const written = request(vector.id, vector.type, vector.body as MessageBody<RequestType>);
    assert.deepEqual(JSON.parse(JSON.stringify(written)), vector);
  });
}

// What only a reader of text can see: a browser's native port and JSON.parse hand over values.
const seenInTextOnly = /^(duplicate-key|too-deep|id-fraction)/;

for (const [name, { why, text, expect }] of vectors("invalid")) {
  const skip = seenInTextOnly.test(name) ? "the host alone reads text" : false;
  test(`a request is refused: ${name} (${why})`, { skip }, () => {
    assert.ok(text !== undefined && expect);
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      assert.equal(expect, "bad_json");
      return;
    }
    const read = readRequest(frame);
    if (expect === "checksum_mismatch") {
      // Only the sums differ, and those who send compute them.
      assert.ok(read.ok && read.value.type === "capture.chunk");
      const { crc32c, data } = read.value.body as MessageBody<"capture.chunk">;
      assert.notEqual(crc32cHex(fromBase64(data)), crc32c);
      return;
    }
    assert.ok(!read.ok, "it was taken");
    assert.equal(read.error.code, expect);
  });
}

for (const [name, { why, response, event }] of vectors("reply")) {
  test(`the host is understood: ${name} (${why})`, () => {
    const incoming = readIncoming(response ?? event);
    if (event) {
      assert.ok(incoming.kind === "event", JSON.stringify(incoming));
      assert.equal(incoming.event, event.event);
      assert.deepEqual(incoming.body, event.body);
      return;
    }
    assert.ok(response && incoming.kind === "response", JSON.stringify(incoming));
    assert.equal(incoming.re, response.re);
    if (response.error) {
      assert.deepEqual(incoming.error, response.error);
      return;
    }
    const reply = readReply(response.type, incoming);
    assert.ok(reply.ok, reply.ok ? "" : reply.error.message);
    assert.deepEqual(withoutNulls(reply.value), withoutNulls(response.body), "no field is lost");
  });
}
