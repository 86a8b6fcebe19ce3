// In the page's tab, in the peer extension's world: SingleFile's library under the clock. Built by peer.ts.
import type { PeerAnswer } from "./peer-page.ts";

interface Library {
  init(options: object): void;
  getPageData(options: object): Promise<{ content: string }>;
}
const { singlefile } = globalThis as unknown as { singlefile: Library };

async function outside(address: string) {
  const found = await chrome.runtime.sendMessage({ address });
  if (!found.data) throw new Error("not found");
  const bytes = Uint8Array.from(atob(found.data), (character) => character.charCodeAt(0));
  return {
    status: found.status,
    headers: new Headers(found.headers),
    arrayBuffer: () => Promise.resolve(bytes.buffer),
  };
}

async function get(address: string, init: RequestInit) {
  try {
    return await fetch(address, { ...init, cache: "force-cache" });
  } catch {
    return outside(address);
  }
}

async function runPeer(options: object): Promise<PeerAnswer> {
  singlefile.init({ fetch: get, frameFetch: get });
  const begin = performance.now();
  try {
    const { content } = await singlefile.getPageData({ ...options, url: location.href });
    return { ms: performance.now() - begin, content };
  } catch (error) {
    return { failed: String(error) };
  }
}

Object.assign(globalThis, { runPeer });
