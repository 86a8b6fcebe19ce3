// Firefox's own window, as a script of the browser sees it: popups and prompts are elements of it, not tabs.
import type { Browser } from "puppeteer-core";

interface BidiConnection {
  send(method: string, params: object): Promise<{ result: unknown }>;
}

interface Contexts {
  contexts: { context: string }[];
}

interface Evaluated {
  type: "success" | "exception";
  result?: { value?: string };
  exceptionDetails?: { text: string };
}

export function chromeWindow(browser: Browser): { evaluate<T>(expression: string): Promise<T> } {
  // Puppeteer has no name for this; its connection is the one that the browser was started with.
  const { connection } = browser as unknown as { connection: BidiConnection };
  return {
    /**
     * `expression` gives, or promises, a JSON text. It sees the window that was used last as `window`, and of that
     * `document`, `gBrowser` and `PopupNotifications`.
     */
    async evaluate<T>(expression: string): Promise<T> {
      const tree = (await connection.send("browsingContext.getTree", { "moz:scope": "chrome" }))
        .result as Contexts;
      const [window] = tree.contexts;
      if (!window) throw new Error("Firefox has no window");
      const answer = (
        await connection.send("script.evaluate", {
          expression: `((window) => {
            const { document, gBrowser, PopupNotifications } = window;
            return (${expression});
          })(Services.wm.getMostRecentWindow("navigator:browser"))`,
          target: { context: window.context },
          awaitPromise: true,
        })
      ).result as Evaluated;
      if (answer.type === "exception") throw new Error(answer.exceptionDetails?.text);
      return JSON.parse(answer.result?.value ?? "null") as T;
    },
  };
}
