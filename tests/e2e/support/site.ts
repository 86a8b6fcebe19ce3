// A web server on loopback that serves folders of real pages and remembers who asked for what: a replayed snapshot
// must leave no line in `requests`.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const types: Record<string, string> = {
  ".html": "text/html",
  ".htm": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".ttf": "font/ttf",
  ".pdf": "application/pdf",
  ".txt": "text/plain; charset=utf-8",
  ".xhtml": "application/xhtml+xml",
};

export type Route = (request: IncomingMessage, response: ServerResponse) => void;

export class Site {
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #mounts = new Map<string, string>();
  readonly #routes = new Map<string, Route>();

  private constructor() {
    // Long addresses are part of what is tested.
    this.#server = createServer({ maxHeaderSize: 256 * 1024 }, (request, response) => {
      this.requests.push(`${request.method} ${request.url}`);
      this.#serve(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  static async start(): Promise<Site> {
    const site = new Site();
    await new Promise<void>((resolve) => site.#server.listen(0, "127.0.0.1", resolve));
    return site;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The same server under another name: a foreign origin for the browser. */
  get foreignOrigin(): string {
    return `http://localhost:${this.port}`;
  }

  mount(prefix: string, folder: string): this {
    this.#mounts.set(prefix, folder);
    return this;
  }

  route(path: string, route: Route): this {
    this.#routes.set(path, route);
    return this;
  }

  page(path: string, html: string): this {
    return this.route(path, (_request, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname);
    const route = this.#routes.get(path);
    if (route) return route(request, response);
    for (const [prefix, folder] of this.#mounts) {
      if (!path.startsWith(prefix)) continue;
      const file = join(folder, normalize(path.slice(prefix.length)));
      if (!file.startsWith(folder)) break;
      const info = await stat(file).catch(() => undefined);
      if (!info?.isFile()) break;
      // As with Debian's documentation: pages name their own charset, so none is sent.
      response.writeHead(200, {
        "content-type": types[extname(file).toLowerCase()] ?? "application/octet-stream",
        "content-length": info.size,
      });
      createReadStream(file).pipe(response);
      return;
    }
    response.writeHead(404, { "content-type": "text/plain" }).end("not here");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
