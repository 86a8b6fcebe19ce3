// What `tests/run` runs, in this order: fast ones first. `counts` names how the runner's closing lines are read
// (tests/support/run-suites.mjs); `always` marks what the others need; `minutes` is the limit.
const build = "build/ci";

export const suites = [
  { name: "npm", always: true, counts: "exit", command: "[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund" },
  { name: "lint", counts: "node", command: "node --test tests/lint/*.test.mjs" },
  { name: "typescript", counts: "exit", command: "npm run --silent check" },
  { name: "node", counts: "node", command: "npm test" },
  {
    name: "build",
    always: true,
    counts: "exit",
    minutes: 20,
    command: `cmake --preset ci && cmake --build --preset ci && npm run --silent build:extension`,
  },
  {
    name: "unit",
    counts: "catch2",
    minutes: 10,
    command: `ctest --test-dir ${build} -L 'unit|contract' --no-tests=error -j2 --verbose`,
  },
  { name: "process", counts: "node", minutes: 10, command: "node --import tsx --test --test-concurrency=1 tests/process/*.test.ts" },
];
