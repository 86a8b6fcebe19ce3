import assert from "node:assert/strict";
import { test } from "node:test";
import { MhtmlFile } from "../../../../extension/src/background/capture/mhtml.ts";
import { wholeOf } from "../../../../extension/src/capture/bytes.ts";
import { bytesOf } from "../support/outbox.ts";

const boundary = "----MultipartBoundary--abc----";

/** As Chromium writes it: lines of 76 digits, a blank line before each boundary. */
function part(url: string, type: string, bytes: Uint8Array, encoding = "base64"): string {
  const digits = Buffer.from(bytes).toString("base64").replace(/.{76}/g, "$&\r\n");
  const body = encoding === "base64" ? digits : Buffer.from(bytes).toString("latin1");
  return `\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\nContent-Location: ${url}\r\n\r\n${body}\r\n`;
}

function file(...parts: string[]): Blob {
  const head = `From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="${boundary}"\r\n\r\n`;
  return new Blob([head, ...parts, `\r\n--${boundary}--\r\n`]);
}

/** Read at once, and in slices. */
const ways = [undefined, 0] as const;

async function read(mhtml: Blob): Promise<Map<string, Uint8Array | undefined>> {
  const [atOnce, inSlices] = await Promise.all(ways.map((inMemory) => readBy(mhtml, inMemory)));
  assert.deepEqual(atOnce, inSlices);
  return atOnce ?? new Map();
}

async function readBy(
  mhtml: Blob,
  inMemory: number | undefined,
): Promise<Map<string, Uint8Array | undefined>> {
  const found = new Map<string, Uint8Array | undefined>();
  const opened = await MhtmlFile.open(mhtml, inMemory);
  for (const [url, one] of opened.parts) {
    if (!one.isWhole) continue;
    const bytes = await opened.bytes(one);
    found.set(url, bytes && (await wholeOf(bytes)));
  }
  return found;
}

const count = async (mhtml: Blob) => (await MhtmlFile.open(mhtml)).parts.size;

test("pictures come out byte for byte, whatever their length", async () => {
  const sizes = [1, 2, 3, 56, 57, 58, 1000, 70_001];
  const made = sizes.map((size) => [`https://a.example/${size}.png`, bytesOf(size, size)] as const);
  const found = await read(file(...made.map(([url, bytes]) => part(url, "image/png", bytes))));
  for (const [url, bytes] of made) assert.deepEqual(found.get(url), bytes, url);
});

test("one that is larger than a slice comes out whole, and so does what follows it", async () => {
  const [large, small] = [bytesOf(13_000_001, 1), bytesOf(5, 2)];
  const mhtml = file(
    part("https://a.example/l", "image/png", large),
    part("https://a.example/s", "image/png", small),
  );
  const found = await read(mhtml);
  assert.equal(Buffer.compare(found.get("https://a.example/l") as Uint8Array, large), 0);
  assert.deepEqual(found.get("https://a.example/s"), small);
});

test("boundaries are found wherever slices end", async () => {
  const slice = 4 * 1024 * 1024;
  const first = part("https://a.example/1", "image/png", new Uint8Array(0));
  const head = file().size - `\r\n--${boundary}--\r\n`.length;
  for (let shift = 0; shift < boundary.length + 6; shift++) {
    const filling = "A".repeat(slice - head - first.length - shift);
    const mhtml = file(first.slice(0, -2) + filling, part("https://a.example/2", "image/png", bytesOf(9, 1)));
    const opened = await MhtmlFile.open(mhtml, 0);
    const second = opened.parts.get("https://a.example/2");
    assert.deepEqual(second && (await opened.bytes(second)), bytesOf(9, 1), `shifted by ${shift}`);
  }
});

test("what is not the server's bytes is passed over: documents, sheets, quoted texts, names of the moment", async () => {
  const bytes = new TextEncoder().encode("<svg/>");
  const found = await read(
    file(
      part("https://a.example/", "text/html", bytes, "quoted-printable"),
      part("cid:css-1@mhtml.blink", "text/css", bytes, "quoted-printable"),
      part("https://a.example/x.svg", "image/svg+xml", bytes, "quoted-printable"),
      part("https://a.example/y.png#fragment", "image/png", bytes),
    ),
  );
  assert.deepEqual([...found.keys()], ["https://a.example/y.png"]);
});

test("damage is no bytes, never wrong ones", async () => {
  const whole = await file(part("https://a.example/1", "image/png", bytesOf(300, 1))).text();
  assert.equal(await count(new Blob([""])), 0);
  assert.equal(await count(new Blob(["no boundary here"])), 0);
  // Cut off in the middle of the part: without the boundary after it, it is not one.
  assert.equal(await count(new Blob([whole.slice(0, -60)])), 0);
  const body = whole.indexOf("\r\n\r\n", whole.indexOf("Content-Location")) + 4;
  const broken = new Blob([`${whole.slice(0, body)}!${whole.slice(body + 1)}`]);
  assert.equal((await read(broken)).get("https://a.example/1"), undefined);
});
