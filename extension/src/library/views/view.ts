// What a view gets, and gives: an element, and a way to end what it started.
import type { Reply, WireError } from "../../protocol/reply.ts";
import type { LibraryApi } from "../api/library-api.ts";
import type { Route } from "../routes.ts";

export interface ViewContext {
  api: LibraryApi;
  /** Aborted when the view is left. */
  signal: AbortSignal;
  go(route: Route): void;
  toast(message: string, action?: { label: string; run(): void }): void;
  failed(error: WireError): void;
}

export type View = (context: ViewContext) => HTMLElement;

/** The value, or undefined after the error was shown. */
export async function orShow<T>(context: ViewContext, reply: Promise<Reply<T>>): Promise<T | undefined> {
  const result = await reply;
  if (context.signal.aborted) return undefined;
  if (result.ok) return result.value;
  context.failed(result.error);
  return undefined;
}
