// Rules about the tree itself.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";

const tracked = execFileSync("git", ["ls-files", "-z"], { encoding: "utf8" })
  .split("\0")
  .filter((path) => path && existsSync(path));
const ours = tracked.filter(
  (path) =>
    /\.(cpp|h|in|ts|mjs|sh|sql|css|html|cmake)$/.test(path) && !/(^|\/)(fixtures|golden)\//.test(path),
);

test("the top level holds what it should and nothing else", () => {
  const folders = new Set(tracked.filter((path) => path.includes("/")).map((path) => path.split("/")[0]));
  assert.deepEqual([...folders].sort(), [
    ".ci",
    "cmake",
    "docs",
    "extension",
    "host",
    "installer",
    "manifests",
    "tests",
  ]);
});

test("no file speaks of the machine that it was written on, or names a package registry's host", () => {
  const offences = ours
    .concat(tracked.filter((path) => /\.(md|json)$/.test(path)))
    .filter((path) => path !== "tests/lint/tree.test.mjs")
    .filter((path) =>
      /(^|[\s"'`(=])\/(work|farm)\/|registry\.npmjs|deb\.debian\.org/.test(readFileSync(path, "utf8")),
    );
  assert.deepEqual([...new Set(offences)], []);
});

test("package-lock.json names no registry, and carries an integrity hash for every package", () => {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const without = Object.entries(lock.packages)
    .filter(([path, entry]) => path !== "" && (!entry.integrity || entry.resolved))
    .map(([path]) => path);
  assert.deepEqual(without, []);
});

test("main() files stay short", () => {
  const long = tracked
    .filter((path) => path.startsWith("host/apps/") && path.endsWith(".cpp"))
    .filter((path) => readFileSync(path, "utf8").split("\n").length > 100);
  assert.deepEqual(long, []);
});

test("no file of ours has grown past 500 lines", () => {
  const long = ours
    .map((path) => [path, readFileSync(path, "utf8").split("\n").length])
    .filter(([, lines]) => lines > 500);
  assert.deepEqual(long, []);
});

test("links between documents lead somewhere", () => {
  const dead = [];
  for (const file of tracked.filter((path) => path.endsWith(".md"))) {
    for (const [, target] of readFileSync(file, "utf8").matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)) {
      if (!existsSync(join(dirname(file), target))) dead.push(`${file}: ${target}`);
    }
  }
  assert.deepEqual(dead, []);
});

test("docs/dependencies.md names every library that the build finds and every npm package", () => {
  const text = readFileSync("docs/dependencies.md", "utf8").toLowerCase();
  const found = [
    ...readFileSync("cmake/Dependencies.cmake", "utf8").matchAll(
      /find_package\((\S+)|IMPORTED_TARGET (?:lib)?(\w+)/g,
    ),
  ]
    .map(([, a, b]) => (a ?? b).toLowerCase())
    .filter((name) => !["threads", "pkgconfig"].includes(name));
  const npm = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).devDependencies);
  const missing = [...found, ...npm.map((name) => name.toLowerCase())].filter((name) => !text.includes(name));
  assert.deepEqual(missing, []);
});

test("--no-sandbox stands under tests and in the demonstration only", () => {
  const allowed = /^(tests\/|installer\/demo|docs\/|README\.md)/;
  const offences = tracked
    .filter((path) => /\.(cpp|h|ts|mjs|json|sh|in)$/.test(path) || /^installer\//.test(path))
    .filter((path) => !allowed.test(path) && readFileSync(path, "utf8").includes("--no-sandbox"));
  assert.deepEqual(offences, []);
});

test("every document of docs is reachable from the README or another document", () => {
  const texts = tracked
    .filter((path) => path.endsWith(".md"))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  const lost = readdirSync("docs").filter((name) => name.endsWith(".md") && !texts.includes(name));
  assert.deepEqual(lost, []);
});

test("every `npm run` that a document or a program's head names is there", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  const missing = tracked
    .filter((path) => /\.(md|ts|mjs)$/.test(path))
    .flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)]
        .filter(([, name]) => !Object.hasOwn(scripts, name))
        .map(([, name]) => `${path}: ${name}`),
    );
  assert.deepEqual(missing, []);
});
