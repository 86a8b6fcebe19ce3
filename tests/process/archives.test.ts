// Archives through the command line: what goes out is what the standards say, and comes in again with nothing lost.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { WARCParser } from "warcio";
import { document, run, Site } from "./support/cli.ts";
import { Home } from "./support/host.ts";
import { unzipped } from "./support/zip.ts";

const site = await new Site().start();
after(() => site[Symbol.dispose]());
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const html = "text/html; charset=utf-8";
site.pages.set("/page", {
  type: html,
  body: `<!doctype html><html lang="ja"><title>保存 — "page" &amp; more</title><link rel=stylesheet href=/s.css>
    <p>全文検索 works here<img src=/a.png><img src=/gone.png><iframe src=/frame></iframe>`,
});
site.pages.set("/frame", { type: html, body: "<p>in the frame<img src=/a.png>" });
site.pages.set("/s.css", { type: "text/css", body: "p{color:rgb(1,2,3);background:url(a.png)}" });
site.pages.set("/a.png", { type: "image/png", body: png });
site.pages.set("/second", { type: html, body: "<title>Second</title><p>another page" });

const formats = ["html", "zip", "mhtml", "warc", "wacz"] as const;
const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex");

async function added(home: Home, path: string) {
  const ran = await run(home, ["add", site.url(path), "--allow-host", site.host, "--json"]);
  assert.equal(ran.code, 0, ran.err);
  return document(ran).items[0] as { link_id: string; snapshot_id: string };
}

async function shown(home: Home, snapshot: string) {
  const ran = await run(home, ["show", snapshot, "--json"]);
  assert.equal(ran.code, 0, ran.err);
  return document(ran);
}

async function imported(home: Home, args: string[]) {
  const ran = await run(home, ["import", ...args, "--json"]);
  return { code: ran.code, err: ran.err, item: document(ran).items[0] };
}

test("a snapshot goes out in each format and comes in again as it was", async () => {
  using home = new Home();
  const { link_id, snapshot_id } = await added(home, "/page");
  const before = await shown(home, snapshot_id);
  const text = (await run(home, ["search", "検索", "--json"])).out;
  assert.match(text, /全文検索/);

  for (const format of formats) {
    const file = join(home.folder, `page.${format}`);
    const out = await run(home, ["export", link_id, "--format", format, "-o", file, "--json"]);
    assert.equal(out.code, 0, out.err);
    assert.equal(document(out).items[0].size, statSync(file).size);
    assert.equal(statSync(file).mode & 0o777, 0o600, format);

    // The library that it came from has it already.
    const again = await imported(home, [file]);
    assert.equal(again.code, 0, again.err);
    assert.deepEqual(again.item.snapshots, { new: 0, known: 1, missing_parts: 0 }, format);

    using other = new Home();
    const dry = await imported(other, [file, "--dry-run"]);
    assert.equal(dry.item.snapshots.new, 1);
    assert.equal(document(await run(other, ["list", "--json"])).total, 0);

    const first = await imported(other, [file, "--tag", "from/archive"]);
    assert.equal(first.code, 0, first.err);
    assert.equal(first.item.snapshots.new, 1, format);
    const second = await imported(other, [file]);
    assert.deepEqual([second.item.snapshots.new, second.item.snapshots.known], [0, 1], format);

    const list = document(await run(other, ["list", "--json"]));
    assert.equal(list.items[0].url, site.url("/page"));
    assert.deepEqual(list.items[0].tags, ["from/archive"]);
    const after_ = await shown(other, first.item.pages[0].snapshot_id);
    for (const field of ["url", "title", "taken_at", "redirects", "text_length"]) {
      assert.deepEqual(after_[field], before[field], `${format}: ${field}`);
    }
    assert.equal(after_.engine, "import");
    // One HTML file holds its resources in itself; every other format brings each part back byte for byte.
    if (format !== "html") {
      assert.deepEqual(after_.resources, before.resources, format);
      assert.deepEqual(after_.missing, before.missing, format);
    }
    const found = document(await run(other, ["search", "検索", "--json"]), "link.search");
    assert.equal(found.total, 1);
    assert.equal((await run(other, ["verify", "--deep"])).code, 0);
  }
});

test("a WARC is one to warcio: records, digests, dates, several snapshots", async () => {
  using home = new Home();
  const first = await added(home, "/page");
  await added(home, "/second");
  const file = join(home.folder, "all.warc.gz");
  const ran = await run(home, ["export", "--all", "--format", "warc", "-o", file]);
  assert.equal(ran.code, 0, ran.err);
  assert.equal(ran.out.trim(), file);

  const records: {
    type: string;
    url: string;
    digest: string;
    type_: string;
    bytes: Buffer;
    version: string;
  }[] = [];
  for await (const record of new WARCParser(createReadStream(file))) {
    const bytes = Buffer.from(await record.readFully(false));
    records.push({
      type: record.warcType ?? "",
      url: record.warcTargetURI ?? "",
      digest: record.warcHeaders.headers.get("WARC-Block-Digest") ?? "",
      type_: record.warcHeaders.headers.get("Content-Type") ?? "",
      version: record.warcHeaders.protocol ?? record.warcHeaders.statusline,
      bytes,
    });
    assert.equal(Number.isNaN(Date.parse(record.warcDate ?? "")), false);
  }
  for (const record of records) {
    assert.equal(record.version, "WARC/1.1");
    assert.equal(record.digest, `sha256:${sha256(record.bytes)}`);
  }
  assert.equal(records[0]?.type, "warcinfo");
  assert.deepEqual(
    records
      .filter(({ type }) => type === "metadata")
      .map(({ url }) => url)
      .sort(),
    [site.url("/page"), site.url("/second")],
  );
  const image = records.find(({ url, type }) => type === "resource" && url === site.url("/a.png"));
  assert.deepEqual(image?.bytes, png);
  assert.equal(image?.type_, "image/png");

  using other = new Home();
  const { item } = await imported(other, [file]);
  assert.equal(item.snapshots.new, 2);
  assert.equal(item.format, "warc");
  assert.ok(first.snapshot_id);
});

test("a WACZ keeps its promises: digests, index, pages", async () => {
  using home = new Home();
  await added(home, "/page");
  await added(home, "/second");
  const file = join(home.folder, "all.wacz");
  const ran = await run(home, ["export", "--all", "--format", "wacz", "-o", file]);
  assert.equal(ran.code, 0, ran.err);
  const files = unzipped(file);
  const text = (name: string) => (files.get(name) ?? assert.fail(`no ${name}`)).toString();
  const described = JSON.parse(text("datapackage.json"));
  assert.equal(described.profile, "data-package");
  assert.equal(described.wacz_version, "1.1.1");
  assert.deepEqual(described.resources.map(({ path }: { path: string }) => path).sort(), [
    "archive/data.warc.gz",
    "indexes/index.cdxj",
    "pages/pages.jsonl",
  ]);
  for (const { path, hash, bytes } of described.resources) {
    assert.equal(hash, `sha256:${sha256(files.get(path) as Buffer)}`);
    assert.equal(bytes, files.get(path)?.length);
  }
  const digest = JSON.parse(text("datapackage-digest.json"));
  assert.equal(digest.hash, `sha256:${sha256(text("datapackage.json"))}`);

  const [head, ...pages] = text("pages/pages.jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(head.format, "json-pages-1.0");
  assert.deepEqual(pages.map(({ url }) => url).sort(), [site.url("/page"), site.url("/second")]);

  // Each line of the index leads to a record of its own, sorted by its key.
  const lines = text("indexes/index.cdxj").trim().split("\n");
  assert.deepEqual(lines, [...lines].sort());
  const warc = files.get("archive/data.warc.gz") as Buffer;
  for (const line of lines) {
    const [, stamp, ...rest] = line.split(" ");
    assert.match(stamp ?? "", /^\d{14}$/);
    const entry = JSON.parse(rest.join(" "));
    const slice = warc.subarray(Number(entry.offset), Number(entry.offset) + Number(entry.length));
    const parser = new WARCParser([slice] as unknown as AsyncIterable<Uint8Array>);
    const record = await parser.parse();
    assert.equal(record?.warcTargetURI, entry.url);
    assert.equal(
      `sha256:${sha256(Buffer.from(await (record?.readFully(false) as Promise<Uint8Array>)))}`,
      entry.digest,
    );
  }
});

test("a ZIP is a folder whose page names files beside it and nothing else", async () => {
  using home = new Home();
  const { link_id } = await added(home, "/page");
  const file = join(home.folder, "page.zip");
  assert.equal((await run(home, ["export", link_id, "--format", "zip", "-o", file])).code, 0);
  const files = unzipped(file);
  const page = (files.get("index.html") as Buffer).toString();
  assert.match(page, /Content-Security-Policy/);
  for (const [, address = ""] of page.matchAll(/\s(?:src|href)="([^"]*)"/g)) {
    assert.ok(files.has(address) || address === "data:,", address);
  }
  const image = [...files].find(([, bytes]) => bytes.equals(png));
  assert.match(image?.[0] ?? "", /^files\/\d+\.png$/);
  for (const name of files.keys())
    assert.match(name, /^(index\.html|files\/[\w-]+\.\w+|keepleaf\/(snapshot\.json|objects\/[0-9a-f]{64}))$/);
});

test("nothing is overwritten, and what can't be written leaves nothing behind", async () => {
  using home = new Home();
  const { link_id } = await added(home, "/second");
  const folder = join(home.folder, "out");
  mkdirSync(folder);
  const file = join(folder, "a.mhtml");
  writeFileSync(file, "mine");
  const ran = await run(home, ["export", link_id, "--format", "mhtml", "-o", file]);
  assert.equal(ran.code, 1);
  assert.match(ran.err, /is there already/);
  assert.equal(readFileSync(file, "utf8"), "mine");
  assert.equal((await run(home, ["export", link_id, "--format", "mhtml", "-o", file, "--force"])).code, 0);
  assert.deepEqual(readdirSync(folder), ["a.mhtml"]);
  assert.equal((await run(home, ["export", link_id, "--format", "wacz", "-o", "-"])).code, 1);
  const gone = await run(home, ["export", link_id, "--format", "zip", "-o", join(folder, "no", "such.zip")]);
  assert.equal(gone.code, 1);
  assert.equal(existsSync(join(folder, "no")), false);
});

test("what is no archive is refused with the reason, and changes nothing", async () => {
  using home = new Home();
  const garbage = join(home.folder, "garbage.zip");
  writeFileSync(garbage, Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), Buffer.alloc(100, 7)]));
  const { code, err, item } = await imported(home, [garbage]);
  assert.equal(code, 1);
  assert.equal(item.error.code, "unsupported");
  assert.match(err, /no whole ZIP archive/);
  assert.equal(document(await run(home, ["list", "--json"])).total, 0);
});

test("a large WARC is read as a stream", { skip: !existsSync("/proc/self/status") }, async () => {
  using home = new Home();
  const file = join(home.folder, "large.warc");
  const body = Buffer.alloc(96 << 20, "not much of a picture ");
  const record = (url: string, head: string, bytes: Buffer) => {
    const block = Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: ${head}\r\n\r\n`), bytes]);
    return Buffer.concat([
      Buffer.from(
        `WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: ${url}\r\nWARC-Date: 2020-01-02T03:04:05Z\r\nContent-Type: application/http\r\nContent-Length: ${block.length}\r\n\r\n`,
      ),
      block,
      Buffer.from("\r\n\r\n"),
    ]);
  };
  writeFileSync(
    file,
    Buffer.concat([
      record("https://e.example/", "text/html", Buffer.from("<title>L</title><video src=v.webm></video>")),
      record("https://e.example/v.webm", "video/webm", body),
    ]),
  );
  // The video is larger than all the memory that the program may take.
  const out = execFileSync(
    "/bin/sh",
    [
      "-c",
      'ulimit -d 81920; exec "$0" "$@"',
      join(process.cwd(), process.env.KEEPLEAF_BUILD ?? "build/ci", "bin/keepleaf"),
      "import",
      file,
      "--json",
    ],
    { env: home.environment, encoding: "utf8" },
  );
  const [page] = JSON.parse(out).items[0].pages;
  const { resources } = await shown(home, page.snapshot_id);
  assert.equal(resources[1].sha256, sha256(body));
});
