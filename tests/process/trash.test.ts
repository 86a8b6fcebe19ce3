// The trash at the command line: it is listed and emptied; killed at any moment it leaves all or nothing; and afterwards
// no file of the library holds anything of what was destroyed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { document, fetchPlainly, run, Site } from "./support/cli.ts";
import { Home, program } from "./support/host.ts";
import { bytesOf, randomFrom, seed } from "./support/random.ts";

const site = await new Site().start();
after(() => site[Symbol.dispose]());
const html = "text/html; charset=utf-8";
const random = randomFrom(seed);
// What a page is recognised by: a word that its address, title, text, note and tag have, and a picture's bytes.
const word = "canaryqx";
const picture = bytesOf(900_000, random);
for (let n = 0; n < 4; ++n) {
  const image = `/${word}${n}.png`;
  site.pages.set(`/${word}${n}`, {
    type: html,
    body: `<!doctype html><title>${word}${n} title</title><p>${word}${n} text<img src=${image}>`,
  });
  site.pages.set(image, { type: "image/png", body: Buffer.concat([Buffer.from([n]), picture]) });
}
site.pages.set("/kept", { type: html, body: "<!doctype html><title>Kept</title><p>these words stay" });

interface Added {
  link_id: string;
  snapshot_id: string;
}

async function add(home: Home, ...paths: string[]): Promise<Added[]> {
  const urls = paths.map((path) => site.url(path));
  const more = paths.some((path) => path.includes(word))
    ? ["--tag", `${word}tag`, "--note", `${word}note`]
    : [];
  const ran = await run(home, ["add", ...urls, "--allow-host", site.host, ...more, "--json"]);
  assert.equal(ran.code, 0, ran.err);
  return document(ran).items;
}

function tracesIn(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    for (const trace of [Buffer.from(word.slice(1)), picture.subarray(5_000, 5_024), picture.subarray(-24)]) {
      if (bytes.includes(trace)) found.push(`${entry.name}: ${trace.toString("latin1")}`);
    }
  }
  return found;
}

async function mustBeWhole(home: Home): Promise<void> {
  const ran = await run(home, ["verify", "--deep", "--json"]);
  assert.equal(ran.code, 0, ran.out);
  assert.deepEqual(document(ran, "library.verify").findings, []);
}

test("what is in the trash is listed, and destroyed when that is asked for", async () => {
  using home = new Home();
  await fetchPlainly(home);
  const [first, second] = await add(home, `/${word}0`, `/${word}1`);
  const [kept] = await add(home, "/kept");
  assert.ok(first && second && kept);
  const none = await run(home, ["trash", "list"]);
  assert.deepEqual([none.code, none.out, none.err], [0, "", "The trash is empty.\n"]);
  document(await run(home, ["remove", first.link_id, "--json"]), "item.remove");
  document(await run(home, ["remove", second.snapshot_id, "--json"]), "item.remove");

  const list = document(await run(home, ["trash", "list", "--json"]), "trash.list");
  assert.equal(list.total, 2);
  assert.deepEqual(
    list.items.map(({ kind, id }: { kind: string; id: string }) => [kind, id]),
    [
      ["link", second.link_id],
      ["link", first.link_id],
    ],
  );
  assert.equal(Date.parse(list.items[0].ends_at) - Date.parse(list.items[0].trashed_at), 30 * 86_400_000);
  assert.match(
    (await run(home, ["trash", "list"])).out,
    new RegExp(`^${word}1 title\n.*\n  ${second.link_id}  link, 1 snapshot, `),
  );

  const refused = await run(home, ["trash", "empty", first.link_id, kept.link_id]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /not in the trash[\s\S]*kept: Nothing was changed/);

  const one = document(await run(home, ["trash", "empty", first.link_id, "--json"]), "trash.empty");
  assert.deepEqual(one, { links: 1, snapshots: 1, wiped: true });
  assert.equal((await run(home, ["show", first.link_id])).code, 1);
  assert.equal((await run(home, ["trash", "empty"])).out, "destroyed 1 link, 1 snapshot\n");
  assert.equal((await run(home, ["trash", "empty"])).out, "The trash was empty.\n");
  assert.deepEqual(tracesIn(home.library), []);
  assert.equal(document(await run(home, ["search", "stay", "--json"])).total, 1);
  await mustBeWhole(home);
});

test("how many days something stays in the trash is the library's own setting", async () => {
  using home = new Home();
  await fetchPlainly(home);
  const all = document(await run(home, ["config", "list", "--json"])).items;
  assert.deepEqual(all.at(-1), { ...all.at(-1), key: "trash_days", value: 30, of: "library" });
  assert.deepEqual(document(await run(home, ["config", "set", "trash_days", "7", "--json"])), {
    key: "trash_days",
    value: 7,
  });
  assert.equal(
    (await run(home, ["config", "get", "trash_days"], { XDG_CONFIG_HOME: "/nowhere" })).out,
    "7\n",
  );
  const [page] = await add(home, "/kept");
  await run(home, ["remove", page?.link_id ?? ""]);
  const [item] = document(await run(home, ["trash", "list", "--json"]), "trash.list").items;
  assert.equal(Date.parse(item.ends_at) - Date.parse(item.trashed_at), 7 * 86_400_000);
  for (const wrong of [["-1"], ["36501"], ["seven"], ["1", "2"]]) {
    const ran = await run(home, ["config", "set", "trash_days", "--", ...wrong]);
    assert.notEqual(ran.code, 0, wrong.join());
    assert.notEqual(ran.err, "");
  }
  assert.equal((await run(home, ["config", "unset", "trash_days"])).out, "30\n");
});

const kills = Number(process.env.KEEPLEAF_KILLS ?? 4);

test("killed at any moment, emptying leaves all or nothing, and the next one leaves no trace", async () => {
  using home = new Home();
  await fetchPlainly(home);
  const outcomes = new Set<number>();
  // Until kills came on both sides of the moment at which everything vanishes.
  for (let kill = 0; kill < kills || (outcomes.size < 2 && kill < 60); ++kill) {
    const added = await add(home, ...Array.from({ length: 4 }, (_, n) => `/${word}${n}`));
    await run(home, ["remove", ...added.map(({ link_id }) => link_id)]);
    const emptying = spawn(program, ["trash", "empty"], { env: home.environment, stdio: "ignore" });
    const ended = new Promise((done) => emptying.on("exit", done));
    await pause(random() * 60);
    emptying.kill("SIGKILL");
    await ended;

    const told = `seed ${seed}, kill ${kill}`;
    await mustBeWhole(home);
    const { total } = document(await run(home, ["trash", "list", "--json"]), "trash.list");
    assert.ok(total === 0 || total === 4, `${told}: ${total} are left`);
    outcomes.add(total);
    document(await run(home, ["trash", "empty", "--json"]), "trash.empty");
    await mustBeWhole(home);
    assert.deepEqual(tracesIn(home.library), [], told);
  }
  assert.equal(outcomes.size, 2);
});

test("a program that verifies meanwhile finds no damage", async () => {
  using home = new Home();
  await fetchPlainly(home);
  await add(home, "/kept");
  let emptying = true;
  const verifying = (async () => {
    let rounds = 0;
    for (; emptying || rounds === 0; ++rounds) {
      const ran = await run(home, ["verify", "--deep", "--json"]);
      const { ok, findings } = document(ran, "library.verify");
      const damages = findings.filter(({ kind }: { kind: string }) => kind !== "object_orphan");
      assert.deepEqual([ok, damages], [true, []]);
    }
    return rounds;
  })();
  for (let round = 0; round < 3; ++round) {
    const added = await add(home, `/${word}0`, `/${word}1`);
    await run(home, ["remove", ...added.map(({ link_id }) => link_id)]);
    const ran = await run(home, ["trash", "empty", "--json"]);
    assert.equal(document(ran, "trash.empty").links, 2, ran.err);
  }
  emptying = false;
  assert.ok((await verifying) > 0);
  await run(home, ["trash", "empty"]);
  assert.deepEqual(tracesIn(home.library), []);
  await mustBeWhole(home);
});
