// The extension's popup, opened by the real toolbar button: what it says, and where its buttons are on the screen. It
// is read from inside, as both browsers let a debugger do, and never scripted: buttons are pressed with the mouse.
import type { Browser } from "puppeteer-core";
import type { Display } from "./display.ts";
import { chromeWindow } from "./firefox-chrome.ts";
import { pause, until } from "./until.ts";
import type { BrowserWindow } from "./window.ts";

interface PopupButton {
  label: string;
  /** The middle of it, on the screen. */
  x: number;
  y: number;
}

interface PopupState {
  text: string;
  buttons: PopupButton[];
}

// Runs inside the popup: must not refer to anything outside itself. Brings the button that is to be pressed into view.
function readPopup(window: Window, wanted: string): PopupState {
  const { document } = window;
  for (const button of document.querySelectorAll("button")) {
    if (button.innerText === wanted) button.scrollIntoView({ block: "center" });
  }
  const { mozInnerScreenX: left = window.screenX, mozInnerScreenY: top = window.screenY } =
    window as Window & {
      mozInnerScreenX?: number;
      mozInnerScreenY?: number;
    };
  const buttons = [...document.querySelectorAll("button")].map((button) => {
    const box = button.getBoundingClientRect();
    return { label: button.innerText, x: left + box.x + box.width / 2, y: top + box.y + box.height / 2 };
  });
  return { text: document.body.innerText, buttons };
}

export class Popup {
  readonly #window: BrowserWindow;
  readonly #display: Display;

  constructor(window: BrowserWindow, display: Display) {
    this.#window = window;
    this.#display = display;
  }

  /** Waits until the open popup says something. Gives all that it says. */
  async says(words: RegExp, milliseconds = 20_000): Promise<string> {
    let text = "(no popup)";
    try {
      return await until(
        `the popup to say ${words}`,
        async () => {
          text = (await this.#read())?.text ?? "(no popup)";
          return words.test(text) ? text : undefined;
        },
        milliseconds,
      );
    } catch (error) {
      throw new Error(`${(error as Error).message}; the popup says:\n${text}`);
    }
  }

  async press(label: string): Promise<void> {
    await until(`the button "${label}"`, async () => (await this.#button(label)) !== undefined);
    await pause(400); // the popup grows while its sections come and go
    const button = await until(`the button "${label}"`, () => this.#button(label));
    await this.#display.click(button.x, button.y);
  }

  async isOpen(): Promise<boolean> {
    return (await this.#read()) !== null;
  }

  async close(): Promise<void> {
    await this.#display.key("Escape");
    await until("the popup to close", async () => !(await this.isOpen()), 5_000);
  }

  async #button(label: string): Promise<PopupButton | undefined> {
    return (await this.#read(label))?.buttons.find((button) => button.label === label);
  }

  #read(wanted = ""): Promise<PopupState | null> {
    const { browser } = this.#window;
    return this.#window.name === "chromium"
      ? readInChromium(browser, wanted)
      : readInFirefox(browser, wanted);
  }
}

async function readInChromium(browser: Browser, wanted: string): Promise<PopupState | null> {
  const target = browser.targets().find((one) => one.url().endsWith("/popup.html"));
  if (!target) return null;
  const page = await target.asPage();
  return page.evaluate(`(${String(readPopup)})(window, ${JSON.stringify(wanted)})`) as Promise<PopupState>;
}

/** In Firefox a popup is a browser element inside the browser's own window. */
async function readInFirefox(browser: Browser, wanted: string): Promise<PopupState | null> {
  const script = `sendAsyncMessage("keepleaf-e2e:popup", JSON.stringify((${String(readPopup)})(content, ${JSON.stringify(wanted)})))`;
  return chromeWindow(browser).evaluate<PopupState | null>(`new Promise((resolve) => {
    const popup = document.querySelector('browser[webextension-view-type="popup"]');
    const manager = popup?.messageManager;
    if (!manager) return resolve("null");
    const script = ${JSON.stringify(script)};
    manager.addMessageListener("keepleaf-e2e:popup", function heard({ data }) {
      manager.removeMessageListener("keepleaf-e2e:popup", heard);
      resolve(data);
    });
    manager.loadFrameScript("data:application/javascript," + encodeURIComponent(script), false);
    setTimeout(() => resolve("null"), 2000);
  })`);
}
