// browser install, doctor and uninstall with the real program: the manifest that is written starts the real host.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { document, run } from "./support/cli.ts";
import { Home, hostProgram } from "./support/host.ts";

const bare = {
  KEEPLEAF_LIBRARY: undefined,
  XDG_CONFIG_HOME: undefined,
  XDG_DATA_HOME: undefined,
  XDG_STATE_HOME: undefined,
};
// --root keeps the machine's own policies and system manifests out; uninstall needs none, for it goes by its record.
const browser = (home: Home, command: "install" | "doctor" | "uninstall", ...args: string[]) =>
  run(home, ["browser", command, ...args, ...(command === "uninstall" ? [] : ["--root", home.folder])], bare);

function tree(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    found[path] = entry.isDirectory() ? "folder" : readFileSync(path, "utf8");
  }
  return found;
}
const manifestOf = (home: Home) =>
  join(home.folder, ".config/chromium/NativeMessagingHosts/org.keepleaf.host.json");

test("install, doctor and uninstall leave the home as it was", async () => {
  using home = new Home();
  for (const folder of [
    ".config/chromium",
    ".config/google-chrome",
    ".config/mozilla/firefox",
    ".librewolf",
  ]) {
    mkdirSync(join(home.folder, folder), { recursive: true });
  }
  const before = tree(home.folder);
  const installed = await browser(home, "install", "--json");
  assert.equal(installed.code, 0, installed.err);
  const report = document(installed);
  assert.deepEqual(report.self_test, { ok: true, error: null });
  assert.equal(report.items.length, 4);
  assert.ok(report.items.every((item: { outcome: string }) => item.outcome === "written"));
  const manifest = JSON.parse(readFileSync(manifestOf(home), "utf8"));
  assert.match(manifest.path, /\/keepleaf-host$/);
  const doctor = await browser(home, "doctor", "--json");
  assert.equal(doctor.code, 0, doctor.out);
  assert.equal(document(doctor).ok, true);
  assert.equal((await browser(home, "uninstall")).code, 0);
  assert.deepEqual(tree(home.folder), before);
});

test("doctor finds what was broken, leaves with 1, and --fix mends it", async () => {
  using home = new Home();
  mkdirSync(join(home.folder, ".config/chromium"), { recursive: true });
  await browser(home, "install");
  const whole = readFileSync(manifestOf(home), "utf8");
  for (const [broken, code] of [
    ["", "manifest_not_json"],
    [whole.replace('.host"', '.hosts"'), "manifest_wrong_name"],
    [whole.replace(/gifh\//, "gifh"), "origin_slash"],
    [whole.replace(/"path": ".*"/, '"path": "/gone/keepleaf-host"'), "host_missing"],
    [whole.replace(/"path": ".*"/, '"path": "/usr/bin/false"'), "host_crashed"],
  ] as [string, string][]) {
    writeFileSync(manifestOf(home), broken);
    const found = await browser(home, "doctor", "--json");
    assert.equal(found.code, 1, code);
    const codes = document(found).items.flatMap((item: { findings: { code: string }[] }) =>
      item.findings.map((f) => f.code),
    );
    assert.ok(codes.includes(code), `${code} in ${codes}`);
    assert.match((await browser(home, "doctor")).out, /error: [\s\S]*next: /);
  }
  writeFileSync(manifestOf(home), "");
  const fixed = await browser(home, "doctor", "--fix");
  assert.equal(fixed.code, 0, fixed.out);
  assert.equal(readFileSync(manifestOf(home), "utf8"), whole);
});

test("a copy of the program in a path with spaces and other letters installs itself", async () => {
  using home = new Home();
  const bin = join(home.folder, "dir with space/ünï 文");
  mkdirSync(bin, { recursive: true });
  cpSync(join(hostProgram, "../keepleaf"), join(bin, "keepleaf"));
  chmodSync(join(bin, "keepleaf"), 0o755);
  symlinkSync("keepleaf", join(bin, "keepleaf-host"));
  const env = { HOME: home.folder, PATH: "/usr/bin:/bin" };
  const out = execFileSync(join(bin, "keepleaf"), ["browser", "install", "--json"], {
    env,
    encoding: "utf8",
  });
  assert.equal(JSON.parse(out).self_test.ok, true);
  assert.equal(JSON.parse(out).host, join(bin, "keepleaf-host"));
  rmSync(bin, { recursive: true });
  const doctor = document(await browser(home, "doctor", "--json"));
  assert.ok(doctor.items[0].findings.some((finding: { code: string }) => finding.code === "host_missing"));
});

test("--library and --extra-id are written into the settings, and the host obeys both", async () => {
  using home = new Home();
  const id = "b".repeat(32);
  const installed = await browser(home, "install", "--library", "my pages", "--extra-id", id);
  assert.equal(installed.code, 0, installed.err);
  const config = JSON.parse(readFileSync(join(home.folder, ".config/keepleaf/config.json"), "utf8"));
  assert.deepEqual(config, { library: join(home.folder, "my pages"), extra_chromium_ids: [id] });
  assert.ok(!existsSync(join(home.folder, "my pages")), "installing makes no library");
  await run(home, ["list"], bare);
  const doctor = await browser(home, "doctor", "--json");
  assert.equal(doctor.code, 0, doctor.out);
  const elsewhere = document(
    await run(home, ["browser", "doctor", "--root", home.folder, "--json"], {
      ...bare,
      KEEPLEAF_LIBRARY: "/elsewhere",
    }),
  );
  assert.ok(
    elsewhere.items[0].findings.some((finding: { code: string }) => finding.code === "library_differs"),
  );
  assert.equal((await browser(home, "install", "--extra-id", "nonsense")).code, 1);
});

test("what install can't do, it says in words and writes nothing", async () => {
  using home = new Home();
  const before = tree(home.folder);
  for (const [name, words] of [
    ["arc", /untested/],
    ["netscape", /no browser "netscape"/],
    ["chromium-snap", /Snap/],
  ] as [string, RegExp][]) {
    const refused = await browser(home, "install", "--browser", name);
    assert.equal(refused.code, 1);
    assert.match(refused.err, words);
  }
  assert.equal((await browser(home, "install", "--dry-run")).code, 0);
  assert.deepEqual(tree(home.folder), before);
});
