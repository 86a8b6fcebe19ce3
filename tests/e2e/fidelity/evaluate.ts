// Asks a step's probes in a page.
import type { ElementHandle, Frame, Page } from "puppeteer-core";
import { chromeWindow } from "../support/firefox-chrome.ts";
import { pageKit } from "./page-kit.ts";
import type { Ask, Media, Probe, Step } from "./step.ts";

/** By the probe's name, as JSON; a probe that throws answers with its reason, which no live page may do. */
export type Answers = Record<string, string>;

export async function askAll(page: Page, step: Step): Promise<Answers> {
  const answers: Answers = {};
  for (const [name, declared] of Object.entries(step.probes)) {
    const probe: Probe = typeof declared === "function" ? { ask: declared } : declared;
    if (probe.media) await emulate(page, probe.media);
    try {
      answers[name] = await ask(page, probe);
    } catch (error) {
      answers[name] = `! ${(error as Error).message.split("\n")[0]}`;
    } finally {
      if (probe.media) await emulate(page, {});
    }
  }
  return answers;
}

async function ask(page: Page, probe: Probe): Promise<string> {
  let frame: Frame = page.mainFrame();
  for (const selector of probe.frames ?? []) {
    const handle = (await frame.$(selector)) as ElementHandle<HTMLIFrameElement> | null;
    const inner = await handle?.contentFrame();
    await handle?.dispose();
    if (!inner) throw new Error(`no frame ${selector}`);
    frame = inner;
  }
  return evaluateIn(frame, probe.ask);
}

/** As text: the functions were named by a helper of the compiler that pages do not have. */
export function evaluateIn(frame: Frame, question: Ask): Promise<string> {
  return frame.evaluate(
    `(async () => {
      const __name = (f) => f;
      return JSON.stringify(await (${question})((${pageKit})())) ?? "null";
    })()`,
  ) as Promise<string>;
}

async function emulate(page: Page, media: Media): Promise<void> {
  if (!("connection" in page.browser())) {
    // Each of these two takes the other back.
    if (media.type) await page.emulateMediaType(media.type);
    else if (media.colorScheme)
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: media.colorScheme }]);
    else await page.emulateMediaType();
    return;
  }
  // Firefox: what its own developer tools do.
  await chromeWindow(page.browser()).evaluate(`(() => {
    const { browsingContext } = window.gBrowser.selectedBrowser;
    browsingContext.mediumOverride = ${JSON.stringify(media.type ?? "")};
    browsingContext.prefersColorSchemeOverride = ${JSON.stringify(media.colorScheme ?? "none")};
    return "null";
  })()`);
}
