// How failed suites are told: { name, how, failed, failures } as run-suites.mjs has them.

const shorter = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
const shortest = (text, lines) => {
  const all = text.split("\n");
  return all.length > lines
    ? [...all.slice(0, lines), `(${all.length - lines} more lines)`].join("\n")
    : text;
};

// Where the suite failed: first what every failed test said, then how the output ended.
export function toldWhole({ name, how, failures }, text, log) {
  const first = failures.slice(0, 20);
  const rest = failures.slice(20);
  return [
    `---- ${name}: ${how}`,
    ...first.map(({ block }) => `${shortest(block, 200)}\n`),
    ...rest.map(({ name: test, error }) => shorter(`also failed: ${test} — ${error}`, 240)),
    `---- the end of ${log}:`,
    text.trimEnd().split("\n").slice(-60).join("\n"),
    "----",
  ].join("\n");
}

// The last words: one line a failed test, few enough and short enough that a log cut to its last kilobytes has them all.
export function summaryOf(suites) {
  const lines = suites.flatMap(({ name, how, failed, failures }) =>
    failures.length === 0
      ? [`${name}: ${failed} failed, ${how}`]
      : failures.map(({ name: test, error }) => [name, test, error].filter(Boolean).join(": ")),
  );
  const shown = lines.slice(0, 15).map((line) => `  ${shorter(line.replace(/\s+/g, " "), 200)}`);
  if (lines.length > shown.length) shown.push(`  and ${lines.length - shown.length} more`);
  return ["failed:", ...shown].join("\n");
}
