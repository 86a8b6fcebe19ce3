// The extension's popup, opened by the real toolbar button: what it says, and where its buttons are on the screen. It
// is read from inside, as both browsers let a debugger do, and never scripted: buttons are pressed with the mouse.
import type { Browser, Target } from "puppeteer-core";
import type { Display } from "./display.ts";
import { chromeWindow } from "./firefox-chrome.ts";
import { insist, patience, pause, until } from "./until.ts";
import type { BrowserWindow } from "./window.ts";

interface PopupButton {
  label: string;
  /** The middle of it, on the screen. */
  x: number;
  y: number;
  /** The pointer is on it. */
  pointed: boolean;
}

interface PopupState {
  text: string;
  /** What can be read without scrolling. */
  inView: string;
  buttons: PopupButton[];
  /** Pictures that have come. */
  pictures: number;
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
    return {
      label: button.innerText,
      x: Math.round(left + box.x + box.width / 2),
      y: Math.round(top + box.y + box.height / 2),
      pointed: button.matches(":hover"),
    };
  });
  const lines = [...document.body.querySelectorAll<HTMLElement>("*")].filter((element) => {
    const { top, bottom, height } = element.getBoundingClientRect();
    const isLeaf = element.childElementCount === 0 && element.innerText.trim() !== "";
    return isLeaf && height > 0 && top >= 0 && bottom <= window.innerHeight;
  });
  const inView = lines.map((element) => element.innerText).join("\n");
  const pictures = [...document.images].filter((image) => image.complete && image.naturalWidth > 0).length;
  return { text: document.body.innerText, inView, buttons, pictures };
}

export class Popup {
  readonly #window: BrowserWindow;
  readonly #display: Display;

  constructor(window: BrowserWindow, display: Display) {
    this.#window = window;
    this.#display = display;
  }

  /** Waits until the open popup says something. Gives all that it says. */
  async says(words: RegExp, milliseconds = patience): Promise<string> {
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

  /** Waits until the popup shows something where nobody needs to scroll. */
  async shows(words: RegExp): Promise<void> {
    await until(`the popup to show ${words} in view`, async () =>
      words.test((await this.#read())?.inView ?? ""),
    );
  }

  async pictures(): Promise<number> {
    return (await this.#read())?.pictures ?? 0;
  }

  async press(label: string): Promise<void> {
    // The popup grows while its sections come and go: the pointer follows the button until the button feels it.
    await until(`the pointer on the button "${label}"`, async () => {
      const button = await this.#button(label);
      if (!button) return false;
      await this.#display.point(button.x, button.y);
      await pause(100);
      const now = await this.#button(label);
      return now?.pointed && now.x === button.x && now.y === button.y;
    });
    await this.#display.click();
  }

  async isOpen(): Promise<boolean> {
    const { browser, name } = this.#window;
    if (name === "chromium") return popupTarget(browser) !== undefined;
    return chromeWindow(browser).evaluate<boolean>(
      `JSON.stringify(["open", "showing"].includes(${firefoxPopup}?.closest("panel")?.state))`,
    );
  }

  async close(): Promise<void> {
    await insist(
      "the popup to close",
      () => this.#display.key("Escape"),
      async () => !(await this.isOpen()),
    );
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

const firefoxPopup = `document.querySelector('browser[webextension-view-type="popup"]')`;

function popupTarget(browser: Browser): Target | undefined {
  return browser.targets().find((one) => one.url().endsWith("/popup.html"));
}

async function readInChromium(browser: Browser, wanted: string): Promise<PopupState | null> {
  const target = popupTarget(browser);
  if (!target) return null;
  const page = await target.asPage();
  return page.evaluate(`(${String(readPopup)})(window, ${JSON.stringify(wanted)})`) as Promise<PopupState>;
}

/** In Firefox a popup is a browser element inside the browser's own window. */
async function readInFirefox(browser: Browser, wanted: string): Promise<PopupState | null> {
  const script = `sendAsyncMessage("keepleaf-e2e:popup", JSON.stringify((${String(readPopup)})(content, ${JSON.stringify(wanted)})))`;
  return chromeWindow(browser).evaluate<PopupState | null>(`new Promise((resolve) => {
    const popup = ${firefoxPopup};
    const manager = popup?.messageManager;
    if (!manager) return resolve("null");
    const script = ${JSON.stringify(script)};
    manager.addMessageListener("keepleaf-e2e:popup", function heard({ data }) {
      manager.removeMessageListener("keepleaf-e2e:popup", heard);
      resolve(data);
    });
    manager.loadFrameScript("data:application/javascript," + encodeURIComponent(script), false);
    setTimeout(() => resolve("null"), 15000);
  })`);
}
