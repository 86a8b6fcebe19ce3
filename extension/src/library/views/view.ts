// What a view gets from the page around it, and how it waits for answers.
import type { Reply, WireError } from "../../protocol/reply.ts";
import type { LibraryApi } from "../api/library-api.ts";
import type { Route } from "../routes.ts";

export interface ToastAction {
  label: string;
  run(): void;
}

export interface ViewContext {
  api: LibraryApi;
  /** Aborted when the view is left. */
  signal: AbortSignal;
  go(route: Route): void;
  toast(message: string, action?: ToastAction): void;
  /** An action failed; what is on the page stays. */
  failed(error: WireError): void;
  /** What to show in place of what could not be had. */
  failure(error: WireError, tryAgain: () => void): HTMLElement;
  /** What is wrong with the search as it stands in the field; `null` when nothing is. */
  searchProblem(error: WireError | null): void;
  /** Tags were given or taken: the list of them is not right any more. */
  tagsChanged(): void;
  /** What the page is about, for the tab and the history. */
  name(title: string): void;
}

/** The answer, or undefined when the view was left before it came. */
export async function unlessLeft<T>(
  signal: AbortSignal,
  answer: Promise<Reply<T>>,
): Promise<Reply<T> | undefined> {
  try {
    const reply = await answer;
    return signal.aborted ? undefined : reply;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** The value of an action, or undefined after its error was shown: also when the view was left meanwhile. */
export async function orFailed<T>(context: ViewContext, answer: Promise<Reply<T>>): Promise<T | undefined> {
  const reply = await answer;
  if (reply.ok) return reply.value;
  context.failed(reply.error);
  return undefined;
}
