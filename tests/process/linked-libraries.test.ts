// What the program is linked against: nothing that docs/dependencies.md does not name with its licence, and never the
// system's SQLite, which may corrupt a library that several processes write.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "../..");
const program = resolve(root, process.env.KEEPLEAF_BUILD ?? "build/ci", "bin/keepleaf");

const needed = [
  ...execFileSync("readelf", ["-d", program], { encoding: "utf8" }).matchAll(/NEEDED.*\[(.+)\]/g),
].map(([, name]) => name ?? "");

// The C and C++ runtimes: part of every Debian system, under the GCC runtime exception and the LGPL.
const runtimes = /^(libc|libm|libstdc\+\+|libgcc_s|ld-linux-x86-64|ld-linux-aarch64|libpthread|libdl)\.so/;

// soname → its row in docs/dependencies.md
const rows: Record<string, string> = {
  "libcrypto.so": "OpenSSL",
  "libcurl.so": "libcurl",
  "libidn2.so": "libidn2",
  "libgumbo.so": "gumbo",
  "libutf8proc.so": "utf8proc",
  "libz.so": "zlib",
  "libzip.so": "libzip",
  "libzstd.so": "zstd",
  "libsimdjson.so": "simdjson",
};

const licences = new Map<string, string>();
for (const line of readFileSync(resolve(root, "docs/dependencies.md"), "utf8").split("\n")) {
  const [, name, licence] = line.split("|").map((cell) => cell.trim());
  if (name && licence) licences.set(name, licence);
}
const licenceOf = (row: string) => [...licences].find(([name]) => name.startsWith(row))?.[1];

test("every linked library stands in docs/dependencies.md with a licence that Apache-2.0 may be combined with", () => {
  const compatible = /public domain|MIT|BSD|Apache-2\.0|CC0|BSL|ISC|LGPL|Zlib/;
  for (const library of needed.filter((name) => !runtimes.test(name))) {
    const row = rows[library.replace(/\.so.*/, ".so")];
    assert.ok(row, `${library} is linked, and docs/dependencies.md does not say why`);
    const licence = licenceOf(row);
    assert.match(licence ?? "none", compatible, `${library}: ${licence}`);
  }
});

test("the libraries that are compiled in stand there, too", () => {
  for (const row of ["SQLite", "SQLiteCpp", "nlohmann_json", "tl-expected", "CLI11"]) {
    assert.ok(licenceOf(row), row);
  }
});

test("the system's SQLite is not linked, and ours has the WAL-reset fix", () => {
  assert.ok(!needed.some((name) => name.startsWith("libsqlite3")), needed.join(" "));
  // Other libraries name the SQLite that they were made with; ours is in there, too. tests/unit/host/store asks it itself.
  const versions = [
    ...readFileSync(program)
      .toString("latin1")
      .matchAll(/(3\.\d+\.\d+)(?=\0)/g),
  ].map(([, version]) => version ?? "");
  const fixed = versions.some((version) => {
    const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
    return major === 3 && (minor > 51 || (minor === 51 && patch >= 3));
  });
  assert.ok(fixed, `SQLite ${versions.join(" ")}`);
});
