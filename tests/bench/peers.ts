// Keepleaf against SingleFile, side by side in the same browser on the same pages (docs/benchmarks.md):
//
//   npm run bench:peers -- [--browser firefox] [--corpus DIR] [--rounds 3] [--only REGEX] [--defaults N] [--out FILE] [--keep DIR]
//   npm run bench:peers -- --report FILE      what an earlier run wrote, also one that was ended early
//
// `--defaults N`: SingleFile's deliberate waits, some four seconds a page, on every N-th page only.
// From the click's arrival in the extension to the host's word that the snapshot survives power loss, against the time
// until SingleFile has its string in memory. `--keep DIR` leaves both copies of each page there, for comparing their looks.
import { execFileSync } from "node:child_process";
import { appendFile, mkdir, rm, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { crc32cHex } from "../../extension/src/protocol/crc32c.ts";
import { BenchBrowser, type BrowserName } from "./versus/browser.ts";
import { keepleafCapture, type Outcome, peerCapture } from "./versus/contest.ts";
import { type CorpusPage, readCorpus } from "./versus/corpus.ts";
import { type Contestant, type Row, readRows, report } from "./versus/report.ts";
import { Web } from "./versus/web.ts";

const { values: args } = parseArgs({
  options: {
    browser: { type: "string", default: "chromium" },
    corpus: { type: "string" },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    defaults: { type: "string", default: "1" },
    out: { type: "string" },
    keep: { type: "string" },
    report: { type: "string" },
  },
});
const name = args.browser as BrowserName;
const rounds = Number(args.rounds);
const say = (line: string) => process.stdout.write(`${line}\n`);

if (args.report) {
  say(report(name, await readRows(args.report)));
  process.exit();
}
const textOf = ({ name }: CorpusPage) => new TextEncoder().encode(name);

const corpus = await readCorpus(args.corpus);
const pages = corpus.pages.filter((page) => !args.only || new RegExp(args.only).test(page.name));
// Kinds mixed, in the same order each time: what the machine does meanwhile meets all of them.
const mixed = pages.toSorted((a, b) => crc32cHex(textOf(a)).localeCompare(crc32cHex(textOf(b))));
const rows: Row[] = mixed.map((page) => ({ page, runs: {} }));
const web = await Web.start(corpus);
const browsers: BenchBrowser[] = [];
const start = async (pageCapture: boolean): Promise<BenchBrowser> => {
  const browser = await BenchBrowser.start(name, { proxyPort: web.proxyPort, pageCapture });
  browsers.push(browser);
  return browser;
};
try {
  if (args.out) await rm(args.out, { force: true });
  if (args.keep) await mkdir(args.keep, { recursive: true });
  for (let round = 1; round <= rounds; round++) {
    // Each round begins with an empty library and an empty cache.
    const portable = await start(false);
    const withMhtml = name === "chromium" ? await start(true) : undefined;
    for (const [index, row] of rows.entries()) {
      const contestants: [Contestant, BenchBrowser, (browser: BenchBrowser) => Promise<Outcome>][] = [
        ["keepleaf", portable, (browser) => keepleafCapture(browser, web)],
        ["singlefile", portable, (browser) => peerCapture(browser, web, false)],
      ];
      if (withMhtml)
        contestants.push(["keepleaf+mhtml", withMhtml, (browser) => keepleafCapture(browser, web)]);
      if ((round + index) % 2 === 0) contestants.reverse();
      for (const [contestant, browser, run] of contestants) {
        await attempt(row, contestant, round, browser, async () => {
          await browser.show(web.address(row.page.address, `${round}-${contestant}`));
          return run(browser);
        });
        if (contestant === "keepleaf") {
          await attempt(row, "keepleaf again", round, browser, () => keepleafCapture(browser, web, true));
        }
        if (contestant === "singlefile" && round === 1 && index % Number(args.defaults) === 0) {
          await attempt(row, "singlefile defaults", round, browser, () => peerCapture(browser, web, true));
        }
      }
      const [load = 0] = loadavg();
      say(
        `round ${round} ${index + 1}/${rows.length} ${row.page.name} load ${load.toFixed(1)} ${short(row)}`,
      );
    }
    for (const browser of browsers.splice(0)) await browser.stop();
  }
  say(report(name, rows));
} finally {
  for (const browser of browsers) await browser.stop().catch(() => undefined);
  await web.stop();
}

async function attempt(
  row: Row,
  contestant: Contestant,
  round: number,
  browser: BenchBrowser,
  run: () => Promise<Outcome>,
): Promise<void> {
  try {
    const outcome = await run();
    if (contestant.startsWith("singlefile")) outcome.bytes = zstdSize(outcome.made);
    if (args.keep && round === 1) await keepCopy(row.page, contestant, browser, outcome);
    const { made: _, ...figures } = outcome;
    row.runs[contestant] = [...(row.runs[contestant] ?? []), figures];
    await log({ page: row.page, contestant, round, load: loadavg()[0], ...figures });
  } catch (error) {
    say(`  ${row.page.name}, ${contestant}: ${error instanceof Error ? error.message : error}`);
    await log({ page: row.page, contestant, round, failed: String(error) });
  }
}

async function log(entry: object): Promise<void> {
  if (args.out) await appendFile(args.out, `${JSON.stringify(entry)}\n`);
}

function zstdSize(text: string): number {
  return execFileSync("zstd", ["-3", "-c", "-q"], { input: text, maxBuffer: 1 << 30 }).length;
}

async function keepCopy(
  page: CorpusPage,
  contestant: Contestant,
  browser: BenchBrowser,
  { made }: Outcome,
): Promise<void> {
  const file = join(
    String(args.keep),
    `${page.name.replace(/\W+/g, "-")}.${contestant.replace(/\W+/g, "-")}.html`,
  );
  if (contestant.startsWith("singlefile")) await writeFile(file, made);
  else await browser.keepleaf.run("export", made, "--format", "html", "-o", file);
}

function short(row: Row): string {
  return Object.entries(row.runs)
    .map(([contestant, runs]) => `${contestant} ${runs.at(-1)?.ms.toFixed(0)} ms`)
    .join(", ");
}
