// What a capture costs in processor time until it is committed, by process, beside SingleFile's computation on the same pages. Time on the clock
// depends on what else a machine does; this hardly does. In Chromium:
//
//   npm run bench:cpu -- [--rounds 5] [--only REGEX] [--corpus DIR]
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { pause } from "../e2e/support/until.ts";
import { BenchBrowser } from "./versus/browser.ts";
import { clickToKept } from "./versus/contest.ts";
import { readCorpus } from "./versus/corpus.ts";
import { runPeer } from "./versus/peer.ts";
import { median } from "./versus/report.ts";
import { Web } from "./versus/web.ts";

const { values: args } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    only: { type: "string", default: "^(python/library/a|handbook-zh/sect.i|reference-ja/ch02)" },
    corpus: { type: "string" },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);
const corpus = await readCorpus(args.corpus);
const pages = corpus.pages.filter(({ name }) => new RegExp(String(args.only)).test(name));
const web = await Web.start(corpus);
try {
  for (const pageCapture of [false, true]) {
    const browser = await BenchBrowser.start("chromium", { proxyPort: web.proxyPort, pageCapture });
    try {
      for (const { name, address } of pages) {
        const own = pageCapture ? "Keepleaf, page capture" : "Keepleaf";
        await measure(own, name, address, browser, async () => {
          const { job, clicked } = await clickToKept(browser, false);
          if (!job?.keptAt) throw new Error(`${name}: ${job?.stage} ${job?.failure ?? ""}`);
          return job.keptAt - clicked;
        });
        if (pageCapture) continue;
        await measure("SingleFile", name, address, browser, async () => (await runPeer(browser, false)).ms);
      }
    } finally {
      await browser.stop();
    }
  }
} finally {
  await web.stop();
}

async function measure(
  who: string,
  name: string,
  address: string,
  browser: BenchBrowser,
  capture: () => Promise<number>,
): Promise<void> {
  const spent = new Map<string, number[]>();
  const [times, requests]: [number[], number[]] = [[], []];
  for (let round = 0; round < Number(args.rounds); round++) {
    await browser.show(web.address(address, `${who}-${round}`));
    await pause(700);
    const before = await browser.processorTimes();
    const asked = web.requests;
    times.push(await capture());
    requests.push(web.requests - asked);
    for (const [kind, until] of await browser.processorTimes()) {
      spent.set(kind, [...(spent.get(kind) ?? []), Math.max(0, until - (before.get(kind) ?? 0))]);
    }
  }
  const each = [...spent]
    .map(([kind, times]) => [kind, median(times)] as const)
    .filter(([, time]) => time >= 1);
  const total = each.reduce((sum, [, time]) => sum + time, 0);
  const [load = 0] = loadavg();
  say(
    `${name.padEnd(40)} ${who.padEnd(22)} ${total.toFixed(0).padStart(6)} ms of processor, ` +
      `${median(requests)} requests, ` +
      `${median(times).toFixed(0)} ms on the clock at load ${load.toFixed(1)}: ` +
      each.map(([kind, time]) => `${kind} ${time.toFixed(0)}`).join(", "),
  );
}
