// Frames of a replayed page whose documents carry state (scroll offsets and the like) get the agent too: from outside,
// nobody reaches into a frame without an origin. Other frames stay without any script.
import { all, treesOf } from "./trees.ts";

/** As the host tells in an exported file (page/restore_state.h); escaped in a frame's own srcdoc, "=" still follows. */
const state = /data-keepleaf-(?:scroll|indeterminate|top-layer|adopted|in|target)=|keepleaf-as-/;

/**
 * The agent goes before everything that the page says, so that nothing unclosed can swallow it; behind the doctype, so
 * that the page keeps its mode.
 */
export function withAgent(html: string, source: string): string {
  const doctype = /^\ufeff?\s*<!doctype[^>]*>/i.exec(html)?.[0] ?? "";
  return `${doctype}<script defer src="${source}"></script>${html.slice(doctype.length)}`;
}

/** `source`: the agent's own address. */
export function enterFrames(document: Document, source: string): void {
  for (const tree of treesOf(document)) {
    for (const frame of all(tree, "iframe")) {
      const html = frame.getAttribute("srcdoc") ?? "";
      if (!state.test(html)) continue;
      // Still without an origin, and still under a policy that lets nothing run but what is packaged.
      frame.setAttribute("sandbox", "allow-scripts");
      frame.setAttribute("srcdoc", withAgent(html, source));
    }
  }
}
