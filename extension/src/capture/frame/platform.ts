// What a content script can see beyond the DOM of a page. Told by features, not by the browser's name.
import { localName } from "../html/dom.ts";
import type { CapturePlatform } from "../types.ts";

interface ContentScriptElement {
  openOrClosedShadowRoot?: ShadowRoot | null;
}
export interface ContentScriptApi {
  dom?: { openOrClosedShadowRoot(element: Element): ShadowRoot | null };
  runtime?: { getFrameId?(element: Element): number };
}

/** What else may hold a shadow root than custom elements (DOM standard, "valid shadow host name"). */
const shadowHosts = new Set(
  "article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span".split(" "),
);

export function contentScriptPlatform(api: ContentScriptApi): CapturePlatform {
  return {
    shadowRoot(element) {
      // Asking the browser is dear, and for most elements of a page the name tells.
      const name = localName(element);
      if (!shadowHosts.has(name) && !name.includes("-")) return null;
      const own = element as Element & ContentScriptElement;
      if (own.openOrClosedShadowRoot !== undefined) return own.openOrClosedShadowRoot;
      if (!api.dom) return element.shadowRoot;
      try {
        return api.dom.openOrClosedShadowRoot(element);
      } catch {
        return null; // SVG and MathML elements have none, and Chromium throws for them.
      }
    },
    adoptedSheets: (scope) => [...scope.adoptedStyleSheets],
    frameId(element) {
      try {
        const id = api.runtime?.getFrameId?.(element) ?? -1;
        return id >= 0 ? id : null;
      } catch {
        return null;
      }
    },
  };
}
