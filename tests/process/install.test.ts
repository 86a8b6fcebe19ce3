// What `cmake --install` puts where, and that it runs from there.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { program, root } from "./support/host.ts";

test("an installed Keepleaf runs under both of its names", () => {
  const prefix = mkdtempSync(join(tmpdir(), "keepleaf-install-"));
  try {
    execFileSync("cmake", ["--install", resolve(program, "../.."), "--prefix", prefix], { stdio: "pipe" });
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    assert.equal(
      execFileSync(join(prefix, "bin/keepleaf"), ["--version"], { encoding: "utf8" }),
      `keepleaf ${version}\n`,
    );
    assert.ok(lstatSync(join(prefix, "bin/keepleaf-host")).isSymbolicLink());
    assert.equal(readlinkSync(join(prefix, "bin/keepleaf-host")), "keepleaf");
    assert.throws(
      () => execFileSync(join(prefix, "bin/keepleaf-host"), [], { stdio: "pipe" }),
      /not started by a browser/,
    );
    assert.ok(existsSync(join(prefix, "share/doc/keepleaf/LICENSE")));
  } finally {
    rmSync(prefix, { recursive: true });
  }
});
