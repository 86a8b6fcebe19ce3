// LibraryApi over native messaging. Pages of the extension ask the background, which holds the one port: so a popup,
// a library page and an upload share one process of the host, and a closed page breaks no port.

import { browser } from "../../platform/browser.ts";
import type { MessageBody, MessageReply, RequestType } from "../../protocol/messages.ts";
import type { Reply } from "../../protocol/reply.ts";
import type { LibraryApi } from "./library-api.ts";

/** What the background answers with a Reply. Requests of a capture are its own business. */
export interface LibraryRequest<T extends LibraryRequestType = LibraryRequestType> {
  to: "keepleaf.library";
  type: T;
  body: MessageBody<T>;
}
export type LibraryRequestType = Exclude<RequestType, "hello" | "ping" | `capture.${string}`>;

type SendMessage = (message: unknown) => Promise<unknown>;

export class NativeLibraryApi implements LibraryApi {
  readonly #send: SendMessage;

  constructor(send: SendMessage = (message) => browser.runtime.sendMessage(message)) {
    this.#send = send;
  }

  async request<T extends RequestType>(
    type: T,
    body: MessageBody<T>,
    options: { signal?: AbortSignal } = {},
  ): Promise<Reply<MessageReply<T>>> {
    options.signal?.throwIfAborted();
    const answer = this.#send({ to: "keepleaf.library", type, body }).then(
      (reply) => (reply ?? unanswered()) as Reply<MessageReply<T>>,
      (error) => unanswered(error),
    );
    return options.signal ? Promise.race([answer, aborted(options.signal)]) : answer;
  }
}

function unanswered(error?: unknown): { ok: false; error: Extract<Reply<never>, { ok: false }>["error"] } {
  const reason = error instanceof Error ? `: ${error.message}` : "";
  return {
    ok: false,
    error: {
      code: "disconnected",
      message: `The extension's background did not answer${reason}.`,
      next: "Reload this page.",
      retry: "later",
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
