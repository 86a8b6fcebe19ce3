// What Keepleaf is measured against, each run as its own makers run it: SingleFile's core in a world of its own in every
// frame, with the options of its command line and the same-origin policy off; MHTML by Chromium itself.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { CDPSession, Page } from "puppeteer-core";
import { type BrowserName, launch } from "./browsers.ts";
import type { Tool } from "./tools.ts";

export const peersFolder = fileURLToPath(new URL("../../bench/peers/", import.meta.url));
const core = join(peersFolder, "node_modules/single-file-core");
const world = "singlefile";

// The defaults of single-file-cli.
const options = {
  removeHiddenElements: true,
  removeUnusedStyles: true,
  removeUnusedFonts: true,
  compressHTML: true,
  loadDeferredImages: true,
  loadDeferredImagesMaxIdleTime: 1500,
  maxResourceSize: 10,
  backgroundSave: true,
  removeAlternativeFonts: true,
  removeAlternativeMedias: true,
  removeAlternativeImages: true,
  groupDuplicateImages: true,
  saveFavicon: true,
  insertMetaCSP: true,
  insertSingleFileComment: true,
  blockScripts: true,
  blockVideos: true,
  blockAudios: true,
};

// In Firefox's sandboxes, bytes that the page's fetch() gives can't be read by other code; an extension's own fetch() has no
// such trouble, and this stands in for it.
const ownBytes = `async (url, init) => {
  const response = await fetch(url, init);
  const reader = new FileReader();
  const done = new Promise((resolve) => reader.addEventListener("loadend", resolve));
  reader.readAsDataURL(await response.blob());
  await done;
  const bytes = Uint8Array.from(atob(reader.result.replace(/^[^,]*,/, "")), (one) => one.charCodeAt(0));
  const { status, headers } = response;
  return { status, headers, url: response.url, arrayBuffer: async () => bytes.buffer };
}`;

export function installPeers(): void {
  if (existsSync(core)) return;
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--prefix", peersFolder], { stdio: "inherit" });
}

export async function startSingleFile(name: BrowserName): Promise<Tool> {
  const home = await mkdtemp(join(tmpdir(), "keepleaf-singlefile-"));
  const [bundle, hooks] = await Promise.all([
    bundled("single-file.js", "singlefile"),
    bundled("single-file-hooks-frames.js", "singlefileHooks"),
  ]);
  const browser = await launch(name, {
    home,
    profile: `${name}-profile`,
    args:
      name === "firefox"
        ? []
        : [
            "--disable-web-security",
            "--disable-site-isolation-trials",
            "--disable-features=IsolateOrigins,site-per-process",
          ],
    prefs: { "content.cors.disable": true },
  });
  const worlds = new WeakMap<Page, (expression: string) => Promise<string>>();
  let count = 0;
  return {
    browser,
    ownRequests: true,
    async prepare(page) {
      worlds.set(page, await (name === "firefox" ? firefoxWorld : chromiumWorld)(page, bundle, hooks));
    },
    async save(page) {
      const asked = JSON.stringify({ ...options, url: page.url() });
      const setUp = name === "firefox" ? `{ fetch: ${ownBytes} }` : "{}";
      const content = await worlds.get(page)?.(
        `singlefile.getPageData(${asked}, ${setUp}).then((data) => data.content)`,
      );
      const file = join(home, `page-${count++}.html`);
      await writeFile(file, content ?? "");
      return file;
    },
    async stop() {
      await browser.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function bundled(entry: string, globalName: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(core, entry)],
    bundle: true,
    format: "iife",
    globalName,
    write: false,
    charset: "utf8",
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

async function chromiumWorld(page: Page, bundle: string, hooks: string) {
  const session: CDPSession = await page.createCDPSession();
  const source = `${bundle}; globalThis.singlefile = singlefile;`;
  await session.send("Page.enable");
  await session.send("Page.addScriptToEvaluateOnNewDocument", { source: hooks });
  await session.send("Page.addScriptToEvaluateOnNewDocument", { source, worldName: world });
  return async (expression: string): Promise<string> => {
    const { frameTree } = await session.send("Page.getFrameTree");
    const { executionContextId } = await session.send("Page.createIsolatedWorld", {
      frameId: frameTree.frame.id,
      worldName: world,
    });
    const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
      expression,
      contextId: executionContextId,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return String(result.value);
  };
}

interface Bidi {
  send(method: string, body: unknown): Promise<{ result: unknown }>;
}

async function firefoxWorld(page: Page, bundle: string, hooks: string) {
  const { connection } = page.browser() as unknown as { connection: Bidi };
  const { _id: context } = page.mainFrame() as unknown as { _id: string };
  const preload = (source: string, sandbox?: string) =>
    connection.send("script.addPreloadScript", {
      functionDeclaration: `() => { ${source} }`,
      contexts: [context],
      ...(sandbox ? { sandbox } : {}),
    });
  await preload(hooks);
  await preload(`${bundle}; globalThis.singlefile = singlefile;`, world);
  return async (expression: string): Promise<string> => {
    const { result } = await connection.send("script.evaluate", {
      expression,
      target: { context, sandbox: world },
      awaitPromise: true,
    });
    const answer = result as { result?: { value: string }; exceptionDetails?: { text: string } };
    if (!answer.result) throw new Error(answer.exceptionDetails?.text ?? "no answer");
    return answer.result.value;
  };
}

export async function startMhtml(): Promise<Tool> {
  const home = await mkdtemp(join(tmpdir(), "keepleaf-mhtml-"));
  const browser = await launch("chromium", { home, profile: "chromium-profile" });
  let count = 0;
  return {
    browser,
    ownRequests: false,
    prepare: async () => undefined,
    async save(page) {
      const session = await page.createCDPSession();
      const { data } = await session.send("Page.captureSnapshot", { format: "mhtml" });
      await session.detach();
      const file = join(home, `page-${count++}.mhtml`);
      await writeFile(file, data);
      return file;
    },
    async stop() {
      await browser.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
