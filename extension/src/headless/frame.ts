// A frame's end in a headless browser: the capture bundle, which is there already, over the host's binding. Runs in a
// world of its own, out of the page's reach.
import type { MessagePortLike, ToFrame } from "../capture/frame/messages.ts";
import type { CaptureBundle } from "../capture/main.ts";
import { fromBase64 } from "../protocol/bytes.ts";
import { type FrameAnswer, type FrameQuestion, forCollector, forHost } from "./messages.ts";
import { walkThrough } from "./settle.ts";

interface HeadlessWorld {
  keepleafCapture: CaptureBundle;
  keepleafSend(text: string): void;
  /** Of the collector. */
  keepleafReceive(text: string): void;
  /** Of the host. */
  keepleafAnswer(text: string): void;
  keepleafWalkThrough: () => Promise<void>;
  /** Browsers list the nodes of such a document in a time that grows with the square of its depth. */
  keepleafIsDeep(): boolean;
  /** Called with each host element and its closed shadow root, which only the browser knows. */
  keepleafClosedRoot(host: Element, root: ShadowRoot): void;
}

/** Levels of elements that are as deep as any page that people make. */
const deepest = 2_000;

const world = globalThis as unknown as HeadlessWorld;
const waiting = new Map<number, (answer: FrameAnswer) => void>();
const closedRoots = new WeakMap<Element, ShadowRoot>();
let next = 1;

const listeners: ((message: ToFrame) => void)[] = [];
const port: MessagePortLike<ToFrame> = {
  postMessage: (message) => world.keepleafSend(forCollector + JSON.stringify(message)),
  disconnect: () => {},
  onMessage: { addListener: (listener) => listeners.push(listener) },
  // The page is closed when its capture is done: nobody listens longer.
  onDisconnect: { addListener: () => {} },
};

world.keepleafReceive = (text) => {
  const message = JSON.parse(text) as ToFrame;
  for (const listener of listeners) listener(message);
};
world.keepleafAnswer = (text) => {
  const answer = JSON.parse(text) as FrameAnswer;
  waiting.get(answer.re)?.(answer);
  waiting.delete(answer.re);
};
world.keepleafIsDeep = () => {
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_ELEMENT);
  let depth = 0;
  for (;;) {
    if (walker.firstChild()) {
      if (++depth > deepest) return true;
      continue;
    }
    while (!walker.nextSibling()) {
      if (!walker.parentNode()) return false;
      depth--;
    }
  }
};
world.keepleafClosedRoot = (host, root) => closedRoots.set(host, root);
world.keepleafWalkThrough = () => walkThrough(window);

world.keepleafCapture.serve(port, {
  shadowRoot: (element) => closedRoots.get(element) ?? element.shadowRoot,
  fetch: (input) => fetchByHost(String(input)),
});

/** The host has what the page got, whichever site it is of, and asks the network for the rest. */
async function fetchByHost(url: string): Promise<Response> {
  if (!/^https?:/i.test(url)) return fetch(url);
  const question: FrameQuestion = { id: next++, url };
  const answer = await new Promise<FrameAnswer>((resolve) => {
    waiting.set(question.id, resolve);
    world.keepleafSend(forHost + JSON.stringify(question));
  });
  if (answer.status === 0) throw new TypeError("the host could not get it");
  const { status } = answer;
  const hasBody = status !== 204 && status !== 205 && status !== 304;
  const response = new Response(hasBody ? (fromBase64(answer.data) as Uint8Array<ArrayBuffer>) : null, {
    status,
    headers: answer.mediaType === "" ? {} : { "content-type": answer.mediaType },
  });
  // A response that was made here has no address of its own.
  return Object.defineProperty(response, "url", { value: answer.url });
}
