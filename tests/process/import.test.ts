// Imports and exports as people use them: files of other programs go in by their content, a second time changes nothing,
// what is wrong is named with its line, and what goes out comes in again.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { document, run, Site } from "./support/cli.ts";
import { Home, root } from "./support/host.ts";

const samples = join(root, "tests/fixtures/imports/lists");
const sample = (name: string) => join(samples, name);

type Remark = { line: number | null; subject: string; reason: string };
type Item = {
  file: string;
  format: string | null;
  links: { new: number; updated: number; known: number };
  tags: number;
  notes: number;
  jobs: number;
  skipped: Remark[];
  skipped_count: number;
  changed: Remark[];
  changed_count: number;
  lost: { what: string; count: number }[];
  error: { code: string; message: string; kept?: string; next?: string } | null;
};
type Link = {
  id: string;
  url: string;
  title: string;
  note: string;
  tags: string[];
  created_at: string;
  snapshot_count: number;
};

async function imported(home: Home, args: string[], code = 0): Promise<Item[]> {
  const ran = await run(home, ["import", "--json", ...args]);
  assert.equal(ran.code, code, ran.err);
  return document(ran).items;
}

async function links(home: Home): Promise<Map<string, Link>> {
  const list = document(await run(home, ["list", "--limit", "200", "--json"]), "link.list");
  assert.equal(list.next, null);
  return new Map(list.items.map((link: Link) => [link.url, link]));
}

const nothing = { new: 0, updated: 0 };

// What each sample holds: its format, its links, and how many records are skipped. The links themselves are compared below.
const expected: [file: string, format: string, links: number, skipped: number][] = [
  ["chrome.html", "netscape", 2, 1],
  ["dirty.html", "netscape", 3, 1],
  ["firefox.html", "netscape", 4, 2],
  ["instapaper.csv", "instapaper", 2, 0],
  ["karakeep.json", "karakeep", 1, 2],
  ["linkding.html", "netscape", 2, 0],
  ["linkding.json", "linkding", 2, 0],
  ["linkwarden.json", "linkwarden", 2, 1],
  ["omnivore.json", "omnivore", 2, 0],
  ["pocket.csv", "pocket-csv", 3, 2],
  ["pocket.html", "pocket-html", 3, 0],
  ["raindrop.csv", "raindrop", 2, 0],
  ["readeck.json", "readeck", 1, 1],
  ["shift_jis.html", "netscape", 1, 0],
  ["shiori.html", "netscape", 2, 0],
  ["shiori.json", "shiori", 1, 0],
  ["urls.txt", "urls", 2, 1],
  ["utf16.html", "netscape", 1, 0],
  ["wallabag.csv", "wallabag-csv", 2, 0],
  ["wallabag.json", "wallabag", 2, 0],
];

test("every sample is told by its content, comes in whole, and changes nothing the second time", async () => {
  using home = new Home();
  const files = expected.map(([name]) => name);
  assert.deepEqual(
    readdirSync(samples).filter((name) => !name.startsWith("gbk")),
    files,
    "every sample has its row",
  );
  // Under names that say nothing.
  const folder = join(home.folder, "files");
  mkdirSync(folder);
  const paths = files.map((name, i) => {
    const path = join(folder, `${i}.tmp`);
    copyFileSync(sample(name), path);
    return path;
  });
  const dry = await imported(home, ["--dry-run", ...paths]);
  assert.equal((await links(home)).size, 0);

  const items = await imported(home, paths);
  for (const [i, [name, format, count, skipped]] of expected.entries()) {
    const item = items[i];
    assert.ok(item);
    assert.equal(item.format, format, name);
    assert.equal(item.links.new + item.links.updated + item.links.known, count, name);
    assert.equal(item.skipped_count, skipped, name);
    assert.equal(item.error, null, name);
    assert.equal(item.jobs, 0, name);
    assert.ok(
      item.skipped.every((remark) => remark.line !== null && remark.reason !== ""),
      name,
    );
    assert.equal(dry[i]?.skipped_count, skipped, name);
  }
  const all = await links(home);
  const of = (url: string) => {
    const link = all.get(url);
    assert.ok(link, url);
    return link;
  };
  assert.deepEqual(of("https://menu.example/"), {
    ...of("https://menu.example/"),
    title: "Menu & more",
    note: "Described on\ntwo lines <here>",
    tags: ["Bookmarks Toolbar", "read later", "日本語"],
    created_at: "2017-07-14T02:40:00.000Z", // the earlier of the two
  });
  assert.deepEqual(of("https://deep.example/").tags, ["TCP／IP/深い"]);
  assert.equal(of("https://other.example/path").created_at, "2021-12-20T11:33:21.000Z");
  assert.deepEqual(of("https://bar.example/").tags, ["书签栏"]);
  assert.equal(of("https://dirty.example/2").title, "Second bold ∉ é");
  assert.equal(of("https://dirty.example/2").note, "Note one\nand two");
  assert.equal(of("https://ding.example/one").note, "About it\n\nMy *own* notes");
  assert.deepEqual(of("https://warden.example/inside").tags, ["C/C++", "Outer/Inner", "work"]);
  assert.equal(of("https://warden.example/outer").title, "Cut �");
  assert.equal(of("https://warden.example/outer").created_at, "2019-01-02T03:04:05.000Z");
  assert.equal(of("https://kara.example/kept").created_at, "2024-05-01T08:00:00.000Z");
  assert.equal(of("https://ding.example/api").created_at, "2020-09-26T09:46:23.006Z");
  assert.equal(
    of("https://raindrop.example/rust").note,
    "Read chapter 3\n\nLearn Rust with examples\n\n> A passage that I marked",
  );
  assert.deepEqual(of("https://raindrop.example/rust").tags, ["learn", "Programming/Rust", "rust"]);
  assert.equal(of("https://pocket.example/quoted").title, 'Commas, "quotes" and lines');
  assert.equal(of("https://pocket.example/done").title, "已读");
  assert.equal(of("https://wallabag.example/article").note, "> Some text\n\nI doubt it");
  assert.equal(of("https://deck.example/a").created_at, "2024-01-02T03:04:05.000Z");
  assert.deepEqual(of("https://omni.example/a").tags, ["Long/Form", "News"]);
  assert.equal(of("https://shiori.example/json").created_at, "2023-01-02T03:04:05.000Z");
  assert.equal(of("https://sjis.example/").title, "表示ソフト");
  assert.equal(of("https://utf16.example/").title, "UTF-16 中文 😀");
  assert.equal(of("https://list.example/a").title, "First");
  assert.deepEqual(items[files.indexOf("wallabag.json")]?.lost.map(({ what }) => what).sort(), [
    "state: archived",
    "state: favourite",
    "state: unread",
    "text of a page",
  ]);

  assert.equal(of("https://paper.example/a").note, "> A passage\n> of two lines");
  assert.deepEqual(of("https://paper.example/a").tags, ["a/b", "react"]);
  assert.deepEqual(of("https://paper.example/b").tags, ["My ／ folder"]);
  assert.deepEqual(items[files.indexOf("instapaper.csv")]?.lost, [
    { what: 'column "extra"', count: 1 },
    { what: "state: archived", count: 1 },
  ]);
  assert.deepEqual(items[files.indexOf("linkwarden.json")]?.lost, [
    { what: "archive of a page", count: 1 },
    { what: "text of a page", count: 1 },
  ]);

  for (const again of await imported(home, paths)) {
    assert.deepEqual({ new: again.links.new, updated: again.links.updated }, nothing, again.file);
    assert.equal(again.tags + again.notes + again.jobs, 0, again.file);
  }
  assert.deepEqual(await links(home), all);

  // In words, for people.
  const words = await run(home, ["import", sample("firefox.html")]);
  assert.match(words.out, /firefox\.html \(netscape\): 4 links, 0 new, 0 updated, 4 known; 0 tags, 0 notes/);
  assert.match(words.out, /skipped, line 24: javascript:/);
  assert.match(words.out, /not taken: keyword \(1\)/);
  assert.equal(words.err, "");
});

test("options: tags for all, states as tags, a format or an encoding by name", async () => {
  using home = new Home();
  const tagged = ["--tag", "from/pocket", "--states-as-tags", sample("pocket.csv")];
  const [item] = await imported(home, tagged);
  assert.deepEqual(item?.lost, []);
  assert.deepEqual((await links(home)).get("https://pocket.example/quoted")?.tags, [
    "archived",
    "from/pocket",
  ]);

  const [refused] = await imported(home, [sample("gbk_undeclared.html")], 1);
  assert.match(refused?.error?.message ?? "", /gbk_undeclared\.html: line 3: /);
  assert.match(refused?.error?.next ?? "", /--encoding/);
  await imported(home, ["--encoding", "gb2312", sample("gbk_undeclared.html")]);
  assert.equal((await links(home)).get("https://gbk.example/")?.title, "网页快照");

  const list = join(home.folder, "list");
  writeFileSync(list, "no address at first\nhttps://list.example/\n");
  assert.equal((await imported(home, [list], 1))[0]?.error?.code, "unsupported");
  assert.equal((await imported(home, ["--format", "urls", list]))[0]?.links.new, 1);
  for (const wrong of [
    ["--format", "papyrus"],
    ["--encoding", "morse"],
    ["--tag", "a//b"],
  ]) {
    const [bad] = await imported(home, [...wrong, list], 1);
    assert.equal(bad?.error?.code, "bad_request", wrong.join(" "));
  }
});

test("what is broken names its file and line, changes nothing, and leaves the other files be", async () => {
  using home = new Home();
  const write = (name: string, content: string | Buffer) => {
    const path = join(home.folder, name);
    writeFileSync(path, content);
    return path;
  };
  const torn = readFileSync(sample("karakeep.json"), "utf8").slice(0, 300);
  const files = [
    write("torn.json", torn),
    write("random", Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919 + 13) % 256))),
    write("quotes.csv", 'url,folder\nhttps://a.example/,x\n"https://b.example/,y\n'),
    write("empty", ""),
    join(home.folder, "absent"),
    home.folder,
    write("good", "https://good.example/\n"),
    write("one-line.json", `{"bookmarks":[{"createdAt":1,"content":{"url":"${"u".repeat(20 << 20)}"}}]}`),
  ];
  const items = await imported(home, files, 1);
  const messages = items.map((item) => item.error?.message ?? "");
  assert.match(messages[0] ?? "", /torn\.json: line 1: the file ends in the middle/);
  assert.match(messages[1] ?? "", /random: its content is in none of the formats/);
  assert.match(messages[2] ?? "", /quotes\.csv: line 3: .*never closed/);
  assert.match(messages[3] ?? "", /empty: its content is in none/);
  assert.match(messages[4] ?? "", /absent: .*No such file/);
  assert.match(messages[5] ?? "", /there is no saved page in the folder/);
  assert.equal(messages[6], "");
  assert.match(
    messages[7] ?? "",
    /one-line\.json: .*(line 1: a value is longer than 16 MiB|none of the formats)/,
  );
  for (const item of items) if (item.error) assert.equal(item.error.kept, "nothing was imported");
  assert.deepEqual([...(await links(home)).keys()], ["https://good.example/"]);

  const words = await run(home, ["import", files[2] as string]);
  assert.equal(words.code, 1);
  assert.match(words.err, /quotes\.csv: line 3: /);
  assert.match(words.err, /kept: nothing was imported/);
});

test("no name or address in a file reaches a shell or a path", async () => {
  using home = new Home();
  const path = join(home.folder, "$(touch pwned);`touch pwned` .html");
  const evil = "https://e.example/$(touch%20pwned)`touch pwned`;../../../x";
  writeFileSync(
    path,
    `<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><DT><H3>../../$(touch pwned)</H3><DL><DT><A HREF="${evil}" TAGS="../..,;touch pwned">$(touch pwned)</A></DL></DL>`,
  );
  const before = readdirSync(home.folder);
  const [item] = await imported(home, [path]);
  assert.equal(item?.links.new, 1);
  const [link] = (await links(home)).values();
  assert.deepEqual(link?.tags, ["../..", "..／..／$(touch pwned)", ";touch pwned"]);
  assert.deepEqual(
    readdirSync(home.folder)
      .filter((name) => !before.includes(name))
      .sort(),
    ["library with space ü", "state"],
  );
});

test("lists go out and come in again, and pages go out as text and Markdown", async () => {
  using home = new Home();
  await imported(home, [...expected.map(([name]) => sample(name))]);
  const mine = await links(home);
  for (const format of ["jsonl", "netscape", "markdown"]) {
    using other = new Home();
    const path = join(home.folder, `all.${format}`);
    const all = ["export", "--all", "--links", "--format", format, "-o", path];
    const out = await run(home, [...all, "--json"]);
    assert.deepEqual(document(out).items, [{ path, format, size: statSync(path).size, error: null }]);
    const [item] = await imported(other, [path]);
    assert.equal(item?.format, format);
    assert.equal(item?.links.new, mine.size);
    assert.equal(item?.skipped_count, 0);
    assert.equal(item?.changed_count, 0);
    const theirs = await links(other);
    for (const [url, link] of mine) {
      const { id, title, note, tags, created_at } = link;
      assert.deepEqual({ ...theirs.get(url), id, title, note, tags, created_at }, theirs.get(url), url);
    }
    // Nothing of it is new at home either.
    const [back] = await imported(home, [path]);
    assert.deepEqual({ new: back?.links.new, updated: back?.links.updated }, nothing);
    // No file is overwritten by accident.
    assert.equal((await run(home, all)).code, 1);
    assert.equal((await run(home, [...all, "--force"])).code, 0);
  }
  const text = await run(home, ["export", "--all", "--links", "--format", "text", "-o", "-"]);
  assert.equal(text.out.trimEnd().split("\n").length, mine.size);
  const markdown = await run(home, [
    "export",
    "--query",
    "tag:rust",
    "--links",
    "--format",
    "markdown",
    "-o",
    "-",
  ]);
  assert.match(markdown.out, /^- \[Rust by Example\]\(https:\/\/raindrop\.example\/rust\) `#learn`/);
  const lines = await run(home, ["export", "--all", "--format", "jsonl", "-o", "-"]);
  const records = lines.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual([records[0].keepleaf, records[0].version], ["library", 1]);
  assert.deepEqual(records.at(-1), { type: "end", links: mine.size, snapshots: 0 });
  assert.equal((await run(home, ["export", "--all", "--links", "--format", "html", "-o", "-"])).code, 2);
});

test("--snapshot queues one job for each link without a snapshot, and the worker keeps the pages", async () => {
  const site = await new Site().start();
  try {
    site.pages.set("/a", {
      type: "text/html",
      body: "<title>A</title><h1>Head</h1><ul><li><a href=/b>to b</a></ul><pre>x\n y</pre><table><tr><th>k<th>v<tr><td>1<td>2</table>",
    });
    using home = new Home();
    assert.equal((await run(home, ["config", "set", "allowed_hosts", site.host])).code, 0);
    const list = join(home.folder, "list");
    writeFileSync(list, `${site.url("/a")} Title\n${site.url("/a")}#again\n`);
    const [plain] = await imported(home, [list]);
    assert.equal(plain?.jobs, 0);
    assert.equal(site.requests.length, 0, "without --snapshot nothing is fetched");
    assert.equal((await imported(home, ["--snapshot", "--dry-run", list]))[0]?.jobs, 1);
    assert.equal((await imported(home, ["--snapshot", list]))[0]?.jobs, 1);
    let kept: Link | undefined;
    for (const end = Date.now() + 60_000; Date.now() < end && !kept?.snapshot_count; ) {
      kept = (await links(home)).get(site.url("/a"));
      await new Promise((next) => setTimeout(next, 100));
    }
    assert.equal(kept?.snapshot_count, 1, "the page is kept");
    assert.equal((await imported(home, ["--snapshot", list]))[0]?.jobs, 0);

    const markdown = await run(home, ["export", kept?.id ?? "", "--format", "markdown", "-o", "-"]);
    assert.match(
      markdown.out,
      /^---\ntitle: "A"\nurl: "http:.*\/a"\ntaken_at: .*\n---\n\n# Head\n\n- \[to b\]\(http:.*\/b\)\n/,
    );
    assert.match(markdown.out, /```\nx\n y\n```\n\n\| k \| v \|\n\| --- \| --- \|\n\| 1 \| 2 \|\n$/);
    const folder = join(home.folder, "out");
    mkdirSync(folder);
    const text = await run(home, ["export", "--all", "--format", "text", "-o", folder, "--json"]);
    assert.match(readFileSync(document(text).items[0].path, "utf8"), /^Head\nto b\nx\n y\nk\tv\n1\t2$/);
    const lines = await run(home, ["export", "--all", "--format", "jsonl", "-o", "-"]);
    const snapshot = JSON.parse(lines.out.split("\n")[2] ?? "");
    assert.deepEqual([snapshot.type, snapshot.link_id, snapshot.engine], ["snapshot", kept?.id, "browser"]);
  } finally {
    site[Symbol.dispose]();
  }
});
