// The queue as it is lived with: a worker that is killed again and again over a site that misbehaves, jobs that are
// cancelled and tried again, schedules that are run, and progress that only a terminal sees.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { document, fetchPlainly, run, Site } from "./support/cli.ts";
import { Home, program } from "./support/host.ts";
import { randomFrom, seed } from "./support/random.ts";

const html = "text/html; charset=utf-8";
const site = await new Site().start();
after(() => site[Symbol.dispose]());

// Every page answers badly in its own way, the first times; some always do.
const asked = new Map<string, number>();
const misbehaving = createServer((request: IncomingMessage, response: ServerResponse) => {
  const path = request.url ?? "";
  const times = (asked.get(path) ?? 0) + 1;
  asked.set(path, times);
  const number = Number(/\d+/.exec(path)?.[0] ?? 0);
  const page = () => {
    response.writeHead(200, { "content-type": html });
    response.end(
      `<!doctype html><title>Page ${number}</title><img src="/image.png?${number}"><p>words ${number}`,
    );
  };
  if (path.startsWith("/image")) {
    response.writeHead(200, { "content-type": "image/png" });
    response.write("some");
    setTimeout(() => response.end("more"), 30);
  } else if (number % 6 === 0) {
    response.writeHead(404, { "content-type": html });
    response.end("nothing here");
  } else if (number % 6 === 1 && times === 1) {
    response.writeHead(503, { "retry-after": "0" });
    response.end();
  } else if (number % 6 === 2 && times === 1) {
    response.socket?.resetAndDestroy();
  } else if (number % 6 === 3) {
    setTimeout(page, 120);
  } else if (number % 6 === 4 && times === 1) {
    response.writeHead(200, { "content-type": html, "content-length": "5000" });
    response.write("<title>cut off");
    setTimeout(() => response.socket?.destroy(), 20);
  } else {
    page();
  }
});
await new Promise<void>((ready) => misbehaving.listen(0, "127.0.0.1", ready));
const badHost = `127.0.0.1:${(misbehaving.address() as AddressInfo).port}`;
after(() => {
  misbehaving.close();
  misbehaving.closeAllConnections();
});

async function prepared(home: Home): Promise<void> {
  for (const set of [["allowed_hosts", site.host, badHost]]) {
    const ran = await run(home, ["config", "set", ...set]);
    assert.equal(ran.code, 0, ran.err);
  }
  await fetchPlainly(home);
}

/** Runs a worker until it leaves; at once when another runs. */
function worker(home: Home): Promise<number | null> {
  const child = spawn(program, ["worker", "--idle", "0"], { env: home.environment, stdio: "ignore" });
  home.processes.push(child);
  return new Promise((ended) => child.on("exit", ended));
}

/** The workers of this home, whoever started them: `add` starts one as well. */
function workersOf(home: Home): number[] {
  const read = (pid: string, name: string) => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, "utf8").split("\0");
    } catch {
      return []; // it has ended meanwhile
    }
  };
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => read(pid, "cmdline").includes("worker"))
    .filter((pid) => read(pid, "environ").includes(`HOME=${home.folder}`))
    .map(Number);
}

async function killWorkers(home: Home, after: number): Promise<number> {
  void worker(home);
  await new Promise((wake) => setTimeout(wake, after));
  const pids = workersOf(home);
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // it left by itself
    }
  }
  return pids.length;
}

const kills = Math.max(6, Number(process.env.KEEPLEAF_KILLS ?? 6));

test("killed again and again, the worker loses no link and keeps none twice", async () => {
  using home = new Home();
  await prepared(home);
  const urls = Array.from({ length: 36 }, (_, index) => `http://${badHost}/page-${index}`);
  const filed = await run(home, ["add", ...urls, "--no-wait", "--json"]);
  assert.equal(filed.code, 0, filed.err);
  const random = randomFrom(seed);
  let killed = 0;
  for (let round = 0; round < kills; round++)
    killed += await killWorkers(home, 40 + Math.floor(random() * 250));
  assert.ok(killed >= 3, `${killed} workers were killed while they worked`);
  for (let left = 1; left > 0; ) {
    await worker(home);
    const { counts } = document(await run(home, ["job", "list", "--json"]), "job.list");
    left = counts.queued + counts.running;
  }
  const links = document(await run(home, ["list", "--limit", "200", "--json"]), "link.list").items;
  assert.equal(links.length, urls.length);
  for (const link of links) {
    const number = Number(/\d+$/.exec(link.url)?.[0]);
    if (number % 6 === 0) {
      assert.equal(link.snapshot_count, 0, link.url);
      assert.match(link.job.error.message, /404 Not Found/);
      assert.equal(link.condition.state, "gone");
    } else if (link.snapshot_count === 0) {
      // Its tries were used up by workers that died: then it says why, and may be tried again.
      assert.equal(link.job.state, "failed", link.url);
      assert.ok(link.job.error.message, link.url);
    } else {
      assert.equal(link.snapshot_count, 1, link.url);
      assert.equal(link.job, undefined, link.url);
    }
  }
  assert.ok(links.filter((link: { snapshot_count: number }) => link.snapshot_count === 1).length >= 20);
  assert.equal(document(await run(home, ["verify", "--deep", "--json"]), "library.verify").ok, true);

  // What failed is tried again when a person says so, and what is there by then is kept.
  const again = document(await run(home, ["job", "retry", "--failed", "--json"]), "job.retry_failed");
  assert.ok(again.jobs >= 6);
  await worker(home);
  const broken = document(await run(home, ["search", "is:broken", "--json"]), "link.search");
  assert.equal(broken.total, 6);
  assert.match((await run(home, ["show", broken.items[0].id])).out, /gone: the server answers 404/);
  assert.match(
    (await run(home, ["show", broken.items[0].id])).out,
    /https:\/\/web\.archive\.org\/web\/http:\/\/127/,
  );
});

test("jobs are cancelled one by one or all, and tried again", async () => {
  using home = new Home();
  await run(home, ["config", "set", "host_pause_ms", "0"]); // and nothing is allowed: nobody fetches
  site.pages.set("/a", { type: html, body: "<title>A</title>a" });
  const [first] = document(await run(home, ["add", site.url("/a"), "--json"])).items;
  assert.equal(first.error.code, "private_address");
  const retried = await run(home, ["job", "retry", first.job_id]);
  assert.equal(retried.code, 0, retried.err);
  const nothing = await run(home, ["job", "retry", "00000000-0000-7000-8000-000000000000", "--json"]);
  assert.equal(nothing.code, 1);
  assert.equal(JSON.parse(nothing.out).error.code, "not_found");
  assert.equal((await run(home, ["job", "retry"])).code, 2);
  assert.equal((await run(home, ["job", "cancel", first.job_id, "--all"])).code, 2);
  const all = document(await run(home, ["job", "cancel", "--all", "--json"]), "job.cancel_all");
  assert.equal(typeof all.jobs, "number");
  const listed = await run(home, ["job", "list", "--state", "queued", "--json"]);
  assert.deepEqual(document(listed, "job.list").items, []);
});

test("a schedule looks again: unchanged makes no snapshot, another text does", async () => {
  using home = new Home();
  await prepared(home);
  site.pages.set("/daily", { type: html, body: "<title>Daily</title><p>the words of today" });
  const [link] = document(await run(home, ["add", site.url("/daily"), "--tag", "news", "--json"])).items;
  assert.equal(link.state, "done");
  const set = document(
    await run(home, ["schedule", "set", "--tag", "news", "--every", "daily", "--json"]),
    "schedule.set",
  );
  assert.equal(set.schedule.links, 1);
  assert.equal((await run(home, ["schedule", "set", link.link_id, "--every", "5m"])).code, 1);
  assert.equal(
    (await run(home, ["schedule", "set", link.link_id, "--tag", "news", "--every", "6h"])).code,
    2,
  );

  const look = async () => {
    document(await run(home, ["schedule", "run", "--all", "--json"]), "schedule.run");
    await worker(home);
    for (;;) {
      // The worker that `schedule run` started may be the one that does it.
      const { counts } = document(await run(home, ["job", "list", "--json"]), "job.list");
      if (counts.queued + counts.running === 0) break;
    }
    return document(await run(home, ["show", link.link_id, "--json"]), "link.show");
  };
  const unchanged = await look();
  assert.equal(unchanged.snapshots.length, 1);
  assert.equal(unchanged.checks[0].outcome, "unchanged");
  assert.equal(unchanged.schedule.every, "daily");
  site.pages.set("/daily", { type: html, body: "<title>Daily</title><p>the words of tomorrow" });
  const changed = await look();
  assert.equal(changed.snapshots.length, 2);
  assert.equal(changed.checks[0].outcome, "kept");
  // A person's own wish makes a version although nothing changed.
  document(await run(home, ["add", site.url("/daily"), "--json"]));
  assert.equal((await look()).snapshots.length, 3);
  assert.match((await run(home, ["show", link.link_id])).out, /looked at daily, as #news is/);
  assert.equal(document(await run(home, ["schedule", "clear", "--tag", "news", "--json"])).cleared, true);
  assert.equal(document(await run(home, ["schedule", "list", "--json"]), "schedule.list").total, 0);
});

test("the timer for times without a browser is printed, and written when asked for", async () => {
  using home = new Home();
  const printed = await run(home, ["schedule", "timer"]);
  assert.equal(printed.code, 0, printed.err);
  assert.match(printed.out, /ExecStart=".*keepleaf" --library ".*library with space ü" worker --idle 0/);
  assert.match(printed.out, /OnCalendar=/);
  assert.match(printed.out, /^\*\/15 \* \* \* \* '.*keepleaf' --library '.*' worker --idle 0/m);
  const written = document(await run(home, ["schedule", "timer", "--install", "--json"]));
  assert.ok(statSync(written.service.path).size > 0);
  assert.ok(statSync(written.timer.path).size > 0);
});

test("progress is for a terminal: one line a page and the counts; a pipe and --json see nothing of it", async () => {
  using home = new Home();
  await prepared(home);
  for (const name of ["p1", "p2"])
    site.pages.set(`/${name}`, { type: html, body: `<title>${name}</title>x` });
  const urls = [site.url("/p1"), site.url("/p2")];
  const piped = await run(home, ["add", ...urls]);
  assert.equal(piped.err, "");
  const json = await run(home, ["add", ...urls, "--json"]);
  assert.equal(json.err, "");
  // script(1) gives it a terminal, as a person's shell would.
  const seen = await new Promise<string>((done) => {
    const child = spawn("script", ["-qec", `'${program}' add ${urls.join(" ")}`, "/dev/null"], {
      env: { ...home.environment, TERM: "xterm" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    home.processes.push(child);
    let text = "";
    child.stdout.on("data", (piece) => {
      text += piece;
    });
    child.on("exit", () => done(text));
  });
  assert.match(seen, /2 of 2 done/);
  assert.match(seen, /\[[#.]{20}\] fetching http/);
});
