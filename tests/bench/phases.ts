// Where the time of a capture goes, in Chromium, from the marks of a traced build (extension/src/background/capture/trace.ts):
//
//   npm run bench:phases -- [--rounds 5] [--only REGEX] [--corpus DIR]
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { BenchBrowser } from "./versus/browser.ts";
import { clickToKept } from "./versus/contest.ts";
import { readCorpus } from "./versus/corpus.ts";
import { median } from "./versus/report.ts";
import { Web } from "./versus/web.ts";

const points = ["asked", "began", "injected", "read", "collected", "finishing", "committed"];
const words = ["click", "begin", "script in", "read", "collected", "handed over", "committed"];

const { values: args } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    only: {
      type: "string",
      default: "^(python/library/a|handbook-zh/sect.i|gimp-ja/gimp-tools-t|reference-ja/ch02)",
    },
    corpus: { type: "string" },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);
const root = resolve(import.meta.dirname, "../..");
const built = await mkdtemp(join(tmpdir(), "keepleaf-traced-"));
const corpus = await readCorpus(args.corpus);
const web = await Web.start(corpus);
try {
  execFileSync("node", [join(root, "extension/build.mjs"), "--trace", "--out", built], { stdio: "inherit" });
  for (const pageCapture of [false, true]) {
    const browser = await BenchBrowser.start("chromium", { proxyPort: web.proxyPort, pageCapture, built });
    say(
      `${pageCapture ? "with" : "without"} pageCapture, milliseconds, median of ${args.rounds}; load ${loadavg()[0]?.toFixed(1)}`,
    );
    say(`${"page".padEnd(44)}${words.map((word) => word.padStart(12)).join("")}        host`);
    try {
      for (const { name, address } of corpus.pages.filter((page) => new RegExp(args.only).test(page.name))) {
        const rounds: number[][] = [];
        for (let round = 0; round < Number(args.rounds); round++) {
          await browser.show(web.address(address, String(round)));
          const { job, clicked } = await clickToKept(browser, false);
          if (job?.stage !== "kept") throw new Error(`${name}: ${job?.stage} ${job?.failure ?? ""}`);
          const marks = await browser.marks();
          const at = (point: string) =>
            marks.findLast((mark) => mark.name === `keepleaf ${point}`)?.at ?? Number.NaN;
          const times = [clicked, ...points.map(at)];
          const each = points.map(
            (_, index) => (times[index + 1] ?? Number.NaN) - (times[index] ?? Number.NaN),
          );
          rounds.push([...each, at("host") - at("asked")]);
        }
        const columns = [...points, "host"].map((_, index) =>
          median(rounds.map((one) => one[index] ?? Number.NaN)),
        );
        say(`${name.padEnd(44)}${columns.map((value) => value.toFixed(1).padStart(12)).join("")}`);
      }
    } finally {
      await browser.stop();
    }
  }
} finally {
  await web.stop();
  await rm(built, { recursive: true });
}
