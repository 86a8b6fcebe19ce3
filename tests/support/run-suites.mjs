// Runs the suites of tests/suites.mjs one after another, prints the time of each, and adds up what every runner
// counted. What failed is told twice: whole where it happened, and in one line a test at the very end, for whoever
// sees only the end.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { suites } from "../suites.mjs";
import { read } from "./reports.mjs";
import { summaryOf, toldWhole } from "./telling.mjs";

const wanted = process.argv.slice(2);
const logs = "build/logs";
mkdirSync(logs, { recursive: true });

// The suite that runs now: a process group of its own, so that a limit ends the programs that it started, too.
let running;
const endRunning = () => {
  try {
    if (running) process.kill(-running.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // it has just ended by itself
  }
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    endRunning();
    process.exit(1);
  });
}

function run(suite) {
  return new Promise((resolve) => {
    const log = createWriteStream(`${logs}/${suite.name}.log`);
    running = spawn("bash", ["-euo", "pipefail", "-c", suite.command], {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...suite.env },
    });
    let text = "";
    const keep = (data) => {
      text += data;
      log.write(data);
    };
    running.stdout.setEncoding("utf8").on("data", keep);
    running.stderr.setEncoding("utf8").on("data", keep);
    const limit = setTimeout(endRunning, (suite.minutes ?? 10) * 60_000);
    running.on("close", (code, signal) => {
      clearTimeout(limit);
      running = undefined;
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
for (const suite of needed) {
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
    if (suite.always) break; // nothing else can run without it
  }
}
console.log(`in ${((Date.now() - begin) / 60_000).toFixed(1)} minutes`);
if (broken.length > 0) console.log(summaryOf(broken));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
