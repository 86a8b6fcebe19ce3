// Headless browsers: one with the real extension and the real host behind it, one for the peers.
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import type { Keepleaf } from "../support/keepleaf.ts";

export type BrowserName = "chromium" | "firefox";

export const viewport = { width: 1000, height: 700 };

// Firefox gives each extension a random host name per profile; this names it, so that its pages can be opened.
const firefoxHost = "6b656570-6c65-4166-8000-000000000002";

interface Launch {
  home: string;
  profile: string;
  args?: readonly string[];
  prefs?: Record<string, unknown>;
}

export async function launch(name: BrowserName, options: Launch): Promise<Browser> {
  const profile = join(options.home, options.profile);
  await mkdir(profile, { recursive: true });
  const firefox = name === "firefox";
  return puppeteer.launch({
    browser: firefox ? "firefox" : "chrome",
    executablePath: firefox ? "/usr/bin/firefox-esr" : "/usr/bin/chromium",
    headless: true,
    userDataDir: profile,
    env: { ...process.env, HOME: options.home, LANG: "C.UTF-8", LANGUAGE: "en" },
    defaultViewport: viewport,
    ...(firefox ? {} : { pipe: true, enableExtensions: true }),
    args: firefox
      ? ["--remote-allow-system-access", ...(options.args ?? [])]
      : [
          "--no-sandbox", // these tests run as root; the product never passes it
          "--disable-background-networking",
          "--disable-component-update",
          "--no-first-run",
          "--force-color-profile=srgb",
          ...(options.args ?? []),
        ],
    ...(firefox
      ? {
          extraPrefsFirefox: {
            "extensions.webextensions.uuids": JSON.stringify({ "keepleaf@keepleaf.org": firefoxHost }),
            "gfx.color_management.mode": 0,
            ...options.prefs,
          },
        }
      : {}),
  });
}

/** A page of the extension in a tab of its own, from which the extension can be asked as its popup asks. */
export async function openExtension(name: BrowserName, browser: Browser, keepleaf: Keepleaf): Promise<Page> {
  await browser.installExtension(await withAccess(name, keepleaf));
  const page = await browser.newPage();
  const host =
    name === "chromium"
      ? `chrome-extension://${keepleaf.extensionId(name)}`
      : `moz-extension://${firefoxHost}`;
  await page.goto(`${host}/options.html`, { timeout: 4_000 }).catch((error: unknown) => {
    if (name === "chromium") throw error; // Firefox never reports that such a page has loaded, but it has.
  });
  return page;
}

/**
 * The built extension, with the access to all sites that a person grants once at the browser's own prompt (which
 * foreign-frames.test.ts answers): steps with frames of other sites need it. Everything else is as shipped.
 */
async function withAccess(name: BrowserName, keepleaf: Keepleaf): Promise<string> {
  const folder = join(keepleaf.home, "extension");
  await cp(join(keepleaf.extensionDir, "..", name), folder, { recursive: true });
  const file = join(folder, "manifest.json");
  const manifest = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
  manifest.host_permissions = ["<all_urls>"];
  delete manifest.optional_host_permissions;
  await writeFile(file, JSON.stringify(manifest));
  return folder;
}
