// A screen of its own with a window manager, and hands on it: the mouse and the keys that a person would use.
// Browsers see real input events here, from outside, never a scripted one.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { PNG } from "pngjs";
import { until } from "./until.ts";

const run = promisify(execFile);

export interface Colour {
  r: number;
  g: number;
  b: number;
}

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export class Display {
  readonly name: string;
  private static readonly width = 1280;
  private static readonly height = 900;
  readonly width = Display.width;
  readonly height = Display.height;
  #processes: ChildProcess[] = [];

  private constructor(number: string) {
    this.name = `:${number}`;
  }

  static async start(): Promise<Display> {
    // The server itself looks for a free number and writes it down: two tests never get the same.
    // Without -noreset it starts over whenever its last client leaves: a look at the screen before the window manager
    // was up would have thrown the window manager out.
    const server = spawn(
      "Xvfb",
      [
        "-displayfd",
        "3",
        "-noreset",
        "-screen",
        "0",
        `${Display.width}x${Display.height}x24`,
        "-nolisten",
        "tcp",
      ],
      { stdio: ["ignore", "ignore", "ignore", "pipe"] },
    );
    let number = "";
    server.stdio[3]?.on("data", (written: Buffer) => {
      number += written;
    });
    await until("Xvfb", () => number.endsWith("\n"));
    const display = new Display(number.trim());
    display.#processes.push(server, spawn("openbox", [], { stdio: "ignore", env: display.env() }));
    await until("the window manager", async () => {
      const { stdout } = await run("xprop", ["-root", "_NET_SUPPORTING_WM_CHECK"], { env: display.env() });
      return stdout.includes("window id");
    });
    return display;
  }

  env(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
    return { ...process.env, DISPLAY: this.name, ...extra };
  }

  async screenshot(path?: string): Promise<PNG> {
    const file = path ?? join(tmpdir(), `keepleaf-screen-${process.pid}-${this.name.slice(1)}.png`);
    await run("import", ["-silent", "-window", "root", "-depth", "8", file], { env: this.env() });
    const image = PNG.sync.read(await readFile(file));
    if (path === undefined) await rm(file, { force: true });
    return image;
  }

  /** Where a blot of the colour of at least `least` pixels is, top-most first; undefined when there is none. */
  async find(colour: Colour, within?: Partial<Area>, least = 20): Promise<Area | undefined> {
    return findColour(await this.screenshot(), colour, within, least);
  }

  async xdotool(...words: string[]): Promise<void> {
    await run("xdotool", words, { env: this.env() });
  }

  async point(x: number, y: number): Promise<void> {
    await this.xdotool("mousemove", String(Math.round(x)), String(Math.round(y)));
  }

  /** Where the pointer is, or at a place. */
  async click(x?: number, y?: number, button: 1 | 2 | 3 = 1): Promise<void> {
    if (x !== undefined && y !== undefined) await this.point(x, y);
    await this.xdotool("click", String(button));
  }

  async clickArea(area: Area, button: 1 | 2 | 3 = 1): Promise<void> {
    await this.click(area.x + area.width / 2, area.y + area.height / 2, button);
  }

  async key(...keys: string[]): Promise<void> {
    await this.xdotool("key", "--clearmodifiers", ...keys);
  }

  async type(text: string): Promise<void> {
    await this.xdotool("type", "--delay", "20", text);
  }

  /** Whether an input shows on the screen, which is then left to come to rest. */
  async changes(input: () => Promise<void>): Promise<boolean> {
    let before = await this.screenshot();
    const look = async (different: boolean) => {
      const now = await this.screenshot();
      const differs = Buffer.compare(now.data, before.data) !== 0;
      before = now;
      return differs === different;
    };
    await input();
    const changed = await until("a change", () => look(true), 2_000).catch(() => false);
    await until("the screen to come to rest", () => look(false), 2_000).catch(() => false);
    return changed;
  }

  /** The windows that a person sees, of all browsers on this screen. */
  async windows(): Promise<string[]> {
    const { stdout } = await run("xprop", ["-root", "_NET_CLIENT_LIST"], { env: this.env() });
    return stdout.match(/0x[0-9a-f]+/g) ?? [];
  }

  stop(): void {
    for (const child of this.#processes.reverse()) child.kill("SIGTERM");
  }
}

const near = (a: number, b: number) => Math.abs(a - b) <= 14;

/** The connected blot of a colour, found row by row: rows that touch and overlap grow the same area. */
export function findColour(
  image: PNG,
  colour: Colour,
  within: Partial<Area> = {},
  least = 20,
): Area | undefined {
  const left = within.x ?? 0;
  const top = within.y ?? 0;
  const right = Math.min(image.width, left + (within.width ?? image.width));
  const bottom = Math.min(image.height, top + (within.height ?? image.height));
  const matches = (x: number, y: number) => {
    const i = (y * image.width + x) * 4;
    const { data } = image;
    return (
      near(data[i] ?? -99, colour.r) &&
      near(data[i + 1] ?? -99, colour.g) &&
      near(data[i + 2] ?? -99, colour.b)
    );
  };
  const seen = new Set<number>();
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      if (seen.has(y * image.width + x) || !matches(x, y)) continue;
      const stack = [[x, y] as const];
      let [minX, minY, maxX, maxY, count] = [x, y, x, y, 0];
      for (let next = stack.pop(); next; next = stack.pop()) {
        const [px, py] = next;
        const key = py * image.width + px;
        if (px < left || py < top || px >= right || py >= bottom || seen.has(key) || !matches(px, py))
          continue;
        seen.add(key);
        count++;
        minX = Math.min(minX, px);
        maxX = Math.max(maxX, px);
        minY = Math.min(minY, py);
        maxY = Math.max(maxY, py);
        stack.push([px + 1, py], [px - 1, py], [px, py + 1], [px, py - 1]);
      }
      if (count >= least) return { x: minX, y: minY, width: maxX - minX + 1, height: maxY - minY + 1 };
    }
  }
  return undefined;
}
