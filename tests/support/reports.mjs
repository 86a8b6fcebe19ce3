// Reads what the test runners print: how many tests passed and failed, and, of each that failed, what it said.
//
//   read(kind, text, end) -> { passed, failed, failures: [{ name, error, block }] }
//
// `kind` is the suite's `counts`; `end` = { code, signal } of the command. `block` is everything that was said about the
// failure, `error` the first line that says why.

const clean = (line) => line.replace(/\s+/g, " ").trim();
// Runners colour what they print when they take the place they print to for a terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins a colour.
const plain = (text) => text.replace(/\x1b\[[\d;]*m/g, "").replaceAll("\r\n", "\n");

function sum(text, pattern) {
  let total = 0;
  for (const [, count] of text.matchAll(pattern)) total += Number(count);
  return total;
}

// --- node --test: TAP (Node 20 into a pipe) or the "spec" form (newer ones). -------------------------------------------

function tapFailures(text) {
  const failures = [];
  const lines = text.split("\n");
  let running; // the test that was begun last and has not ended
  for (let at = 0; at < lines.length; at++) {
    const begun = /^ *# Subtest: (.*)$/.exec(lines[at]);
    if (begun) running = unescaped(begun[1]);
    const ended = /^( *)(not )?ok \d+ - (.*)$/.exec(lines[at]);
    if (!ended) continue;
    running = undefined;
    const [, indent, not, title] = ended;
    if (!not || / # (?:SKIP|TODO)\b/i.test(title)) continue;
    let end = at + 1;
    if (lines[end] === `${indent}  ---`) while (end < lines.length && lines[end] !== `${indent}  ...`) end++;
    const block = lines.slice(at, end).map((line) => line.slice(indent.length));
    if (block.some((line) => /^ {2}failureType: '(?:subtestsFailed|parentAlreadyFinished)'/.test(line)))
      continue;
    // A file that could not run says why in comments before its name.
    const said = block.some((line) => /^ {2}exitCode: /.test(line)) ? commentsBefore(lines, at) : [];
    const why = said.find((line) => /^# \w*Error\b/.test(line));
    const error = why ? clean(why.slice(2)) : tapError(block);
    failures.push({ name: unescaped(title), error, block: [...said, ...block].join("\n") });
  }
  return { failures, running };
}

function commentsBefore(lines, at) {
  let end = at;
  if (/^ *# Subtest: /.test(lines[end - 1] ?? "")) end--;
  let from = end;
  while (from > 0 && from > end - 60 && /^#(?! Subtest: )/.test(lines[from - 1])) from--;
  return lines.slice(from, end);
}

const unescaped = (title) => title.replace(/\\(.)/g, "$1");

// The value of the YAML key `error`, in one line.
function tapError(block) {
  const at = block.findIndex((line) => line.startsWith("  error: "));
  if (at < 0) return "";
  const value = block[at].slice("  error: ".length);
  if (!/^[|>]/.test(value)) return clean(value.replace(/^(['"])(.*)\1$/, "$2"));
  const lines = [];
  for (const line of block.slice(at + 1)) {
    if (line.trim() !== "" && !line.startsWith("    ")) break;
    if (line.trim() !== "") lines.push(line);
  }
  return clean(lines.join(" "));
}

function specFailures(text) {
  const from = text.lastIndexOf("\n✖ failing tests:\n");
  if (from < 0) return [];
  const failures = [];
  for (const block of text
    .slice(from)
    .split(/\n(?=test at )/)
    .slice(1)) {
    const lines = block.split("\n");
    const name = /^✖ (.*?)(?: \([\d.]+ms\))?$/.exec(lines[1] ?? "")?.[1] ?? lines[0];
    if (/^ {2}'?\d+ subtests? failed'?$/m.test(block)) continue;
    failures.push({
      name,
      error: clean(lines.slice(2).find((line) => line.trim()) ?? ""),
      block: block.trimEnd(),
    });
  }
  return failures;
}

function node(text, { signal }) {
  const { failures, running } = tapFailures(text);
  failures.push(...specFailures(text));
  if (signal && running)
    failures.push({ name: running, error: "had not ended", block: `${running}: had not ended` });
  return {
    passed: sum(text, /^(?:#|ℹ) pass (\d+)$/gm),
    failed: sum(text, /^(?:#|ℹ) fail (\d+)$/gm) + sum(text, /^(?:#|ℹ) cancelled (\d+)$/gm),
    failures,
  };
}

// --- ctest --verbose: every line of test N's output begins "N: ", whatever else runs beside it. ------------------------

function programs(text) {
  const found = new Map(); // ctest's number -> { name, output, verdict }
  for (const line of text.split("\n")) {
    const start = /^ *Start +(\d+): (.*)$/.exec(line);
    if (start) found.set(start[1], { name: start[2], output: [], verdict: undefined });
    const end = /^ *\d+\/\d+ Test +#(\d+): \S+ \.* *(.*?) +[\d.]+ sec/.exec(line);
    if (end && found.has(end[1])) found.get(end[1]).verdict = end[2].replace(/^\*+/, "");
    const said = /^(\d+): ?(.*)$/.exec(line);
    if (said) found.get(said[1])?.output.push(said[2]);
  }
  return [...found.values()];
}

// What a sanitizer or libFuzzer says, without the memory dump at its end.
function sanitizerReports(name, output) {
  const failures = [];
  for (let at = 0; at < output.length; at++) {
    if (!/(?:ERROR|WARNING): \w+Sanitizer:|: runtime error: |ERROR: libFuzzer:/.test(output[at])) continue;
    let end = at + 1;
    while (end < output.length && !/^SUMMARY: |^Shadow bytes|^={20}/.test(output[end])) end++;
    if (/^SUMMARY: /.test(output[end] ?? "")) end++;
    const error = clean(output[at].replace(/^=*\d*=*/, ""));
    failures.push({ name, error, block: output.slice(at, end).join("\n") });
    at = end - 1;
  }
  return failures;
}

function catchFailures(name, output) {
  const failures = [];
  const isRule = (line) => /^-{70,}$/.test(line);
  for (let at = 0; at < output.length; at++) {
    if (!isRule(output[at])) continue;
    const close = output.findIndex((line, i) => i > at && isRule(line));
    if (close < 0) break;
    let end = close + 1;
    while (end < output.length && !isRule(output[end]) && !/^={70,}$/.test(output[end])) end++;
    const block = output.slice(at, end);
    const why = block.findIndex((line) => /: FAILED:$/.test(line));
    if (why >= 0) {
      const title = output.slice(at + 1, close).map((line) => line.trim());
      const said = block
        .slice(why + 1)
        .filter((line) => line.trim())
        .slice(0, 4)
        .join(" ");
      const place = block[why]
        .replace(/: FAILED:$/, "")
        .split("/")
        .slice(-1);
      failures.push({
        name: `${name}: ${title.join(" / ")}`,
        error: clean(`${place}: ${said}`),
        block: block.join("\n").trimEnd(),
      });
    }
    at = end - 1;
  }
  return failures;
}

// The failures of every program that ctest ran, and the programs that failed without saying more than that.
function ctestFailures(ran) {
  return ran
    .filter(({ verdict }) => verdict !== "Passed")
    .flatMap(({ name, output, verdict = "had not ended" }) => {
      const said = [...catchFailures(name, output), ...sanitizerReports(name, output)];
      if (said.length > 0) return said;
      return [{ name, error: verdict, block: [`${name}: ${verdict}`, ...output.slice(-40)].join("\n") }];
    });
}

function ctest(text) {
  const ran = programs(text);
  const passed = ran.filter(({ verdict }) => verdict === "Passed").length;
  return { passed, failed: ran.length - passed, failures: ctestFailures(ran) };
}

// ctest over Catch2 programs: the cases count. A program that failed without closing its books counts as one.
function catch2(text) {
  const ran = programs(text);
  let passed = 0;
  let failed = 0;
  for (const { output, verdict } of ran) {
    const all = output.map(
      (line) => /^All tests passed \([\d,]+ assertions? in (\d+) test cases?\)$/.exec(line)?.[1],
    );
    const books = output.find((line) => line.startsWith("test cases:")) ?? "";
    passed += Number(all.find(Boolean) ?? /(\d+) passed/.exec(books)?.[1] ?? 0);
    const bad = Number(/(\d+) failed/.exec(books)?.[1] ?? 0);
    failed += bad === 0 && verdict !== "Passed" ? 1 : bad;
  }
  return { passed, failed, failures: ctestFailures(ran) };
}

// --- Anything else: one command, one check; what failed is told by the lines in which tools name their findings. -------

const finding =
  /\berror(?: TS\d+)?:|\bundefined reference to\b|^CMake Error|^Error\b|^\w*Error: |^\S+:\d+:\d+ .*━{4}|^\S+ \w+ ━{4}/;

function exit(text, { code }) {
  if (code === 0) return { passed: 1, failed: 0, failures: [] };
  const lines = text.split("\n");
  const pattern = lines.some((line) => finding.test(line)) ? finding : /^FAILED: /;
  const failures = [];
  for (let at = 0; at < lines.length; at++) {
    if (!pattern.test(lines[at])) continue;
    let end = at + 1;
    while (end < lines.length && end < at + 30 && !pattern.test(lines[end])) end++;
    const block = lines.slice(at, end);
    const detail = lines[at].includes("━") ? block.find((line) => line.startsWith("  × ")) : undefined;
    const error = clean(lines[at].replace(/ (?:FIXABLE +)?━+.*$/, "") + (detail ?? ""));
    failures.push({ name: "", error, block: block.join("\n").trimEnd() });
    at = end - 1;
  }
  return { passed: 0, failed: 1, failures };
}

const kinds = { node, ctest, catch2, exit };

export function read(kind, text, end) {
  const report = kinds[kind](plain(text), end);
  // No test passes by not running, and no command by saying so while it failed.
  if ((end.code !== 0 && report.failed === 0) || report.passed + report.failed === 0) report.failed++;
  return report;
}
