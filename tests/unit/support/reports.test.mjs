// The samples are what the runners really printed (tests that pass, fail, hang, crash), with the paths replaced.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { read } from "../../support/reports.mjs";
import { summaryOf, toldWhole } from "../../support/telling.mjs";

const sample = (name) => readFileSync(new URL(`reports/${name}.txt`, import.meta.url), "utf8");
const ended = { code: 1, signal: null };
const named = (report) => report.failures.map(({ name, error }) => `${name} — ${error}`);

test("node: every failed test is found with its message, and a group is not told beside its members", () => {
  const report = read("node", sample("node-tap"), ended);
  assert.deepEqual([report.passed, report.failed], [2, 5]);
  assert.deepEqual(named(report), [
    "/home/ann/keepleaf/tests/broken.test.ts — Error: Cannot find module './nowhere.ts'",
    "a page that is lost — Expected values to be strictly equal: + actual - expected + 'kept\\n twice' - 'lost'",
    "inner bad # of 2 — the host went away: exit code 7",
    "hangs — test timed out after 200ms",
  ]);
  const [broken, lost, inner] = report.failures.map(({ block }) => block);
  assert.match(broken, /^# node:internal[\s\S]*# {2}requireStack|MODULE_NOT_FOUND/);
  assert.match(lost, /^not ok 3 - a page that is lost\n[\s\S]*sample\.test\.ts:7:10/);
  assert.match(inner, /^not ok 2 - inner bad[\s\S]*sample\.test\.ts:12:11/);
});

test("node: the form that newer releases print is read as well", () => {
  const report = read("node", sample("node-spec"), ended);
  assert.deepEqual([report.passed, report.failed], [2, 5]);
  assert.deepEqual(named(report), [
    "/home/ann/keepleaf/tests/broken.test.ts — 'test failed'",
    "a page that is lost — AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:",
    "inner bad # of 2 — Error: the host went away:",
    "hangs — 'test timed out after 200ms'",
  ]);
  assert.match(report.failures[1].block, /sample\.test\.ts:7:10[\s\S]*operator: 'strictEqual'/);
});

test("node: a suite that was killed names the test that had not ended", () => {
  const text = sample("node-tap");
  const cut = text.slice(0, text.indexOf("not ok 5 - hangs"));
  const report = read("node", cut, { code: null, signal: "SIGKILL" });
  assert.equal(report.failed, 1);
  assert.equal(named(report).at(-1), "hangs — had not ended");
});

test("catch2: failed assertions, crashes, sanitizers' reports and time limits all have their words", () => {
  const report = read("catch2", sample("ctest"), ended);
  assert.deepEqual([report.passed, report.failed], [2, 5]);
  assert.deepEqual(named(report), [
    "unit_leaf: a leaf that falls / in autumn — c.cpp:4: CHECK( 1 + 1 == 3 ) with expansion: 2 == 3",
    "unit_leaf: a leaf that falls / in spring — c.cpp:5: REQUIRE_THROWS( 1 ) because no exception was thrown where one was expected: the branch was dry",
    "unit_leaf: a leaf that breaks — c.cpp:7: due to unexpected exception with message: The disk is full.",
    "unit_leaf: a leaf that reads too far — c.cpp:8: due to a fatal error condition: SIGSEGV - Segmentation violation signal",
    "unit_bad — ERROR: AddressSanitizer: heap-buffer-overflow on address 0x60200000001c at pc 0x56039a08a45a bp 0x7ffe2e94e6a0 sp 0x7ffe2e94e698",
    "unit_slow — Timeout",
  ]);
  const overflow = report.failures[4].block;
  assert.match(overflow, /main \/home\/ann\/keepleaf\/tests\/d\.cpp:3/);
  assert.doesNotMatch(overflow, /Shadow byte legend|^2:/m);
});

test("ctest: programs are counted, and one that had not ended when ctest was killed has failed", () => {
  const whole = read("ctest", sample("ctest"), ended);
  assert.deepEqual([whole.passed, whole.failed], [1, 3]);
  const text = sample("ctest");
  const cut = read("ctest", text.slice(0, text.indexOf("4/4 Test #4")), { code: null, signal: "SIGKILL" });
  assert.deepEqual([cut.passed, cut.failed], [1, 3]);
  assert.equal(named(cut).at(-1), "unit_slow — had not ended");
});

test("commands: what compilers and linters find is listed", () => {
  assert.deepEqual(
    named(read("exit", sample("build"), ended)).map((line) => line.replace(/^ — /, "")),
    [
      "tests/bad.cpp:2:44: error: ‘class std::vector<int>’ has no member named ‘sized’; did you mean ‘size’?",
      "tests/bad.cpp:2:60: error: ‘m’ was not declared in this scope",
    ],
  );
  assert.deepEqual(
    named(read("exit", sample("typescript"), ended)).map((line) => line.replace(/^ — /, "")),
    [
      "tests/bad.ts(1,19): error TS2307: Cannot find module './z.ts' or its corresponding type declarations.",
      "tests/bad.ts(2,7): error TS2322: Type 'string' is not assignable to type 'number'.",
      "bad.ts:2:1 assist/source/organizeImports × This statement must be preceded by a blank line. Add a newline before this statement.",
      "bad.ts:1:8 lint/correctness/noUnusedImports × This import is unused.",
      "bad.ts:3:1 lint/style/useConst × This let declares a variable that is only assigned once.",
      "bad.ts:3:5 lint/correctness/noUnusedVariables × This variable c is unused.",
      "bad.ts format × Formatter would have printed the following content:",
    ],
  );
});

test("no suite passes by printing nothing, or by saying that all is well while it fails", () => {
  for (const kind of ["node", "catch2", "ctest"]) {
    assert.equal(read(kind, "", { code: 0, signal: null }).failed, 1, kind);
  }
  assert.deepEqual(read("node", "# pass 3\n# fail 0\n", { code: 0, signal: null }).failed, 0);
  assert.deepEqual(read("node", "# pass 3\n# fail 0\n", { code: 7, signal: null }).failed, 1);
  assert.deepEqual(read("exit", "error: of no weight\n", { code: 0, signal: null }), {
    passed: 1,
    failed: 0,
    failures: [],
  });
});

test("the last words fit into a few kilobytes, whatever failed", () => {
  const suite = (name) => ({ name, how: "exit code 1", ...read("catch2", sample("ctest"), ended) });
  const words = summaryOf(["unit", "asan", "tsan", "soak"].map(suite));
  assert.ok(words.length < 3500, `${words.length}`);
  assert.match(words, /^failed:\n {2}unit: unit_leaf: a leaf that falls \/ in autumn: c\.cpp:4/);
  assert.match(words, /\n {2}and 9 more$/);
  assert.match(
    summaryOf([{ name: "format", how: "exit code 2", failed: 1, failures: [] }]),
    /format: 1 failed, exit code 2/,
  );
});

test("where it happened, what failed stands before the end of the log", () => {
  const text = sample("node-tap");
  const told = toldWhole(
    { name: "node", how: "exit code 1", ...read("node", text, ended) },
    text,
    "node.log",
  );
  assert.ok(told.indexOf("sample.test.ts:7:10") < told.indexOf("the end of node.log"));
  assert.ok(told.indexOf("# duration_ms") > told.indexOf("the end of node.log"));
});
