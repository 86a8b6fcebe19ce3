// Runs the suites of tests/suites.mjs one after another, prints the time of each, and adds up what every runner
// counted. Those marked `beside` only compute: they have a line of their own, at low priority, from the first suite on that
// mostly waits for browsers (`waits`).
// What failed is told twice: whole where it happened, and in one line a test at the very end, for whoever
// sees only the end.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { suites } from "../suites.mjs";
import { read } from "./reports.mjs";
import { summaryOf, toldWhole } from "./telling.mjs";

const wanted = process.argv.slice(2);
const logs = "build/logs";
mkdirSync(logs, { recursive: true });

// The suites that run now: process groups of their own, so that a limit ends the programs that they started, too.
const running = new Set();
const end = (child) => {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // it has just ended by itself
  }
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    for (const child of running) end(child);
    process.exit(1);
  });
}

function run(suite) {
  return new Promise((resolve) => {
    const log = createWriteStream(`${logs}/${suite.name}.log`);
    const words = ["bash", "-euo", "pipefail", "-c", suite.command];
    const [program, ...rest] = suite.beside ? ["nice", "-n", "15", ...words] : words;
    const child = spawn(program, rest, {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...suite.env },
    });
    running.add(child);
    let text = "";
    const keep = (data) => {
      text += data;
      log.write(data);
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    const limit = setTimeout(end, (suite.minutes ?? 10) * 60_000, child);
    child.on("close", (code, signal) => {
      clearTimeout(limit);
      running.delete(child);
      log.end();
      resolve({ text, code, signal });
    });
  });
}

const chosen = suites.filter(
  (suite) => wanted.length === 0 || wanted.some((word) => suite.name.startsWith(word)),
);
const needed = suites.filter((suite) => suite.always || chosen.includes(suite));

let passed = 0;
let failed = 0;
const broken = [];
const begin = Date.now();

/** False when nothing else can run without it. */
async function take(suite) {
  const start = Date.now();
  const { text, code, signal } = await run(suite);
  const seconds = ((Date.now() - start) / 1000).toFixed(1).padStart(7);
  const report = read(suite.counts, text, { code, signal });
  passed += report.passed;
  failed += report.failed;
  const verdict = report.failed === 0 ? "ok  " : "FAIL";
  console.log(
    `${verdict} ${seconds} s  ${suite.name.padEnd(18)} ${report.passed} passed, ${report.failed} failed`,
  );
  if (report.failed > 0) {
    const how = signal ? `killed by ${signal} (limit: ${suite.minutes ?? 10} minutes)` : `exit code ${code}`;
    broken.push({ name: suite.name, how, ...report });
    console.log(toldWhole({ name: suite.name, how, ...report }, text, `${logs}/${suite.name}.log`));
  }
  return report.failed === 0 || !suite.always;
}

async function takeAll(line) {
  for (const suite of line) if (!(await take(suite))) return false;
  return true;
}

const line = needed.filter((suite) => !suite.beside);
const besides = needed.filter((suite) => suite.beside);
const waiting = line.findIndex((suite) => suite.waits);
const first = waiting < 0 ? line : line.slice(0, waiting);
const rest = waiting < 0 ? [] : line.slice(waiting);
if (await takeAll(first)) await Promise.all([takeAll(rest), takeAll(besides)]);
console.log(`in ${((Date.now() - begin) / 60_000).toFixed(1)} minutes`);
if (broken.length > 0) console.log(summaryOf(broken));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
