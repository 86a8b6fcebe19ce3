// Recordings of live sites (WARC 1.0, ISO 28500): what each address answered, to be answered once more.
import { readFile } from "node:fs/promises";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";

export interface Recorded {
  status: number;
  headers: [string, string][];
  body: Buffer;
}

export interface Recording {
  /** The document that was visited; undefined when there is none that can be shown. */
  page: string | undefined;
  answers: Map<string, Recorded>;
}

/** Never sent again: they would be wrong for the body as it is sent, or bind the browser beyond the recording. */
const dropped =
  /^(?:transfer-encoding|content-length|connection|keep-alive|alt-svc|strict-transport-security|public-key-pins.*|set-cookie|report-to|nel|expect-ct|content-security-policy-report-only)$/i;

export async function readRecording(path: string): Promise<Recording> {
  const bytes = gunzipSync(await readFile(path));
  const answers = new Map<string, Recorded>();
  let page: string | undefined;
  for (const { headers, body } of records(bytes)) {
    if (headers.get("warc-type") !== "response") continue;
    const url = headers.get("warc-target-uri")?.replace(/^<|>$/g, "");
    const answer = url && /^https?:/.test(url) ? readHttp(body) : undefined;
    if (!url || !answer || answers.has(url)) continue;
    answers.set(url, answer);
    const type = answer.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
    if (!page && answer.status === 200 && /text\/html/i.test(type) && answer.body.length > 2000) page = url;
  }
  return { page, answers };
}

function* records(bytes: Buffer): Generator<{ headers: Map<string, string>; body: Buffer }> {
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf("\r\n\r\n", at);
    if (end < 0) return;
    const headers = new Map<string, string>();
    for (const line of bytes.toString("utf8", at, end).split("\r\n").slice(1)) {
      const colon = line.indexOf(":");
      headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    const length = Number(headers.get("content-length") ?? 0);
    yield { headers, body: bytes.subarray(end + 4, end + 4 + length) };
    at = end + 4 + length;
    while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++;
  }
}

function readHttp(bytes: Buffer): Recorded | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const status = Number(/^HTTP\/\S+ (\d{3})/.exec(first)?.[1]);
  if (!(status >= 200 && status < 600)) return undefined;
  const all = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  const header = (name: string) => all.find(([one]) => one.toLowerCase() === name)?.[1]?.toLowerCase();
  let body = bytes.subarray(end + 4);
  if (header("transfer-encoding") === "chunked") body = unchunked(body);
  // Sent plain, so that no tool measures the browser's decompression.
  const encoding = header("content-encoding");
  try {
    if (encoding === "gzip" || encoding === "x-gzip") body = gunzipSync(body);
    else if (encoding === "br") body = brotliDecompressSync(body);
    else if (encoding === "deflate") body = inflateSync(body);
    else if (encoding && encoding !== "identity") return undefined;
  } catch {
    return undefined; // A recording that broke off.
  }
  const headers = all.filter(
    ([name, value]) =>
      !dropped.test(name) && !/^content-encoding$/i.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value),
  );
  return { status, headers, body };
}

function unchunked(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf("\r\n", at);
    const size = end < 0 ? Number.NaN : Number.parseInt(bytes.toString("latin1", at, end), 16);
    if (Number.isNaN(size)) return pieces.length > 0 ? Buffer.concat(pieces) : bytes; // stored without its chunks
    if (size === 0) break;
    pieces.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 4 + size;
  }
  return Buffer.concat(pieces);
}
