// `keepleaf add` with the headless browser of this machine, seen from outside: what runs, as whom, and what is left.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import test from "node:test";
import { document, run, Site } from "./support/cli.ts";
import { Home } from "./support/host.ts";

interface Process {
  pid: number;
  words: string[];
  user: number;
  worker: number;
}

/** Browsers of workers, by the profile that names who started them. */
function browsers(): Process[] {
  const found: Process[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      const worker = words.map((word) => /keepleaf-browser-(\d+)-/.exec(word)?.[1]).find(Boolean);
      const user = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1];
      if (worker) found.push({ pid: Number(name), words, user: Number(user), worker: Number(worker) });
    } catch {
      // ended meanwhile
    }
  }
  return found;
}

function workerOf(home: Home): number | undefined {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return words.includes("worker") && words.includes(home.library);
    } catch {
      return false;
    }
  });
  return found === undefined ? undefined : Number(found);
}

async function until(what: string, done: () => boolean): Promise<void> {
  for (let waited = 0; !done(); waited += 100) {
    assert.ok(waited < 30_000, what);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const page = (words: string) => ({
  type: "text/html",
  body: `<!doctype html><title>T</title><p id="p"></p><script>document.getElementById("p").textContent="${words}"</script>`,
});

test("auto renders the page; the browser is sandboxed, nobody's but the worker's, and goes with it", async () => {
  using home = new Home();
  using site = await new Site().start();
  site.pages.set("/made", page("made by script"));
  const added = document(await run(home, ["add", "--json", "--allow-host", site.host, site.url("/made")]));
  assert.equal(added.items[0].state, "done", JSON.stringify(added));
  const shown = document(await run(home, ["show", "--json", added.items[0].snapshot_id]));
  assert.equal(shown.engine, "browser");
  const out = await run(home, ["search", "--json", "made by script"]);
  assert.equal(document(out).total, 1);

  const worker = workerOf(home);
  assert.ok(worker);
  const mine = browsers().filter((one) => one.worker === worker);
  assert.ok(mine.length > 1, "the browser stays warm");
  for (const { words, user } of mine) {
    assert.ok(!words.includes("--no-sandbox"));
    assert.ok(!words.some((word) => word.startsWith("--remote-debugging-port")));
    if (process.getuid?.() === 0) assert.notEqual(user, 0, "as root it runs as somebody else");
  }
  // In a network of its own, where this machine allows it: then it is another than ours.
  const top = mine.find(({ words }) => words.some((word) => word === "--remote-debugging-pipe"));
  assert.ok(top);
  const network = readlinkSync(`/proc/${top.pid}/ns/net`);
  if (process.getuid?.() === 0) assert.notEqual(network, readlinkSync("/proc/self/ns/net"));

  process.kill(worker, "SIGKILL");
  await until("the browser of a dead worker ends", () => !browsers().some((one) => one.worker === worker));
  // The next worker clears away what the dead one could not.
  site.pages.set("/next", page("next"));
  const next = document(await run(home, ["add", "--json", "--allow-host", site.host, site.url("/next")]));
  assert.equal(next.items[0].state, "done");
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith(`keepleaf-browser-${worker}-`));
  assert.deepEqual(left, []);
  const second = workerOf(home);
  if (second) process.kill(second, "SIGTERM");
  await until("a worker that is told to leave takes its browser along", () =>
    [...browsers()].every((one) => one.worker !== second),
  );
  await until(
    "and its profile",
    () => !readdirSync(tmpdir()).some((name) => name.startsWith(`keepleaf-browser-${second}-`)),
  );
});

test('without a browser auto fetches, and "browser" says what is missing', async () => {
  using home = new Home();
  using site = await new Site().start();
  site.pages.set("/", page("unseen"));
  assert.equal((await run(home, ["config", "set", "browser", "/nonexistent/chromium"])).code, 0);
  const url = site.url("/");
  const fetched = document(await run(home, ["add", "--json", "--allow-host", site.host, url]));
  assert.equal(fetched.items[0].state, "done");
  assert.equal(document(await run(home, ["show", "--json", fetched.items[0].snapshot_id])).engine, "fetch");
  const refused = await run(home, ["add", "--json", "--engine", "browser", "--allow-host", site.host, url]);
  assert.equal(refused.code, 1);
  const { error } = document(refused).items[0];
  assert.equal(error.code, "unsupported");
  assert.match(error.message, /nonexistent\/chromium/);
  assert.match(error.message + error.next, /config set browser/);
});

test("a browser that dies in the middle costs a try, not the page", async () => {
  using home = new Home();
  using site = await new Site().start();
  site.pages.set("/", { type: "text/html", body: '<p>kept<script>fetch("/slow")</script>' });
  let killed = false;
  site.onRequest = (path) => {
    if (path !== "/slow") return;
    if (killed) return;
    killed = true;
    const worker = workerOf(home);
    for (const { pid, worker: owner, words } of browsers())
      if (owner === worker && words.some((word) => word === "--remote-debugging-pipe"))
        process.kill(pid, "SIGKILL");
  };
  const added = document(
    await run(home, ["add", "--json", "--engine", "browser", "--allow-host", site.host, site.url("/")]),
  );
  assert.ok(killed);
  assert.equal(added.items[0].state, "done", JSON.stringify(added));
});
