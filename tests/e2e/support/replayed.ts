// The replayed page inside the library page: an opaque frame, asked through the browser's own protocol.
import type { Page } from "puppeteer-core";

export interface Replayed {
  /** Runs in the frame; arguments and answer are JSON. */
  evaluate<A extends unknown[], T>(run: (...values: A) => T, ...values: A): Promise<T>;
  /** A real click in the middle of an element, brought into view if need be. */
  click(selector: string): Promise<void>;
}

export async function replayedIn(library: Page): Promise<Replayed | undefined> {
  const frame = library.frames().find((one) => one !== library.mainFrame());
  if (frame)
    return {
      evaluate: (run, ...values) => frame.evaluate(run as never, ...(values as unknown as never[])),
      click: (selector) => frame.click(selector),
    };
  const connection = (library.browser() as unknown as { connection?: Bidi }).connection;
  return connection && FirefoxFrame.find(connection, library.url());
}

// Firefox tells of frames in an extension's page only who asks for the tree.
interface Bidi {
  send(method: string, body: unknown): Promise<{ result: unknown }>;
}
interface Context {
  context: string;
  url: string;
  children: Context[];
}

class FirefoxFrame implements Replayed {
  readonly #connection: Bidi;
  readonly #context: string;

  private constructor(connection: Bidi, context: string) {
    this.#connection = connection;
    this.#context = context;
  }

  static async find(connection: Bidi, url: string): Promise<FirefoxFrame | undefined> {
    const { result } = await connection.send("browsingContext.getTree", {});
    const page = (result as { contexts: Context[] }).contexts.find((context) => context.url === url);
    const child = page?.children[0];
    return child && new FirefoxFrame(connection, child.context);
  }

  async evaluate<A extends unknown[], T>(run: (...values: A) => T, ...values: A): Promise<T> {
    // tsx names functions through a helper that the frame doesn't have.
    const expression = `{ const __name = (f) => f; JSON.stringify((${run})(...${JSON.stringify(values)})) ?? "null" }`;
    const { result } = await this.#connection.send("script.evaluate", {
      expression,
      target: { context: this.#context },
      awaitPromise: false,
    });
    const answer = result as {
      type: string;
      result?: { value: string };
      exceptionDetails?: { text: string };
    };
    if (!answer.result) throw new Error(answer.exceptionDetails?.text ?? "the frame gave no answer");
    return JSON.parse(answer.result.value) as T;
  }

  async click(selector: string): Promise<void> {
    const middle = await this.evaluate((wanted) => {
      const element = document.querySelector(wanted);
      const visible = (top: number) => top >= 0 && top < innerHeight;
      if (element && !visible(element.getBoundingClientRect().top)) element.scrollIntoView();
      const box = element?.getBoundingClientRect();
      return box && { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
    }, selector);
    if (!middle) throw new Error(`no ${selector} in the replayed page`);
    await this.#connection.send("input.performActions", {
      context: this.#context,
      actions: [
        {
          type: "pointer",
          id: "mouse",
          actions: [
            { type: "pointerMove", ...middle },
            { type: "pointerDown", button: 0 },
            { type: "pointerUp", button: 0 },
          ],
        },
      ],
    });
  }
}
