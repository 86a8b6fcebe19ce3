// What `tests/run` runs, in this order: fast ones first. `counts` names how the runner's closing lines are read
// (tests/support/run-suites.mjs); `always` marks what the others need; `minutes` is the limit. `beside` and `waits` let
// what only computes run while others wait for browsers.
// `tests/run --no-setup fuzz tidy` runs those alone.
const build = "build/ci";
const node = "node --import tsx --test --test-concurrency=1";

export const suites = [
  {
    name: "npm",
    always: true,
    counts: "exit",
    command: "[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund",
  },
  { name: "lint", counts: "node", command: "node --test tests/lint/*.test.mjs" },
  { name: "typescript", counts: "exit", command: "npm run --silent check" },
  { name: "node", counts: "node", command: "npm test" },
  {
    name: "build",
    always: true,
    counts: "exit",
    minutes: 25,
    command: `cmake --preset ci && cmake --build --preset ci && npm run --silent build:extension`,
  },
  { name: "format", counts: "exit", command: "tests/lint/format" },
  {
    name: "unit",
    counts: "catch2",
    minutes: 15,
    command: `ctest --test-dir ${build} -L 'unit|contract' --no-tests=error -j2 --verbose`,
  },
  { name: "process", counts: "node", minutes: 10, command: `${node} tests/process/*.test.ts` },
  {
    name: "capture",
    waits: true,
    counts: "node",
    minutes: 10,
    command: `${node} tests/e2e/capture/*.test.ts`,
  },
  ...["chromium", "firefox"].map((browser) => ({
    name: `e2e-${browser}`,
    counts: "node",
    minutes: 25,
    env: { KEEPLEAF_BROWSER: browser },
    command: `${node} tests/e2e/*.test.ts`,
  })),
  ...["chromium", "firefox"].map((browser) => ({
    name: `fidelity-${browser}`,
    counts: "node",
    env: { KEEPLEAF_BROWSER: browser },
    command: `${node} tests/e2e/fidelity/kept.test.ts`,
  })),
  {
    // That the benchmarks run, on small counts; figures worth keeping are taken by hand (docs/benchmarks.md).
    name: "bench",
    counts: "exit",
    command: "npm run --silent bench:host -- --mib 16 --memory-mib 64 --links 500 --known 500 --runs 1",
  },
  {
    name: "fuzz",
    beside: true,
    // Every target over its seeds and a fixed number of mutations of them, the same in every run.
    counts: "ctest",
    minutes: 30,
    command:
      "cmake --preset fuzz && cmake --build --preset fuzz && ctest --test-dir build/fuzz -L fuzz --no-tests=error -j2 --verbose",
  },
  {
    // What holds threads, files, SQL and raw memory, under the address and undefined-behaviour sanitizers. The fuzzers
    // sanitize what reads pages and messages; tests/soak runs every module.
    name: "asan",
    beside: true,
    counts: "catch2",
    minutes: 35,
    command: [
      "cmake --preset asan",
      "cmake --build --preset asan --target contract_tests unit_base unit_wire unit_store unit_library",
      "ctest --test-dir build/asan -R '^(contract|unit_(base|wire|store|library))$' --no-tests=error -j2 --verbose",
    ].join(" && "),
  },
  {
    // Some eight minutes of one core for 248 files.
    name: "tidy",
    beside: true,
    counts: "exit",
    minutes: 30,
    command: "tests/lint/tidy",
  },
];
