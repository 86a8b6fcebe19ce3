import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const run = promisify(execFile);
const archives = ["keepleaf-chromium.zip", "keepleaf-firefox.xpi"];
let out = "";

interface Manifest {
  [key: string]: unknown;
  version: string;
  permissions: string[];
  optional_permissions: string[];
  optional_host_permissions: string[];
  background: Record<string, unknown>;
  content_security_policy: { extension_pages: string };
}

async function build(folder: string): Promise<void> {
  await run(process.execPath, [join(root, "extension/build.mjs"), "--out", folder], { cwd: tmpdir() });
}
async function json<T>(...path: string[]): Promise<T> {
  return JSON.parse(await readFile(join(...path), "utf8")) as T;
}
const manifestOf = (browser: string) => json<Manifest>(out, browser, "manifest.json");

before(async () => {
  out = await mkdtemp(join(tmpdir(), "keepleaf build ü "));
  await build(out);
});
after(() => rm(out, { recursive: true, force: true }));

test("the same tree gives the same bytes, from another folder as well", async () => {
  const again = await mkdtemp(join(tmpdir(), "keepleaf-again-"));
  try {
    await build(again);
    for (const archive of archives) {
      assert.deepEqual(await readFile(join(out, archive)), await readFile(join(again, archive)), archive);
    }
  } finally {
    await rm(again, { recursive: true, force: true });
  }
});

test("the archives hold what the folders hold, as other programs read them", async () => {
  for (const [browser, archive] of [
    ["chromium", archives[0]],
    ["firefox", archives[1]],
  ] as const) {
    const names = (await run("python3", ["-c", listZip, join(out, archive ?? "")])).stdout.trim().split("\n");
    const entries = await readdir(join(out, browser), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    const expected = await Promise.all(
      files.map(async (path) => {
        const digest = createHash("sha256")
          .update(await readFile(path))
          .digest("hex");
        return `${path.slice(join(out, browser).length + 1)} ${digest}`;
      }),
    );
    assert.deepEqual(names.sort(), expected.sort());
  }
});
const listZip = `
import hashlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    for name in archive.namelist():
        print(name, hashlib.sha256(archive.read(name)).hexdigest())
`;

test("version and ids come from their one place", async () => {
  const { version } = await json<{ version: string }>(root, "package.json");
  const ids = await json<{ chromium_key: string; gecko_id: string; chromium_ids: string[] }>(
    root,
    "installer/browsers.json",
  );
  const chromium = await manifestOf("chromium");
  const firefox = await manifestOf("firefox");
  assert.equal(chromium.version, version);
  assert.equal(firefox.version, version);
  assert.equal(chromium.key, ids.chromium_key);
  assert.equal("key" in firefox, false);
  const { gecko } = firefox.browser_specific_settings as { gecko: Record<string, unknown> };
  assert.equal(gecko.id, ids.gecko_id);
  assert.deepEqual(gecko.data_collection_permissions, { required: ["none"] });
  assert.equal("browser_specific_settings" in chromium, false);
});

test("the id that Chromium makes of the key is the one that the host admits", async () => {
  const { key } = await manifestOf("chromium");
  const { chromium_ids } = await json<{ chromium_ids: string[] }>(root, "installer/browsers.json");
  const digest = createHash("sha256")
    .update(Buffer.from(String(key), "base64"))
    .digest("hex")
    .slice(0, 32);
  const id = [...digest].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join("");
  assert.ok(chromium_ids.includes(id), id);
});

test("what is asked for at the install is exactly this, everything else is optional", async () => {
  for (const browser of ["chromium", "firefox"]) {
    const manifest = await manifestOf(browser);
    assert.deepEqual([...manifest.permissions].sort(), [
      "activeTab",
      "alarms",
      "contextMenus",
      "nativeMessaging",
      // Without a warning to the person, and only for a page without a window (decisions/off-screen-page.md).
      ...(browser === "chromium" ? ["offscreen"] : []),
      "scripting",
      "storage",
      "unlimitedStorage",
    ]);
    assert.deepEqual(manifest.optional_host_permissions, ["<all_urls>"]);
    for (const never of ["host_permissions", "content_scripts", "externally_connectable"]) {
      assert.equal(never in manifest, false, `${browser}: ${never}`);
    }
  }
  // Firefox's sandboxed replay frame counts as a web page; what it loads is the agent alone.
  const open = [{ resources: ["replay-agent.js"], matches: ["<all_urls>"] }];
  assert.deepEqual((await manifestOf("firefox")).web_accessible_resources, open);
  assert.equal("web_accessible_resources" in (await manifestOf("chromium")), false);
  assert.deepEqual((await manifestOf("chromium")).optional_permissions, ["tabs", "pageCapture"]);
  assert.deepEqual((await manifestOf("firefox")).optional_permissions, ["tabs"]);
});

test("only packaged scripts run", async () => {
  for (const browser of ["chromium", "firefox"]) {
    const csp = (await manifestOf(browser)).content_security_policy.extension_pages;
    assert.match(csp, /default-src 'none'/);
    assert.match(csp, /script-src 'self'(;|$)/);
    assert.doesNotMatch(csp, /unsafe-eval|wasm-unsafe/);
  }
});

test("every file that a manifest or a page names is in the package", async () => {
  for (const browser of ["chromium", "firefox"]) {
    const folder = join(out, browser);
    const files = (await readdir(folder, { recursive: true })).map(String);
    const named = JSON.stringify(await manifestOf(browser)).matchAll(/"([\w/-]+\.(?:js|html|png|css))"/g);
    for (const [, name = ""] of named) assert.ok(files.includes(name), `${browser}: ${name}`);
    for (const page of files.filter((name) => name.endsWith(".html"))) {
      const text = await readFile(join(folder, page), "utf8");
      assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)/, `${page}: no script in a page itself`);
      for (const [, name = ""] of text.matchAll(/(?:src|href)="([^"#:]+)"/g)) {
        assert.ok(files.includes(name), `${browser} ${page}: ${name}`);
      }
    }
  }
});
