// Holds the extension's shapes to schema.json: every message, event, field, code and limit, and nothing else.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { defaultLimits } from "../../extension/src/protocol/limits.ts";
import { errorCodes } from "../../extension/src/protocol/reply.ts";
import { bodies, events, replies, wireError } from "../../extension/src/protocol/shapes.ts";

interface Field {
  type: string;
  required: boolean;
  fields?: Fields;
}
type Fields = Record<string, Field>;
interface Schema {
  limits: Record<string, number>;
  errors: Record<string, string>;
  error: Fields;
  messages: Record<string, { request: Fields; reply: Fields | null }>;
  events: Record<string, Fields>;
}
const schema: Schema = JSON.parse(readFileSync(new URL("./schema.json", import.meta.url), "utf8"));

const uuid = "019aa9f0-5c00-7000-8000-000000000001";
const sha256 = "ab".repeat(32);
// Texts of which only some values are allowed, by the name of their field.
const words: Record<string, string> = {
  client: "extension",
  retry: "later",
  code: "io",
  role: "image",
  status: "ok",
  field: "text",
  level: "warning",
  method: "boxes",
  kind: "thumbnail",
  media_type: "image/webp",
  crc32c: "364b3fb7",
};
const states: Record<string, string> = {
  "capture.begin": "new",
  job: "queued",
  "job.list": "queued",
  snapshots: "complete",
  condition: "gone",
};

function sample(name: string, field: Field, parent: string, complete: boolean): unknown {
  const nested = () => sampleOf(field.fields ?? {}, name, complete);
  switch (field.type) {
    case "uuid":
      return uuid;
    case "sha256":
      return sha256;
    case "time":
      return "2026-11-22T05:55:01.250Z";
    case "bytes":
      return "YWJj";
    case "flag":
      return true;
    case "engine":
      return parent === "link.add" ? "fetch" : "tab";
    case "number":
    case "size":
    case "number or null":
      return 1;
    case "null":
      return null;
    case "[number, number]":
      return [1, 1];
    case "list of [number, number]":
      return [[0, 1]];
    case "list of uuid":
      return [uuid];
    case "list of sha256":
      return [sha256];
    case "list of text":
      return [name === "shortened" ? "note" : "a"];
    case "list":
      return [nested()];
    case "object":
    case "object or null":
    case "item or null":
      return nested();
    case "text":
    case "text or null":
      if (name === "engine") return "fetch";
      if (name === "kind" && parent === "items") return "link";
      if (name === "state") return states[parent] ?? (parent === "items" ? "queued" : "complete");
      return words[name] ?? "a";
    default:
      throw new Error(`schema.json has a type that this test does not know: ${field.type}`);
  }
}

function sampleOf(fields: Fields, parent: string, complete: boolean): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (complete || field.required) made[name] = sample(name, field, parent, complete);
  }
  // `sha256` is present exactly when `status` is "ok".
  if (made.status === "ok" && "sha256" in fields) made.sha256 = sha256;
  return made;
}

function holds(what: string, fields: Fields, parent: string, read: (value: unknown) => unknown): void {
  test(`${what}: every field of the schema is known`, () => {
    const complete = sampleOf(fields, parent, true);
    assert.deepEqual(read(complete), complete);
  });

  test(`${what}: what may be absent may be absent, and unknown fields are ignored`, () => {
    const least = sampleOf(fields, parent, false);
    const nulls = Object.entries(fields).filter(([, { type }]) => / or null$|^null$/.test(type));
    const expected = { ...Object.fromEntries(nulls.map(([name]) => [name, null])), ...least };
    assert.deepEqual(read({ ...least, a_later_field: { anything: 1 } }), expected);
  });

  for (const [name, field] of Object.entries(fields)) {
    if (!field.required || / or null$|^null$/.test(field.type)) continue;
    test(`${what}: ${name} is required`, () => {
      const { [name]: _, ...rest } = sampleOf(fields, parent, true);
      assert.throws(() => read(rest), { name: "ShapeError" });
    });
    test(`${what}: ${name} of another type is refused`, () => {
      const wrong = { ...sampleOf(fields, parent, true), [name]: { not: "this" } };
      if (field.type === "object") Object.assign(wrong, { [name]: 7 });
      assert.throws(() => read(wrong), { name: "ShapeError" });
    });
  }
}

test("the extension knows the messages of the schema, and no others", () => {
  assert.deepEqual(Object.keys(bodies).sort(), Object.keys(schema.messages).sort());
  assert.deepEqual(Object.keys(replies).sort(), Object.keys(schema.messages).sort());
  assert.deepEqual(Object.keys(events).sort(), Object.keys(schema.events).sort());
});

test("the error codes are those of the schema, in its order", () => {
  assert.deepEqual([...errorCodes], Object.keys(schema.errors));
});

test("the limits are those of the schema", () => {
  assert.deepEqual(defaultLimits, schema.limits);
});

holds("an error", schema.error, "error", (value) => wireError(value, "error"));
for (const [type, { request, reply }] of Object.entries(schema.messages)) {
  const name = type as keyof typeof bodies;
  holds(`${type} (request)`, request, type, (value) => bodies[name](value, "body"));
  if (reply) holds(`${type} (reply)`, reply, type, (value) => replies[name](value, "body"));
}
for (const [event, fields] of Object.entries(schema.events)) {
  holds(`event ${event}`, fields, event, (value) => events[event as keyof typeof events](value, "body"));
}
