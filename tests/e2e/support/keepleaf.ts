// Keepleaf installed as a person installs it, into a home folder of its own: by `keepleaf browser install`.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { LinkItem, PageOf } from "../../../extension/src/protocol/messages.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../../..");
const build = resolve(root, process.env.KEEPLEAF_BUILD ?? "build/ci");

export interface Ids {
  gecko_id: string;
  chromium_ids: string[];
}

export class Keepleaf {
  readonly home: string;
  readonly program = join(build, "bin/keepleaf");
  readonly extensionDir = join(root, "extension/dist/chromium");
  readonly extensionPackage = join(root, "extension/dist/keepleaf-firefox.xpi");
  readonly ids: Ids;

  private constructor(home: string, ids: Ids) {
    this.home = home;
    this.ids = ids;
  }

  static async install(name: "chromium" | "firefox", home?: string): Promise<Keepleaf> {
    const ids = JSON.parse(await readFile(join(root, "installer/browsers.json"), "utf8")) as Ids;
    const keepleaf = new Keepleaf(home ?? (await mkdtemp(join(tmpdir(), "keepleaf-e2e-"))), ids);
    await mkdir(keepleaf.library, { recursive: true });
    const where =
      name === "chromium"
        ? ["--dir", join(keepleaf.home, "chromium-profile/NativeMessagingHosts"), "--family", "chromium"]
        : ["--browser", "firefox"];
    if (name === "firefox") await mkdir(join(keepleaf.home, ".mozilla"), { recursive: true });
    await keepleaf.run("browser", "install", "--library", keepleaf.library, ...where);
    return keepleaf;
  }

  get library(): string {
    return join(this.home, "library");
  }

  extensionId(name: "chromium" | "firefox"): string {
    return name === "chromium" ? (this.ids.chromium_ids[0] ?? "") : this.ids.gecko_id;
  }

  env(): NodeJS.ProcessEnv {
    const clean: NodeJS.ProcessEnv = { ...process.env, HOME: this.home };
    for (const name of [
      "XDG_CONFIG_HOME",
      "XDG_DATA_HOME",
      "XDG_STATE_HOME",
      "XDG_RUNTIME_DIR",
      "KEEPLEAF_LIBRARY",
    ]) {
      delete clean[name];
    }
    return clean;
  }

  /** Runs the program; its standard output. Rejects when it fails. */
  async run(...words: string[]): Promise<string> {
    const { stdout } = await run(this.program, words, { env: this.env(), maxBuffer: 1 << 28 });
    return stdout;
  }

  async json<T>(...words: string[]): Promise<T> {
    return JSON.parse(await this.run(...words, "--json")) as T;
  }

  async links(): Promise<LinkItem[]> {
    return (await this.json<PageOf<LinkItem>>("list")).items;
  }

  /** Waits until a link with this URL has at least so many snapshots. */
  async kept(url: string, snapshots = 1, milliseconds = 40_000): Promise<LinkItem> {
    return until(
      `a snapshot of ${url}`,
      async () => (await this.links()).find((item) => item.url === url && item.snapshot_count >= snapshots),
      milliseconds,
    );
  }

  async remove(): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }
}
