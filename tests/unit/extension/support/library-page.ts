// The library page's surroundings for its views: a document, the browser APIs that views use, a LibraryApi that answers
// what a test tells it to, and a context that writes down what it is told.
import type { JSDOM } from "jsdom";
import type { LibraryApi } from "../../../../extension/src/library/api/library-api.ts";
import type { Route } from "../../../../extension/src/library/routes.ts";
import type { ToastAction, ViewContext } from "../../../../extension/src/library/views/view.ts";
import type {
  LinkItem,
  MessageBody,
  MessageReply,
  RequestType,
} from "../../../../extension/src/protocol/messages.ts";
import type { Reply, WireError } from "../../../../extension/src/protocol/reply.ts";
import { extensionPage } from "./extension-page.ts";

const watchers: { callback: IntersectionObserverCallback; target: Element }[] = [];

export function libraryPage(): JSDOM {
  const dom = extensionPage("<main></main>");
  const { window } = dom;
  class Watcher {
    readonly #callback: IntersectionObserverCallback;
    constructor(callback: IntersectionObserverCallback) {
      this.#callback = callback;
    }
    observe(target: Element): void {
      watchers.push({ callback: this.#callback, target });
    }
    disconnect(): void {}
  }
  Object.assign(globalThis, {
    IntersectionObserver: Watcher,
    HTMLElement: window.HTMLElement,
    HTMLInputElement: window.HTMLInputElement,
    SVGElement: window.SVGElement,
    Document: window.Document,
    NodeFilter: window.NodeFilter,
    Range: window.Range,
    location: window.location,
  });
  return dom;
}

/** What a browser does when the button comes near the window. */
export function comesNear(target: Element): void {
  for (const watcher of watchers.filter((one) => one.target === target)) {
    watcher.callback([{ isIntersecting: true } as IntersectionObserverEntry], null as never);
  }
}

type Answer = Reply<unknown> | Promise<Reply<unknown>>;

export class FakeLibrary implements LibraryApi {
  readonly asked: { type: RequestType; body: Record<string, unknown> }[] = [];
  readonly #answers = new Map<RequestType, (body: never) => Answer>();

  answer<T extends RequestType>(
    type: T,
    reply: (body: MessageBody<T>) => Reply<MessageReply<T>> | Promise<Reply<MessageReply<T>>>,
  ): this {
    this.#answers.set(type, reply as (body: never) => Answer);
    return this;
  }

  async request<T extends RequestType>(
    type: T,
    body: MessageBody<T>,
    options: { signal?: AbortSignal } = {},
  ): Promise<Reply<MessageReply<T>>> {
    options.signal?.throwIfAborted();
    this.asked.push({ type, body: body as Record<string, unknown> });
    const reply = this.#answers.get(type);
    if (!reply) throw new Error(`nobody expected ${type}`);
    const answer = (await reply(body as never)) as Reply<MessageReply<T>>;
    options.signal?.throwIfAborted();
    return answer;
  }

  of(type: RequestType): Record<string, unknown>[] {
    return this.asked.filter((one) => one.type === type).map(({ body }) => body);
  }
}

export const ok = <T>(value: T): Reply<T> => ({ ok: true, value });
export const refused = (code: WireError["code"], message = `it said ${code}`): Reply<never> => ({
  ok: false,
  error: { code, message, retry: "never" },
});

export class Visit {
  readonly leaving = new AbortController();
  readonly toasts: { message: string; action?: ToastAction }[] = [];
  readonly failures: WireError[] = [];
  readonly problems: (WireError | null)[] = [];
  readonly routes: Route[] = [];
  tagsChanged = 0;
  title = "";
  readonly context: ViewContext;

  constructor(api: LibraryApi) {
    this.context = {
      api,
      signal: this.leaving.signal,
      go: (route) => this.routes.push(route),
      toast: (message, action) => this.toasts.push({ message, action }),
      failed: (error) => this.failures.push(error),
      failure: (error, tryAgain) => {
        const button = document.createElement("button");
        button.className = "failure";
        button.textContent = error.message;
        button.addEventListener("click", tryAgain);
        return button;
      },
      searchProblem: (error) => this.problems.push(error),
      tagsChanged: () => this.tagsChanged++,
      name: (title) => {
        this.title = title;
      },
    };
  }
}

export function linkItem(n: number, more: Partial<LinkItem> = {}): LinkItem {
  return {
    id: `link-${n}`,
    url: `https://example.com/${n}`,
    title: `Page ${n}`,
    note: "",
    tags: [],
    created_at: "2026-11-22T05:55:01.250Z",
    updated_at: "2026-11-22T05:55:01.250Z",
    snapshots: [
      { id: `snapshot-${n}`, taken_at: "2026-11-22T05:55:01.250Z", engine: "tab", state: "complete" },
    ],
    snapshot_count: 1,
    ...more,
  };
}

/** Until everything that was answered at once has been acted on. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
