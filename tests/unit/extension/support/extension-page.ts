// A document and the few browser APIs that a page of the extension uses on its way up, for modules that look at them
// when they are loaded. Words come from the real English table.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const words: Record<string, { message: string }> = JSON.parse(
  readFileSync(new URL("../../../../extension/src/_locales/en/messages.json", import.meta.url), "utf8"),
);

export function extensionPage(body = ""): JSDOM {
  const dom = new JSDOM(`<!doctype html><body>${body}</body>`, { pretendToBeVisual: true });
  const getMessage = (key: string, values: string[] = []) =>
    (words[key]?.message ?? "").replace(/\$(\d)/g, (_, place: string) => values[Number(place) - 1] ?? "");
  const chrome = {
    i18n: { getMessage, getUILanguage: () => "en" },
    runtime: { id: "keepleaf", getURL: (path: string) => `chrome-extension://keepleaf/${path}` },
  };
  dom.window.Element.prototype.scrollIntoView = () => {};
  Object.assign(globalThis, {
    chrome,
    document: dom.window.document,
    Node: dom.window.Node,
    addEventListener: dom.window.addEventListener.bind(dom.window),
  });
  return dom;
}
