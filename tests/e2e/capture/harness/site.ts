// Fixture pages on loopback. Several addresses (127.0.0.1, 127.0.0.2, …) are several sites, so that cross-origin frames
// and refused permissions can be tried. Also carries orders to the driver page.

import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import type { Order, Outcome } from "./orders.ts";

const pages = fileURLToPath(new URL("../../../fixtures/pages/", import.meta.url));
const types: Record<string, string> = {
  ".html": "text/html",
  ".xhtml": "application/xhtml+xml",
  ".css": "text/css",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".js": "text/javascript",
  ".pdf": "application/pdf",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
  ".ttf": "font/ttf",
  ".mp4": "video/mp4",
};

export class Site {
  readonly requests: string[] = [];
  private readonly server_: Server;
  private waitingDriver_: ServerResponse | undefined;
  private order_: Order | undefined;
  private settle_: ((outcome: Outcome) => void) | undefined;
  private readonly hanging_ = new Set<ServerResponse>();
  private readonly made_ = new Map<string, { type: string; bytes: Buffer }>();

  private constructor(server: Server) {
    this.server_ = server;
  }

  static async start(): Promise<Site> {
    const server = createServer((request, response) => void site.answer_(request, response));
    const site = new Site(server);
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    return site;
  }

  get port(): number {
    const address = this.server_.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  url(path: string, host = "127.0.0.1"): string {
    return `http://${host}:${this.port}/${path}`;
  }

  /** Serves bytes that no fixture file holds, at /made/NAME. */
  put(name: string, type: string, bytes: Buffer): string {
    this.made_.set(name, { type, bytes });
    return this.url(`made/${name}`);
  }

  /** Asks the driver page in the browser for a capture. */
  capture(order: Order): Promise<Outcome> {
    return new Promise((resolve) => {
      this.settle_ = resolve;
      this.order_ = order;
      this.handOut_();
    });
  }

  async stop(): Promise<void> {
    for (const response of this.hanging_) response.destroy();
    this.server_.closeAllConnections();
    await new Promise((resolve) => this.server_.close(resolve));
  }

  private handOut_(): void {
    if (!this.waitingDriver_ || !this.order_) return;
    this.waitingDriver_.end(JSON.stringify(this.order_));
    this.waitingDriver_ = undefined;
    this.order_ = undefined;
  }

  private async answer_(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://host");
    const path = decodeURIComponent(url.pathname);
    if (path === "/order") {
      this.waitingDriver_ = response;
      this.handOut_();
    } else if (path === "/outcome") {
      let text = "";
      for await (const piece of request) text += piece;
      response.end();
      this.settle_?.(JSON.parse(text) as Outcome);
    } else if (path.startsWith("/redirect/")) {
      response.writeHead(302, { location: `/${path.slice("/redirect/".length)}` }).end();
    } else if (path.startsWith("/status/")) {
      response.writeHead(Number(path.slice("/status/".length)), { "content-type": "text/plain" }).end("no");
    } else if (path.startsWith("/hang")) {
      this.hanging_.add(response);
    } else if (path === "/away") {
      response.writeHead(200, { "content-type": "text/html" }).end("<title>away</title>");
    } else {
      await this.serveFile_(request, response, path, url.searchParams);
    }
  }

  // ?cors lets other sites read the answer, ?csp= is the policy, ?type= the Content-Type; HOST(n) in markup is another
  // site.
  private async serveFile_(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> {
    this.requests.push(`http://${request.headers.host}${request.url}`);
    const made = path.startsWith("/made/") ? this.made_.get(path.slice("/made/".length)) : undefined;
    const file = normalize(join(pages, path));
    const bytes =
      made?.bytes ?? (file.startsWith(pages) ? await readFile(file).catch(() => undefined) : undefined);
    if (!bytes) {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found");
      return;
    }
    const headers: Record<string, string> = {
      "content-type": query.get("type") ?? made?.type ?? types[extname(file)] ?? "application/octet-stream",
      "cache-control": "max-age=600",
    };
    if (query.has("cors")) headers["access-control-allow-origin"] = "*";
    if (query.has("csp")) headers["content-security-policy"] = query.get("csp") ?? "";
    response.writeHead(200, headers);
    const isMarkup = !made && extname(file) === ".html" && !path.endsWith("legacy.html");
    response.end(
      isMarkup
        ? bytes
            .toString("utf8")
            .replace(/HOST\((\d)\)/g, (_, n: string) => `http://127.0.0.${n}:${this.port}`)
        : bytes,
    );
  }
}
