// Runs the suites of tests/suites.mjs one after another, prints the time of each, and adds up what every runner
// counted. A suite whose counts can't be read, or that counts nothing, has failed: no test passes by not running.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { suites } from "../suites.mjs";

const wanted = process.argv.slice(2);
const logs = "build/logs";
mkdirSync(logs, { recursive: true });

// How each runner closes. Every match in the output counts, so that one suite may run several programs.
const counters = {
  catch2(text) {
    let passed = 0;
    let failed = 0;
    for (const [, cases] of text.matchAll(/All tests passed \([\d,]+ assertions? in (\d+) test cases?\)/g)) {
      passed += Number(cases);
    }
    for (const [line] of text.matchAll(/^(?:\d+: )?test cases:.*$/gm)) {
      passed += Number(/(\d+) passed/.exec(line)?.[1] ?? 0);
      failed += Number(/(\d+) failed/.exec(line)?.[1] ?? 0);
    }
    return { passed, failed };
  },
  node(text) {
    let passed = 0;
    let failed = 0;
    for (const [, count] of text.matchAll(/^(?:#|ℹ) pass (\d+)$/gm)) passed += Number(count);
    for (const [, count] of text.matchAll(/^(?:#|ℹ) fail (\d+)$/gm)) failed += Number(count);
    for (const [, count] of text.matchAll(/^(?:#|ℹ) cancelled (\d+)$/gm)) failed += Number(count);
    return { passed, failed };
  },
  ctest(text) {
    let passed = 0;
    let failed = 0;
    for (const [, bad, all] of text.matchAll(/^\d+% tests passed, (\d+) tests? failed out of (\d+)$/gm)) {
      failed += Number(bad);
      passed += Number(all) - Number(bad);
    }
    return { passed, failed };
  },
  // One command, one check.
  exit(_text, code) {
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  },
};

function run(suite) {
  return new Promise((resolve) => {
    const log = createWriteStream(`${logs}/${suite.name}.log`);
    const child = spawn("bash", ["-euo", "pipefail", "-c", suite.command], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...suite.env },
    });
    let text = "";
    const keep = (data) => {
      text += data;
      log.write(data);
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    const limit = setTimeout(() => child.kill("SIGKILL"), (suite.minutes ?? 10) * 60_000);
    child.on("close", (code, signal) => {
      clearTimeout(limit);
      log.end();
      resolve({ text, code, signal });
    });
  });
}

const chosen = suites.filter((suite) =>
  wanted.length === 0 ? !suite.onlyWhenNamed : wanted.some((word) => suite.name.startsWith(word)),
);
const needed = suites.filter((suite) => suite.always || chosen.includes(suite));

let passed = 0;
let failed = 0;
const begin = Date.now();
for (const suite of needed) {
  const start = Date.now();
  const { text, code, signal } = await run(suite);
  const seconds = ((Date.now() - start) / 1000).toFixed(1).padStart(7);
  const counted = counters[suite.counts](text, code);
  const broken = (code !== 0 && counted.failed === 0) || counted.passed + counted.failed === 0;
  if (broken) counted.failed++;
  passed += counted.passed;
  failed += counted.failed;
  const verdict = counted.failed === 0 ? "ok  " : "FAIL";
  console.log(
    `${verdict} ${seconds} s  ${suite.name.padEnd(18)} ${counted.passed} passed, ${counted.failed} failed`,
  );
  if (counted.failed > 0) {
    const how = signal ? `killed by ${signal} (limit: ${suite.minutes ?? 10} minutes)` : `exit code ${code}`;
    console.log(`---- ${suite.name}: ${how}; the end of ${logs}/${suite.name}.log:`);
    console.log(text.split("\n").slice(-120).join("\n"));
    console.log("----");
    if (suite.always) break; // nothing else can run without it
  }
}
console.log(`in ${((Date.now() - begin) / 60_000).toFixed(1)} minutes`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
