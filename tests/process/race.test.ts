// Several programs use one library at the same moment, from before it exists: what each is told must be true, and the
// library must hold all of it. Every round is a race of its own; KEEPLEAF_ROUNDS and KEEPLEAF_SEED set how many there
// are and in which order and at which moments the programs start.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { document, type Ran, run, Site } from "./support/cli.ts";
import { captureId, capturePage, Home, Host, program } from "./support/host.ts";
import { randomFrom, seed } from "./support/random.ts";

const rounds = Number(process.env.KEEPLEAF_ROUNDS ?? 8);
const site = await new Site().start();
after(() => site[Symbol.dispose]());
for (const name of ["first", "second", "third"]) {
  const body = `<!doctype html><title>${name}</title><p>the ${name}words of this page ${"filler ".repeat(200)}`;
  site.pages.set(`/${name}`, { type: "text/html; charset=utf-8", body });
}
const seen = "https://example.org/seen";

type Random = () => number;
type Racer = (home: Home) => Promise<unknown>;

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = items.map((item) => ({ item, at: random() }));
  return order.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

function well(ran: Ran): Ran {
  assert.equal(ran.code, 0, ran.err + ran.out);
  assert.equal(ran.err, "");
  return ran;
}

const command =
  (...args: string[]): Racer =>
  async (home) =>
    document(well(await run(home, [...args, "--json"])));

// Waits for its snapshot, which the one worker takes, whoever started it.
const adds =
  (path: string, ...more: string[]): Racer =>
  async (home) => {
    const ran = await run(home, [
      "add",
      site.url(path),
      "--allow-host",
      site.host,
      "--tag",
      "from/race",
      "--json",
      ...more,
    ]);
    const [item] = document(well(ran)).items;
    assert.equal(item.error, null);
    assert.equal(item.state, more.includes("--no-wait") ? "queued" : "done");
  };

const captures: Racer = async (home) => {
  const host = new Host(home);
  const hello = await host.hello();
  assert.equal(hello.library.error, undefined);
  const bytes = Buffer.from("<!doctype html><title>seen</title><p>the seenwords of a tab");
  await capturePage(host, captureId(), seen, [{ bytes, role: "document", mediaType: "text/html" }]);
  assert.equal((await host.close()).code, 0);
  return hello.library.id;
};

const verifies: Racer = async (home) => {
  const told = document(well(await run(home, ["verify", "--deep", "--json"])), "library.verify");
  assert.deepEqual(
    [told.ok, told.findings.filter((one: { kind: string }) => one.kind !== "object_orphan")],
    [true, []],
  );
};

// Ended at any moment, in the middle of making the library as well: the others must not notice.
const killed =
  (random: Random): Racer =>
  async (home) => {
    const child = spawn(program, ["list"], { env: home.environment, stdio: "ignore" });
    home.processes.push(child);
    const ended = new Promise((done) => child.on("exit", done));
    await pause(Math.floor(random() * 25));
    child.kill("SIGKILL");
    await ended;
  };

async function race(home: Home, racers: readonly Racer[], random: Random): Promise<unknown[]> {
  const results = await Promise.allSettled(
    shuffled(racers, random).map(async (racer) => {
      const wait = Math.floor(random() * 30);
      if (wait > 3) await pause(wait);
      return racer(home);
    }),
  );
  const failures = results.flatMap((one) => (one.status === "rejected" ? [one.reason as Error] : []));
  if (failures.length > 0) throw new AggregateError(failures, failures.map((one) => one.message).join("\n"));
  return results.map((one) => (one as PromiseFulfilledResult<unknown>).value);
}

async function finished(home: Home): Promise<{ state: string; error?: unknown }[]> {
  for (;;) {
    const jobs = document(well(await run(home, ["job", "list", "--json"])), "job.list").items;
    if (jobs.every((job: { state: string }) => job.state !== "queued" && job.state !== "running"))
      return jobs;
    await pause(50);
  }
}

for (let round = 0; round < rounds; ++round) {
  test(`round ${round} of seed ${seed}: a new library that many programs open at once`, {
    timeout: 120_000,
  }, async () => {
    const random = randomFrom(seed + round);
    using home = new Home();
    const results = await race(
      home,
      [
        adds("/first"),
        adds("/first"),
        adds("/second"),
        adds("/third", "--no-wait"),
        captures,
        captures,
        command("list"),
        command("stats"),
        command("tag", "list"),
        command("search", "words"),
        verifies,
        command("worker", "--idle", "0"),
        killed(random),
        killed(random),
      ],
      random,
    );
    const ids = new Set(results.filter((one) => typeof one === "string"));
    assert.equal(ids.size, 1, "both hosts opened the same library");

    const jobs = await finished(home);
    assert.deepEqual(
      jobs.map((job) => job.state),
      ["done", "done", "done", "done"],
      JSON.stringify(jobs),
    );
    const list = document(await run(home, ["list", "--json"]), "link.list");
    const counts = new Map<string, number>(
      list.items.map((item: { url: string; snapshot_count: number }) => [item.url, item.snapshot_count]),
    );
    assert.deepEqual(
      counts,
      new Map([...counts.keys()].map((url) => [url, url === seen || url === site.url("/first") ? 2 : 1])),
    );
    assert.deepEqual(
      new Set(counts.keys()),
      new Set([seen, site.url("/first"), site.url("/second"), site.url("/third")]),
    );
    for (const name of ["first", "second", "third", "seen"]) {
      const found = document(await run(home, ["search", `${name}words`, "--json"]), "link.search");
      assert.equal(found.total, 1, name);
    }
    const tags = document(await run(home, ["tag", "list", "--json"]), "tag.list");
    assert.deepEqual(
      tags.items.map((tag: { path: string; links: number }) => [tag.path, tag.links]),
      [["from/race", 3]],
    );
    await verifies(home);
  });
}

test("settings that several programs change at once are all changed", async () => {
  for (let round = 0; round < rounds; ++round) {
    const random = randomFrom(seed + round);
    using home = new Home();
    const wanted: [string, string | string[]][] = [
      ["library", join(home.folder, "elsewhere")],
      ["allowed_hosts", ["one.test"]],
      ["extra_chromium_ids", ["a".repeat(32)]],
      ["extra_gecko_ids", ["other@keepleaf.org"]],
    ];
    await race(
      home,
      wanted.map(([key, value]) => command("config", "set", key, ...[value].flat())),
      random,
    );
    for (const [key, value] of wanted) {
      const told = document(well(await run(home, ["config", "get", key, "--json"])));
      assert.deepEqual(told.value, value, `round ${round}: ${key}`);
    }
  }
});

test("what several installations at once have written is all removed again", async () => {
  for (let round = 0; round < rounds; ++round) {
    const random = randomFrom(seed + round);
    using home = new Home();
    const folders = ["a", "b", "c"].map((name) => join(home.folder, "browsers", name));
    await race(
      home,
      folders.map((folder) => command("browser", "install", "--dir", folder, "--family", "chromium")),
      random,
    );
    const manifests = folders.map((folder) => join(folder, "org.keepleaf.host.json"));
    for (const manifest of manifests) assert.ok(existsSync(manifest), manifest);
    await command("browser", "uninstall")(home);
    for (const manifest of manifests)
      assert.ok(!existsSync(manifest), `round ${round}: ${manifest} was forgotten`);
    assert.ok(
      !existsSync(home.environment.XDG_STATE_HOME as string),
      "folders that were made for it are gone as well",
    );
  }
});
