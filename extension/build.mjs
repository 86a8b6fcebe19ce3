// Builds the extension for both browsers from one source:
//   extension/dist/{chromium,firefox}/     to be loaded unpacked
//   extension/dist/keepleaf-chromium.zip   extension/dist/keepleaf-firefox.xpi
// The same tree gives the same bytes. `--out DIR` builds elsewhere, `--trace` with marks for tests/bench.

import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { mergeManifest } from "./manifest.mjs";
import { zip } from "./zip.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const source = join(here, "src");
const flag = process.argv.indexOf("--out");
const out = flag > 0 ? process.argv[flag + 1] : join(here, "dist");

// A room with a main.ts is one script; a room with an HTML file of its name is one page with its style sheet.
const rooms = [
  "background",
  "popup",
  "options",
  "several",
  "capture",
  "library",
  "off-screen",
  "replay-agent",
].filter((room) => existsSync(join(source, room, "main.ts")));
const archives = { chromium: "keepleaf-chromium.zip", firefox: "keepleaf-firefox.xpi" };

async function bundle(folder, browser) {
  const entryPoints = rooms.map((room) => ({ in: join(source, room, "main.ts"), out: room }));
  for (const room of rooms) {
    const style = join(source, room, `${room}.css`);
    if (existsSync(style)) entryPoints.push({ in: style, out: room });
  }
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir: folder,
    bundle: true,
    format: "iife",
    target: browser === "chromium" ? "chrome128" : "firefox140",
    charset: "utf8",
    define: { keepleafTrace: String(process.argv.includes("--trace")) },
    legalComments: "none",
    logLevel: "warning",
  });
}

async function copyStatic(folder) {
  await cp(join(source, "_locales"), join(folder, "_locales"), { recursive: true });
  await cp(join(source, "icons"), join(folder, "icons"), { recursive: true });
  for (const room of rooms) {
    const page = join(source, room, `${room}.html`);
    if (existsSync(page)) await cp(page, join(folder, `${room}.html`));
  }
}

async function readJson(...path) {
  return JSON.parse(await readFile(join(root, ...path), "utf8"));
}

async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.map(async (path) => ({
      name: relative(folder, path).split(sep).join("/"),
      data: await readFile(path),
    })),
  );
}

const { version } = await readJson("package.json");
const ids = await readJson("installer", "browsers.json");
const base = await readJson("manifests", "extension", "base.json");
for (const [browser, archive] of Object.entries(archives)) {
  const folder = join(out, browser);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const own = await readJson("manifests", "extension", `${browser}.json`);
  const manifest = mergeManifest(base, own, { version, ids, browser });
  await writeFile(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await copyStatic(folder);
  await bundle(folder, browser);
  await writeFile(join(out, archive), zip(await filesBelow(folder)));
}
