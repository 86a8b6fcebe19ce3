// What the capture scripts in a tab measure of the live page, asked by a page of the extension as the background asks.
import type { Page } from "puppeteer-core";
import type { MeasuredFrame } from "../../../extension/src/background/fidelity/live-measure.ts";
import type { WaitingMeasure } from "../../../extension/src/background/fidelity/measure-store.ts";

interface Extension {
  tabs: {
    query(what: object): Promise<{ id: number }[]>;
    connect(
      tab: number,
      to: object,
    ): {
      postMessage(message: object): void;
      onMessage: { addListener(listener: (message: { measure: MeasuredFrame["measure"] }) => void): void };
    };
  };
  scripting: {
    executeScript(what: object): Promise<{ frameId: number; result: string }[]>;
  };
  storage: { session: { set(items: object): Promise<void> } };
}

/** All frames of the tab that shows `url`, which was captured before. */
export async function measuresOf(
  extensionPage: Page,
  url: string,
): Promise<(MeasuredFrame & { url: string })[]> {
  // tsx names functions through a helper that the page doesn't have.
  await extensionPage.evaluate("globalThis.__name = (f) => f");
  const answer = await extensionPage.evaluate(async (wanted) => {
    const world = globalThis as unknown as { browser?: Extension; chrome: Extension };
    const { tabs, scripting } = world.browser ?? world.chrome;
    for (const { id } of await tabs.query({})) {
      const frames = await scripting
        .executeScript({ target: { tabId: id, allFrames: true }, func: () => location.href })
        .catch(() => []);
      if (!frames.some(({ result }) => result === wanted)) continue;
      const measured = frames.map(
        ({ frameId, result }) =>
          new Promise<unknown>((resolve) => {
            const port = tabs.connect(id, { name: "keepleaf-measure", frameId });
            port.onMessage.addListener(({ measure }) =>
              resolve({ frameId, url: result, measure, moving: [] }),
            );
            port.postMessage({ op: "measure" });
          }),
      );
      return JSON.stringify(await Promise.all(measured));
    }
    return "";
  }, url);
  if (answer === "") throw new Error(`no tab that could be measured shows ${url}`);
  return JSON.parse(answer) as (MeasuredFrame & { url: string })[];
}

/** Leaves measures where the background looks for those that an earlier one did not come to. */
export async function leaveMeasures(extensionPage: Page, measures: WaitingMeasure[]): Promise<void> {
  for (const measure of measures) {
    await extensionPage.evaluate(async (text) => {
      const world = globalThis as unknown as { browser?: Extension; chrome: Extension };
      const waiting = JSON.parse(text) as WaitingMeasure;
      const { storage } = world.browser ?? world.chrome;
      await storage.session.set({ [`fidelity.${waiting.capture}`]: waiting });
    }, JSON.stringify(measure));
  }
}
