// What a content script can see beyond the DOM of a page. Told by features, not by the browser's name.
import type { CapturePlatform } from "../types.ts";

interface ContentScriptElement {
  openOrClosedShadowRoot?: ShadowRoot | null;
}
export interface ContentScriptApi {
  dom?: { openOrClosedShadowRoot(element: Element): ShadowRoot | null };
  runtime?: { getFrameId?(element: Element): number };
}

export function contentScriptPlatform(api: ContentScriptApi): CapturePlatform {
  return {
    shadowRoot(element) {
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
