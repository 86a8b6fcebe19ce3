// The fixtures of the scoreboard on loopback, each at /<step>/…. 127.0.0.1, 127.0.0.2, … are sites of their own: HOST(2)
// in a text stands for the second. Every HTML document ends with a script that leaves a mark on its window: where the
// mark is found again in a reopened page, a script of the page has run.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import type { Served, Step } from "./step.ts";

export const pagesFolder = fileURLToPath(new URL("../../fixtures/pages/", import.meta.url));
export const scriptMark = "keepleafPageScriptRan";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".xhtml": "application/xhtml+xml",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".mml": "application/mathml+xml",
  ".xml": "application/xml",
  ".png": "image/png",
  ".gif": "image/gif",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".ttf": "font/ttf",
  ".woff2": "font/woff2",
  ".wav": "audio/wav",
  ".mp4": "video/mp4",
  ".webm": "video/webm",
  ".vtt": "text/vtt",
  ".txt": "text/plain; charset=utf-8",
  ".pdf": "application/pdf",
};
const withHosts = new Set([".html", ".xhtml", ".css", ".js", ".svg"]);

export class StepSite {
  /** Who asked while the network was dead. */
  readonly afterDeath: string[] = [];
  private readonly server_: Server;
  private readonly steps_: ReadonlyMap<string, Step>;
  private dead_ = false;

  private constructor(server: Server, steps: ReadonlyMap<string, Step>) {
    this.server_ = server;
    this.steps_ = steps;
  }

  static async start(steps: ReadonlyMap<string, Step>): Promise<StepSite> {
    const server = createServer((request, response) => {
      site.answer_(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    const site = new StepSite(server, steps);
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    return site;
  }

  url(name: string, step: Step): string {
    return `http://127.0.0.1:${this.port}/${name}/${step.entry ?? "index.html"}`;
  }

  get port(): number {
    return (this.server_.address() as AddressInfo).port;
  }

  /** From now on nobody is answered, and whoever asks is noted. */
  die(): void {
    this.dead_ = true;
    this.afterDeath.length = 0;
    this.server_.closeAllConnections();
  }

  revive(): void {
    this.dead_ = false;
  }

  async stop(): Promise<void> {
    this.server_.closeAllConnections();
    await new Promise((resolve) => this.server_.close(resolve));
  }

  private async answer_(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.dead_) {
      this.afterDeath.push(`http://${request.headers.host}${request.url}`);
      response.destroy();
      return;
    }
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname);
    const [, name = "", ...rest] = path.split("/");
    const inside = rest.join("/");
    const served: Served = this.steps_.get(name)?.serve?.[inside] ?? {};
    if (served.hang) return;
    if (served.delay) await new Promise((resolve) => setTimeout(resolve, served.delay));
    const bytes = await this.bytes_(name, inside, served);
    if (!bytes) {
      response.writeHead(404, { "content-type": "text/plain" }).end("not here");
      return;
    }
    const kind = extname(inside);
    response.writeHead(served.status ?? 200, {
      "content-type": types[kind] ?? "application/octet-stream",
      "cache-control": "max-age=600",
      ...served.headers,
    });
    response.end(withHosts.has(kind) ? this.prepared_(bytes, kind) : bytes);
  }

  private async bytes_(name: string, inside: string, served: Served): Promise<Buffer | undefined> {
    if (typeof served.body === "function") return served.body();
    if (served.body !== undefined) return Buffer.from(served.body);
    const file = normalize(join(pagesFolder, name, inside));
    if (!file.startsWith(pagesFolder)) return undefined;
    return readFile(file).catch(() => undefined);
  }

  // As Latin-1, in which every byte of every encoding survives.
  private prepared_(bytes: Buffer, kind: string): Buffer {
    const text = bytes
      .toString("latin1")
      .replace(/HOST\((\d)\)/g, (_, n: string) => `http://127.0.0.${n}:${this.port}`);
    return Buffer.from(kind === ".html" ? `${text}<script>window.${scriptMark}=1</script>` : text, "latin1");
  }
}
