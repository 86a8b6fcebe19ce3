// The promise that capturing leaves the live page as it is, watched from the page's own side.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowsers } from "./harness/in-browsers.ts";

interface Watched {
  mutations: number;
  events: string[];
  upgrades: number;
}

inBrowsers("the live page", (running) => {
  for (const path of [
    "state/index.html",
    "styles/index.html",
    "shadow/index.html",
    "canvas/index.html",
    "images/index.html",
  ]) {
    test(`is not changed by a capture: ${path}`, async () => {
      const page = await running.browser.open(path);
      await page.evaluate(() => {
        const watched = { mutations: 0, events: [] as string[], upgrades: 0 };
        (window as unknown as { watched: Watched }).watched = watched;
        const observer = new MutationObserver((records) => {
          watched.mutations += records.length;
        });
        const watch = (root: Node): void =>
          observer.observe(root, { attributes: true, childList: true, characterData: true, subtree: true });
        watch(document);
        for (const element of document.querySelectorAll("*"))
          if (element.shadowRoot) watch(element.shadowRoot);
        for (const type of [
          "scroll",
          "focus",
          "blur",
          "selectionchange",
          "resize",
          "toggle",
          "close",
          "input",
          "change",
          "message",
          "securitypolicyviolation",
        ]) {
          window.addEventListener(type, (event) => watched.events.push(event.type), true);
        }
        // A clone that is inserted, or a node that is moved, would run these.
        customElements.define(
          "watch-me",
          class extends HTMLElement {
            connectedCallback(): void {
              watched.upgrades++;
            }
            disconnectedCallback(): void {
              watched.upgrades++;
            }
          },
        );
        document.body.append(document.createElement("watch-me"));
        const typed = document.getElementById("typed") as HTMLInputElement | null;
        typed?.focus();
        typed?.setSelectionRange(2, 5);
        window.scrollTo(0, 40);
      });
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50))),
      );
      const state = (): Promise<string> =>
        page.evaluate(() => {
          const field = document.activeElement as HTMLInputElement | null;
          return JSON.stringify([
            document.documentElement.outerHTML,
            [...document.querySelectorAll("*")].map((one) => [
              one.scrollTop,
              one.scrollLeft,
              one.shadowRoot?.innerHTML,
            ]),
            [...document.styleSheets].map((sheet) => [
              sheet.disabled,
              sheet.media.mediaText,
              [...sheet.cssRules].map((rule) => rule.cssText),
            ]),
            document.adoptedStyleSheets.length,
            [field?.id, field?.selectionStart, field?.selectionEnd, String(getSelection())],
            [scrollX, scrollY, history.length, location.href],
            Object.getOwnPropertyNames(window).filter((name) => /keepleaf/i.test(name)),
            String(Element.prototype.attachShadow) + String(HTMLCanvasElement.prototype.getContext),
          ]);
        });
      const before = await state();
      await page.evaluate(() => {
        const { watched } = window as unknown as { watched: Watched };
        watched.mutations = 0;
        watched.events.length = 0;
        watched.upgrades = 0;
      });
      const stored = await running.browser.capture(page);
      assert.ok(stored.parts.length > 0);
      assert.equal(await state(), before);
      const watched = await page.evaluate(() => (window as unknown as { watched: Watched }).watched);
      // Bringing the tab to the front is the test's own doing.
      watched.events = watched.events.filter((type) => type !== "focus" && type !== "blur");
      assert.deepEqual(watched, { mutations: 0, events: [], upgrades: 0 });
      await page.close();
    });
  }

  test("a page that patches its prototypes can neither notice nor mislead a capture", async () => {
    const page = await running.browser.open("basics/index.html");
    await page.evaluate(() => {
      (window as unknown as { calls: number }).calls = 0;
      const trap = (): never => {
        (window as unknown as { calls: number }).calls++;
        throw new Error("trapped");
      };
      for (const prototype of [
        Node.prototype,
        Element.prototype,
        Document.prototype,
        HTMLIFrameElement.prototype,
      ]) {
        for (const name of Object.getOwnPropertyNames(prototype)) {
          if (/^[A-Z]|constructor/.test(name)) continue;
          const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
          if (!descriptor?.configurable) continue;
          Object.defineProperty(
            prototype,
            name,
            descriptor.get ? { ...descriptor, get: trap } : { ...descriptor, value: trap },
          );
        }
      }
      window.fetch = trap;
      window.TextEncoder = trap as unknown as typeof TextEncoder;
      Array.prototype.push = trap;
      JSON.stringify = trap;
    });
    const stored = await running.browser.captureUrl(running.site.url("basics/index.html"));
    assert.match(stored.html, /<p id="first"/);
    assert.equal(stored.at("dot.png")?.status, "ok");
    await page.close();
  });

  test("a strict policy of the page does not keep the capture from reading it", async () => {
    const page = await running.browser.open(
      "basics/index.html?csp=default-src%20'self'%3B%20require-trusted-types-for%20'script'",
    );
    const stored = await running.browser.capture(page);
    assert.equal(stored.at("style.css")?.status, "ok");
    assert.equal(stored.at("dot.png")?.status, "ok");
    await page.close();
    const none = await running.browser.open(
      "basics/index.html?csp=default-src%20'none'%3B%20img-src%20'self'",
    );
    const kept = await running.browser.capture(none);
    assert.equal(kept.at("dot.png")?.status, "ok");
    await none.close();
  });
});
