// Browsers end a background that has been idle for 30 seconds. What waits in memory alone would go with it: as long as
// there is such a thing, the browser is asked something small now and then, which counts as work.
import { browser } from "../platform/browser.ts";

const pause = 15_000;

export class StayAwake {
  #timer: ReturnType<typeof setInterval> | undefined;

  while(needed: boolean): void {
    if (needed) this.#timer ??= setInterval(() => void browser.runtime.getPlatformInfo(), pause);
    else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}
