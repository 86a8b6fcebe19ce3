// The command line as people and scripts use it: a page is kept, found, tagged, shown, exported, thrown away and taken
// back; what goes wrong is told on stderr, by the exit code, and as one JSON document.
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { document, run, Site } from "./support/cli.ts";
import { Home } from "./support/host.ts";

const site = await new Site().start();
after(() => site[Symbol.dispose]());
const html = "text/html; charset=utf-8";
site.pages.set("/page", {
  type: html,
  body: `<!doctype html><title>Ünï 文档</title><link rel=stylesheet href=/s.css><p>全文検索 works here<script src=/s.js></script>`,
});
site.pages.set("/s.css", { type: "text/css", body: "p{color:rgb(1,2,3)}" });
site.pages.set("/s.js", { type: "text/javascript", body: "alert(1)" });
site.pages.set("/second", { type: html, body: "<title>Second</title><p>another page" });

async function withPage(home: Home) {
  const ran = await run(home, [
    "add",
    site.url("/page"),
    "--allow-host",
    site.host,
    "--tag",
    "work/db",
    "--note",
    "read",
    "--json",
  ]);
  assert.equal(ran.code, 0, ran.err);
  return document(ran).items[0] as { link_id: string; snapshot_id: string; job_id: string };
}

test("a page is added, found, shown, tagged, noted and exported", async () => {
  using home = new Home();
  const added = await withPage(home);

  const list = document(await run(home, ["list", "--json"]), "link.list");
  assert.equal(list.total, 1);
  assert.deepEqual(list.items[0].tags, ["work/db"]);
  assert.equal(list.items[0].title, "Ünï 文档");
  assert.equal(list.items[0].note, "read");
  assert.equal(list.items[0].snapshots[0].id, added.snapshot_id);

  for (const query of ["検索", "works", "tag:work", "文档"]) {
    const found = document(await run(home, ["search", query, "--json"]), "link.search");
    assert.equal(found.items[0]?.id, added.link_id, query);
  }
  assert.equal(document(await run(home, ["search", "absent", "--json"]), "link.search").total, 0);

  document(await run(home, ["show", added.link_id, "--json"]), "link.show");
  const snapshot = document(await run(home, ["show", added.snapshot_id, "--json"]), "snapshot.show");
  assert.ok(snapshot.resources.some((part: { url: string }) => part.url === site.url("/s.css")));
  assert.match((await run(home, ["show", added.snapshot_id])).out, /^title +Ünï 文档$/m);

  document(await run(home, ["tag", "add", added.link_id, "読む", "--json"]), "link.tag");
  document(await run(home, ["tag", "rename", "work", "play", "--json"]), "tag.rename");
  assert.equal((await run(home, ["tag", "list"])).out, "play/db  1\n読む     1\n");
  document(await run(home, ["tag", "remove", added.link_id, "読む", "--json"]), "link.tag");
  document(await run(home, ["tag", "move", "play/db", "", "--json"]), "tag.move");
  assert.deepEqual(
    document(await run(home, ["tag", "list", "--json"]), "tag.list").items.map(
      (tag: { path: string }) => tag.path,
    ),
    ["db"],
  );
  const noted = document(await run(home, ["note", added.link_id, "later", "--json"]), "link.edit");
  assert.equal(noted.items[0].note, "later");

  const exported = await run(home, ["export", added.link_id, "--format", "html", "-o", "out/", "--json"]);
  assert.equal(exported.code, 0, exported.err);
  const [file] = readdirSync(join(home.folder, "out"));
  assert.match(file ?? "", /^Ünï 文档 \d{4}-\d\d-\d\d [0-9a-f]{8}\.html$/);
  const text = readFileSync(join(home.folder, "out", file ?? ""), "utf8");
  assert.match(text, /全文検索/);
  assert.match(text, /rgb\(1,2,3\)/);
  assert.doesNotMatch(text, /alert\(1\)/);

  document(await run(home, ["stats", "--json"]), "library.stats");
  assert.equal(document(await run(home, ["verify", "--deep", "--json"]), "library.verify").ok, true);
  document(await run(home, ["job", "show", added.job_id, "--json"]), "job.show");
  assert.equal(document(await run(home, ["job", "list", "--json"]), "job.list").items[0].state, "done");
});

test("what is removed is in the trash until it is restored", async () => {
  using home = new Home();
  const { link_id } = await withPage(home);
  assert.deepEqual(document(await run(home, ["remove", link_id, "--json"]), "item.remove").ids, [link_id]);
  assert.deepEqual(document(await run(home, ["remove", link_id, "--json"]), "item.remove").ids, []);
  assert.equal(document(await run(home, ["list", "--json"]), "link.list").total, 0);
  assert.equal(document(await run(home, ["list", "--trashed", "--json"]), "link.list").items[0].id, link_id);
  assert.deepEqual(document(await run(home, ["restore", link_id, "--json"]), "item.restore").ids, [link_id]);
  assert.equal(document(await run(home, ["list", "--json"]), "link.list").total, 1);
});

test("add of several URLs tells each one's fate, and one that fails makes the exit code 1", async () => {
  using home = new Home();
  const ran = await run(home, [
    "add",
    site.url("/page"),
    site.url("/gone"),
    site.url("/second"),
    "--allow-host",
    site.host,
    "--json",
  ]);
  assert.equal(ran.code, 1);
  const items = document(ran).items;
  assert.deepEqual(
    items.map((item: { state: string }) => item.state),
    ["done", "failed", "done"],
  );
  assert.equal(items[1].error.code, "http_status");
  assert.equal(items[1].snapshot_id, null);
  assert.match(ran.err, /404/);
  assert.match(ran.err, /kept: the link/);
});

test("a private address is not fetched, and nothing reaches it, unless it is named", async () => {
  using home = new Home();
  const before = site.requests.length;
  const refused = await run(home, ["add", site.url("/second"), "--json"]);
  assert.equal(refused.code, 1);
  assert.equal(document(refused).items[0].error.code, "private_address");
  assert.equal(site.requests.length, before);
  assert.equal((await run(home, ["config", "set", "allowed_hosts", site.host])).code, 0);
  // The worker that refused reads the settings when it starts; a new one must not find it still there.
  const other = { KEEPLEAF_LIBRARY: join(home.folder, "other") };
  assert.equal((await run(home, ["add", site.url("/second")], other)).code, 0);
});

test("open --print writes a file that only its owner can read", async () => {
  using home = new Home();
  const { link_id } = await withPage(home);
  const opened = await run(home, ["open", link_id, "--print"], { XDG_RUNTIME_DIR: join(home.folder, "run") });
  assert.equal(opened.code, 0, opened.err);
  const path = opened.out.trim();
  assert.ok(path.startsWith(join(home.folder, "run/keepleaf/open/")));
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.match(readFileSync(path, "utf8"), /全文検索/);
});

test("open hands the file to xdg-open", async () => {
  using home = new Home();
  const { link_id } = await withPage(home);
  const told = join(home.folder, "told");
  mkdirSync(join(home.folder, "bin"));
  const fake = join(home.folder, "bin/xdg-open");
  writeFileSync(fake, `#!/bin/sh\nprintf %s "$1" >"${told}.part" && mv "${told}.part" "${told}"\n`);
  chmodSync(fake, 0o755);
  const opened = await run(home, ["open", link_id], { PATH: `${home.folder}/bin:/usr/bin:/bin` });
  assert.equal(opened.code, 0, opened.err);
  while (!existsSync(told)) await new Promise((next) => setTimeout(next, 10));
  assert.equal(readFileSync(told, "utf8"), opened.out.trim());
  const none = await run(home, ["open", link_id], { PATH: join(home.folder, "empty") });
  assert.equal(none.code, 1);
  assert.match(none.err, /no xdg-open[\s\S]*kept: the page is in/);
});

test("the library is --library, the environment, config.json or the default, in that order", async () => {
  using home = new Home();
  const bare = { KEEPLEAF_LIBRARY: undefined };
  const made = (path: string) => existsSync(join(home.folder, path, "library.db"));
  await run(home, ["list"], bare);
  assert.ok(made("data/keepleaf/library"));
  await run(home, ["config", "set", "library", "from config"], bare);
  await run(home, ["list"], bare);
  assert.ok(made("from config"));
  await run(home, ["list"], { KEEPLEAF_LIBRARY: join(home.folder, "from env") });
  assert.ok(made("from env"));
  await run(home, ["list", "--library", "from flag"]);
  assert.ok(made("from flag"));
});

test("config refuses what it does not know, and shows what it has", async () => {
  using home = new Home();
  assert.equal((await run(home, ["config", "set", "allowed_hosts", "a:1", "b"])).out, "a:1\nb\n");
  assert.deepEqual(document(await run(home, ["config", "get", "allowed_hosts", "--json"])), {
    key: "allowed_hosts",
    value: ["a:1", "b"],
  });
  const listed = document(await run(home, ["config", "list", "--json"]));
  assert.equal(listed.items.length, 9);
  for (const args of [
    ["set", "color", "green"],
    ["get", "color"],
    ["set", "allowed_hosts", "http://x/"],
    ["set", "extra_gecko_ids", "x"],
    ["set", "browser", "chromium"],
    ["set", "browser_account", "root"],
  ]) {
    const refused = await run(home, ["config", ...args]);
    assert.equal(refused.code, 1, args.join(" "));
    assert.notEqual(refused.err, "");
  }
  assert.equal((await run(home, ["config", "unset", "allowed_hosts"])).code, 0);
  assert.ok(!existsSync(join(home.folder, "config/keepleaf/config.json")));
  writeFileSync(join(home.folder, "config/keepleaf/config.json"), '{"colour":1}');
  const broken = await run(home, ["config", "list", "--json"]);
  assert.equal(broken.code, 1);
  assert.equal(document(broken).error.code, "not_found");
});

test("wrong usage leaves with 2, words on stderr and nothing on stdout", async () => {
  using home = new Home();
  for (const args of [
    [],
    ["nonsense"],
    ["list", "--limit", "x"],
    ["export", "--format", "html", "-o", "x"],
    ["add"],
  ]) {
    const ran = await run(home, args);
    assert.deepEqual([ran.code, ran.out], [2, ""], args.join(" "));
    assert.match(ran.err, /^keepleaf: /);
  }
  assert.ok(!existsSync(home.library));
});

test("a failure is one document on stdout with --json, and words on stderr", async () => {
  using home = new Home();
  const unknown = "01a2021a-acd2-70dd-b1cf-0f228b438288";
  for (const [args, code] of [
    [["show", unknown], "not_found"],
    [["note", unknown, "x"], "not_found"],
    [["remove", unknown], "not_found"],
    [["tag", "rename", "a", "b"], "not_found"],
    [["open", unknown], "not_found"],
    [["job", "cancel", unknown], "not_found"],
    [["show", "17"], "bad_request"],
    [["search", "("], "bad_request"],
  ] as [string[], string][]) {
    const ran = await run(home, [...args, "--json"]);
    assert.equal(ran.code, 1, args.join(" "));
    assert.equal(document(ran).error.code, code, args.join(" "));
    assert.match(ran.err, /^keepleaf: ./);
  }
});

test("a library from a newer Keepleaf, a corrupt one and a file in its place are refused and left alone", async () => {
  using home = new Home();
  await run(home, ["list"]);
  const database = join(home.library, "library.db");
  writeFileSync(database, "this is no database, whatever its name says; ".repeat(200));
  const before = readFileSync(database);
  const ran = await run(home, ["list", "--json"]);
  assert.equal(ran.code, 1);
  assert.equal(document(ran).error.code, "corrupt");
  assert.deepEqual(readFileSync(database), before);
  writeFileSync(join(home.folder, "plain"), "x");
  const file = await run(home, ["--library", "plain", "list"]);
  assert.equal(file.code, 1);
  assert.notEqual(file.err, "");
});

test("help lists the commands that are there, and no others", async () => {
  using home = new Home();
  const { out, code } = await run(home, ["--help"]);
  assert.equal(code, 0);
  for (const word of [
    "add",
    "list",
    "search",
    "show",
    "open",
    "tag",
    "note",
    "remove",
    "restore",
    "trash",
    "export",
    "import",
    "job",
    "stats",
    "verify",
    "config",
    "browser",
    "worker",
    "host",
  ]) {
    assert.match(out, new RegExp(`^ {2}${word} `, "m"));
    assert.equal((await run(home, [word, "--help"])).code, 0);
  }
  for (const later of ["diff", "rule", "repair", "gc", "backup", "serve", "sync", "server"]) {
    assert.doesNotMatch(out, new RegExp(`^ {2}${later} `, "m"));
  }
});
