// Keepleaf installed as a person installs it, into a home folder of its own: by `keepleaf browser install`.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { LinkItem, PageOf } from "../../../extension/src/protocol/messages.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../../..");
const build = resolve(root, process.env.KEEPLEAF_BUILD ?? "build/ci");
const extension = resolve(root, process.env.KEEPLEAF_EXTENSION ?? "extension/dist");

export interface Ids {
  gecko_id: string;
  chromium_ids: string[];
}

export class Keepleaf {
  readonly home: string;
  readonly program = join(build, "bin/keepleaf");
  readonly extensionDir = join(extension, "chromium");
  readonly extensionPackage = join(extension, "keepleaf-firefox.xpi");
  readonly ids: Ids;

  private constructor(home: string, ids: Ids) {
    this.home = home;
    this.ids = ids;
  }

  /** With a home folder, but known to no browser yet. */
  static async at(home?: string): Promise<Keepleaf> {
    const ids = JSON.parse(await readFile(join(root, "installer/browsers.json"), "utf8")) as Ids;
    const keepleaf = new Keepleaf(home ?? (await mkdtemp(join(tmpdir(), "keepleaf-e2e-"))), ids);
    await mkdir(keepleaf.library, { recursive: true });
    return keepleaf;
  }

  async installInto(name: "chromium" | "firefox"): Promise<void> {
    const where =
      name === "chromium"
        ? ["--dir", join(this.home, "chromium-profile/NativeMessagingHosts"), "--family", "chromium"]
        : ["--browser", "firefox"];
    if (name === "firefox") await mkdir(join(this.home, ".mozilla"), { recursive: true });
    await this.run("browser", "install", "--library", this.library, ...where);
  }

  async uninstall(): Promise<void> {
    await this.run("browser", "uninstall");
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
  async kept(url: string, snapshots = 1, milliseconds = 120_000): Promise<LinkItem> {
    return until(
      `a snapshot of ${url}`,
      async () => (await this.links()).find((item) => item.url === url && item.snapshot_count >= snapshots),
      milliseconds,
    );
  }

  /** The process ids of the hosts that a browser started for this home folder. */
  async hosts(): Promise<number[]> {
    const found: number[] = [];
    for (const name of await readdir("/proc")) {
      if (!/^[0-9]+$/.test(name)) continue;
      const [command = ""] = (await textOf(`/proc/${name}/cmdline`)).split("\0");
      if (!command.endsWith("/keepleaf-host")) continue;
      const environment = (await textOf(`/proc/${name}/environ`)).split("\0");
      if (environment.includes(`HOME=${this.home}`)) found.push(Number(name));
    }
    return found;
  }

  /** Bytes of captures under way, as they lie on the disk. */
  async stagedBytes(): Promise<number> {
    const folder = join(this.library, "staging");
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => null)));
    return sizes.reduce((sum, info) => sum + (info?.isFile() ? info.size : 0), 0);
  }

  async remove(): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }
}

/** Empty when it went away or is another user's. */
function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
