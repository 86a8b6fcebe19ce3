// The peer: SingleFile's own library, run in the page by an extension of this benchmark as its own extension runs it: in
// every frame before the page is saved, with the extension's fetch where the page's is refused. It is run, never linked:
// it comes from tests/bench/peers, which no one but this benchmark installs.
import { existsSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import type { BenchBrowser, BrowserName } from "./browser.ts";
import type { PeerAnswer } from "./peer-page.ts";

const peers = resolve(import.meta.dirname, "../peers");
export const peerGeckoId = "bench-peer@keepleaf.org";

/** What its command line uses when nothing is said; without the waits, what is left is computation. */
const defaults = {
  removeHiddenElements: true,
  removeUnusedStyles: true,
  removeUnusedFonts: true,
  removeAlternativeFonts: true,
  removeAlternativeMedias: true,
  removeAlternativeImages: true,
  groupDuplicateImages: true,
  compressHTML: true,
  loadDeferredImages: true,
  loadDeferredImagesMaxIdleTime: 1500,
  maxResourceSize: 10,
  saveFavicon: true,
  insertMetaCSP: true,
  insertSingleFileComment: true,
  blockScripts: true,
  blockVideos: true,
  blockAudios: true,
};

export async function buildPeer(name: BrowserName, folder: string): Promise<string> {
  if (!existsSync(join(peers, "node_modules/single-file-core"))) {
    throw new Error("the peer is not installed: npm ci --prefix tests/bench/peers");
  }
  await mkdir(folder, { recursive: true });
  const bundle = (module: string, out: string, globalName?: string) =>
    build({
      stdin: { contents: `export * from "single-file-core/${module}";`, resolveDir: peers },
      bundle: true,
      format: "iife",
      ...(globalName ? { globalName } : {}),
      outfile: join(folder, out),
      logLevel: "error",
      // Where it finds this namespace it expects the background of its own extension to keep its timers.
      banner: { js: "globalThis.browser = undefined;" },
    });
  await bundle("single-file.js", "singlefile.js", "singlefile");
  await bundle("single-file-frames.js", "frames.js", "singlefileFrames");
  await bundle("single-file-hooks-frames.js", "hooks.js");
  await build({
    entryPoints: [
      { in: join(import.meta.dirname, "peer-background.ts"), out: "background" },
      { in: join(import.meta.dirname, "peer-page.ts"), out: "page" },
      { in: join(import.meta.dirname, "peer-in-tab.ts"), out: "in-tab" },
    ],
    bundle: true,
    format: "iife",
    outdir: folder,
  });
  await cp(join(import.meta.dirname, "peer.html"), join(folder, "peer.html"));
  const manifest = {
    manifest_version: 3,
    name: "Keepleaf benchmark: peer",
    version: "1",
    permissions: ["scripting", "tabs"],
    host_permissions: ["<all_urls>"],
    ...(name === "chromium"
      ? { background: { service_worker: "background.js" } }
      : {
          background: { scripts: ["background.js"] },
          browser_specific_settings: { gecko: { id: peerGeckoId } },
        }),
  };
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  return folder;
}

/** `waits`: SingleFile's defaults, with its deliberate wait for deferred images; else its computation alone. */
export async function runPeer(
  browser: BenchBrowser,
  waits: boolean,
): Promise<{ ms: number; content: string }> {
  const { ms, content, failed } = await browser.peerPage.evaluate(
    (url, options) => (globalThis as unknown as PeerPage).runPeerIn(url, options),
    browser.page.url(),
    { ...defaults, loadDeferredImages: waits },
  );
  if (ms === undefined || content === undefined) throw new Error(`SingleFile: ${failed}`);
  return { ms, content };
}

interface PeerPage {
  runPeerIn(url: string, options: object): Promise<PeerAnswer>;
}
