// The web of the benchmark, on loopback: the corpus' folders on a server of their own, and a proxy behind which the
// recorded sites answer under their own names, with a certificate that the browser is told to take. Counts requests.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Site } from "../../e2e/support/site.ts";
import type { Corpus } from "./corpus.ts";
import type { Recorded } from "./recordings.ts";

const run = promisify(execFile);

export class Web {
  readonly #site: Site;
  readonly #proxy: Server;
  readonly #tls: TlsServer;
  readonly #answers = new Map<string, Recorded>();
  readonly #withoutQuery = new Map<string, Recorded>();
  readonly #sockets = new Set<Socket>();
  /** Every request, as its address. */
  readonly log: string[] = [];

  private constructor(site: Site, tls: TlsServer, corpus: Corpus) {
    this.#site = site;
    this.#tls = tls;
    for (const [prefix, folder] of corpus.mounts) site.mount(prefix, folder);
    for (const { answers } of corpus.recordings) {
      for (const [url, answer] of answers) {
        this.#answers.set(url, answer);
        // Scripts put the time or a random number into addresses: the recording has another one.
        this.#withoutQuery.set(url.replace(/\?.*$/s, ""), answer);
      }
    }
    this.#proxy = createServer((request, response) => this.#answer(request.url ?? "", request, response));
    this.#proxy.on("connect", (_request, socket: Socket) => {
      const through = connect(port(this.#tls), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(through).pipe(socket);
      });
      for (const end of [socket, through]) {
        this.#sockets.add(end);
        end.on("error", () => socket.destroy());
        end.on("close", () => this.#sockets.delete(end));
      }
    });
    tls.on("request", (request: IncomingMessage, response: ServerResponse) =>
      this.#answer(`https://${request.headers.host}${request.url}`, request, response),
    );
  }

  static async start(corpus: Corpus): Promise<Web> {
    const web = new Web(await Site.start(), createTlsServer(await certificate()), corpus);
    for (const server of [web.#proxy, web.#tls]) {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    }
    return web;
  }

  get proxyPort(): number {
    return port(this.#proxy);
  }

  /** Requests so far, of whatever kind, that reached a server. */
  get requests(): number {
    return this.log.length + this.#site.requests.length;
  }

  /** Serves a page that is made here. */
  page(path: string, html: string): void {
    this.#site.page(path, html);
  }

  bytes(path: string, type: string, bytes: Buffer): void {
    this.#site.route(path, (_request, response) => {
      response.writeHead(200, { "content-type": type, "content-length": bytes.length }).end(bytes);
    });
  }

  /** Where a page is, in a form that no earlier visit had. */
  address(page: string, visit: string): string {
    const url = new URL(page, this.#site.origin);
    url.searchParams.set("visit", visit);
    return url.href;
  }

  #answer(address: string, request: IncomingMessage, response: ServerResponse): void {
    this.log.push(address);
    request.resume();
    const exact = new URL(address);
    exact.searchParams.delete("visit");
    const found =
      this.#answers.get(address) ??
      this.#answers.get(exact.href) ??
      this.#withoutQuery.get(address.replace(/\?.*$/s, ""));
    if (!found) {
      response.writeHead(404, { "content-type": "text/plain" }).end("not recorded");
      return;
    }
    const headers = new Map<string, string[]>();
    for (const [name, value] of found.headers) headers.set(name, [...(headers.get(name) ?? []), value]);
    response.writeHead(found.status, Object.fromEntries(headers));
    response.end(found.body);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of [this.#proxy, this.#tls]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await this.#site.stop();
  }
}

function port(server: Server | TlsServer): number {
  return (server.address() as AddressInfo).port;
}

async function certificate(): Promise<{ key: Buffer; cert: Buffer }> {
  const folder = await mkdtemp(join(tmpdir(), "keepleaf-bench-"));
  const key = join(folder, "key.pem");
  const cert = join(folder, "cert.pem");
  try {
    const words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=corpus.test";
    await run("openssl", [...words.split(" "), "-keyout", key, "-out", cert]);
    return { key: await readFile(key), cert: await readFile(cert) };
  } finally {
    await rm(folder, { recursive: true });
  }
}
