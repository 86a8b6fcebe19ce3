// Frames of a replayed page whose documents carry state (scroll offsets and the like) get the agent too: from outside,
// nobody reaches into a frame without an origin. Other frames stay without any script.
import { all, treesOf } from "./trees.ts";

/** As the host tells in an exported file (page/restore_state.h); escaped in a frame's own srcdoc, "=" still follows. */
const state = /data-keepleaf-(?:scroll|indeterminate|top-layer|adopted|in|target|unseen)=|keepleaf-as-/;

/**
 * The agent goes before everything that the page says, so that nothing unclosed can swallow it; behind the doctype, so
 * that the page keeps its mode.
 */
export function withAgent(html: string, source: string): string {
  const doctype = /^\ufeff?\s*<!doctype[^>]*>/i.exec(html)?.[0] ?? "";
  return `${doctype}<script defer src="${source}"></script>${html.slice(doctype.length)}`;
}

/**
 * Shows a page with the agent. In a `srcdoc` no document is ever in quirks mode, so a page whose doctype may ask for that is
 * put behind an address, where it inherits the frame's sandbox and the policy around it as a `srcdoc` does. Not behind a
 * `blob:` address: Chromium takes that for one of the extension's own pages, and gives it the fonts of those.
 */
export function showWithAgent(frame: HTMLIFrameElement, html: string, source: string): void {
  const text = withAgent(html, source);
  const address = isStandard.test(html) ? "" : addressOf(text);
  if (address === "" || address.length > longestAddress) frame.srcdoc = text;
  else frame.src = address;
}

const isStandard = /^\ufeff?\s*<!doctype html>/i;

/** `source`: the agent's own address. */
export function enterFrames(document: Document, source: string): void {
  for (const tree of treesOf(document)) {
    for (const frame of all(tree, "iframe, frame")) {
      const html = documentIn(frame);
      if (html !== null && state.test(html)) giveAgent(frame, html, source);
    }
  }
}

const behindAddress = /^data:text\/html;charset=utf-8,/;

/** The document that a frame was given; behind an address it is one in quirks mode (host/src/page/data_url.h). */
export function documentIn(frame: Element): string | null {
  const srcdoc = frame.getAttribute("srcdoc");
  if (srcdoc !== null) return srcdoc;
  const address = frame.getAttribute("src") ?? "";
  if (!behindAddress.test(address)) return null;
  try {
    return decodeURIComponent(address.replace(behindAddress, ""));
  } catch {
    return null; // Nothing that the host wrote.
  }
}

/** Chromium follows no longer address. */
const longestAddress = 2 * 1024 * 1024 - 1;

/** Still without an origin, and still under a policy that lets nothing run but what is packaged. */
export function giveAgent(frame: Element, html: string, source: string): void {
  const text = withAgent(html, source);
  const address = frame.hasAttribute("srcdoc") ? "" : addressOf(text);
  if (address.length > longestAddress) return; // It is shown as it is.
  frame.setAttribute("sandbox", "allow-scripts");
  if (address === "") frame.setAttribute("srcdoc", text);
  else frame.setAttribute("src", address);
}

function addressOf(html: string): string {
  return new URL(`data:text/html;charset=utf-8,${html.replace(/[%#\t\n\r]/g, encodeURIComponent)}`).href;
}
