// Reads the table of docs/architecture.md ("Rooms of the host") and every #include, and holds one to the other.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const source = "host/src";

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function readTable() {
  const rooms = new Map();
  for (const line of readFileSync("docs/architecture.md", "utf8").split("\n")) {
    const cells = line.split("|").map((cell) => cell.trim());
    if (cells.length !== 6 || cells[1] === "module" || cells[1].startsWith("---")) continue;
    const list = (text) =>
      text
        .split(",")
        .map((word) => word.trim())
        .filter(Boolean);
    rooms.set(cells[1], { modules: list(cells[3]), libraries: list(cells[4]) });
  }
  return rooms;
}

// Which library an angle-bracket header belongs to; undefined for the standard library and the operating system.
const libraries = [
  ["tl", /^tl\//],
  ["openssl", /^openssl\//],
  ["utf8proc", /^utf8proc\.h$/],
  ["curl", /^curl\//],
  ["idn2", /^idn2\.h$/],
  ["simdjson", /^simdjson/],
  ["nlohmann", /^nlohmann\//],
  ["SQLiteCpp", /^SQLiteCpp\//],
  ["sqlite3", /^sqlite3/],
  ["zstd", /^zstd/],
  ["gumbo", /^gumbo/],
  ["zip", /^zip\.h$/],
  ["zlib", /^zlib\.h$/],
  ["CLI11", /^CLI\//],
  ["httplib", /^httplib/],
];

const rooms = readTable();

test("every module folder stands in the table, and every row has its folder", () => {
  const folders = readdirSync(source).sort();
  assert.deepEqual(folders, [...rooms.keys()].sort());
});

test("the table has no circle", () => {
  const order = [...rooms.keys()];
  for (const [name, { modules }] of rooms) {
    for (const used of modules) {
      assert.ok(order.includes(used), `${name} names an unknown module ${used}`);
      // acquire and worker may stand behind library; order in the table is the order of dependency.
      assert.ok(order.indexOf(used) < order.indexOf(name), `${name} uses ${used}, which stands below it`);
    }
  }
});

for (const [name, { modules, libraries: allowed }] of rooms) {
  test(`${name} includes only what the table allows`, () => {
    const offences = [];
    for (const file of filesBelow(join(source, name)).filter((path) => /\.(h|cpp|in)$/.test(path))) {
      for (const [, open, header] of readFileSync(file, "utf8").matchAll(/^#include ([<"])([^>"]+)[>"]/gm)) {
        if (open === '"') {
          const module = header.split("/")[0];
          if (module !== name && !modules.includes(module)) offences.push(`${file}: "${header}"`);
        } else {
          const library = libraries.find(([, pattern]) => pattern.test(header))?.[0];
          if (library && !allowed.includes(library)) offences.push(`${file}: <${header}>`);
        }
      }
    }
    assert.deepEqual(
      offences,
      [],
      "move the code to the room that may include this, or change the table with a reason",
    );
  });
}
