// Runs the real command line in a home of its own.
import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { replies } from "../../../extension/src/protocol/shapes.ts";
import { type Home, program } from "./host.ts";

export interface Ran {
  code: number;
  out: string;
  err: string;
}

export function run(
  home: Home,
  args: string[],
  environment: Record<string, string | undefined> = {},
): Promise<Ran> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...home.environment, ...environment })) {
    if (value !== undefined) env[name] = value;
  }
  return new Promise((done) => {
    const child = execFile(
      program,
      args,
      { env, cwd: home.folder, encoding: "utf8", timeout: 60_000 },
      (error, out, err) => {
        done({ code: error ? (typeof error.code === "number" ? error.code : -1) : 0, out, err });
      },
    );
    child.stdin?.end();
  });
}

// The one document of --json, held to the shape of the protocol's reply when `type` names one.
// biome-ignore lint/suspicious/noExplicitAny: the caller looks at it field by field
export function document(ran: Ran, type?: keyof typeof replies): any {
  if (!ran.out.endsWith("\n") || ran.out.indexOf("\n") !== ran.out.length - 1) {
    throw new Error(`not one line on stdout: ${JSON.stringify(ran.out)}; stderr: ${ran.err}`);
  }
  const parsed: unknown = JSON.parse(ran.out);
  if (type) (replies[type] as (value: unknown, path: string) => unknown)(parsed, type);
  return parsed;
}

// A site on loopback. `pages` may change while it runs.
export class Site {
  readonly pages = new Map<string, { status?: number; type: string; body: string | Buffer }>();
  readonly requests: string[] = [];
  /** Called before a request is answered. */
  onRequest?: (path: string) => void;
  private readonly server: Server = createServer((request, response) => {
    this.requests.push(request.url ?? "");
    this.onRequest?.(request.url ?? "");
    const page = this.pages.get(request.url ?? "");
    response.writeHead(page?.status ?? (page ? 200 : 404), { "content-type": page?.type ?? "text/plain" });
    response.end(page?.body ?? "nothing here");
  });
  host = "";

  async start(): Promise<this> {
    await new Promise<void>((ready) => this.server.listen(0, "127.0.0.1", ready));
    this.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }
  url(path: string): string {
    return `http://${this.host}${path}`;
  }
  [Symbol.dispose]() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** Pages are fetched plainly and without a pause: for tests that are of something else than how pages come. */
export async function fetchPlainly(home: Home): Promise<void> {
  for (const set of [
    ["browser", "/nonexistent/browser"],
    ["host_pause_ms", "0"],
  ]) {
    const ran = await run(home, ["config", "set", ...set]);
    if (ran.code !== 0) throw new Error(ran.err);
  }
}
