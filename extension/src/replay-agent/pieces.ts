// A picture of a whole page is put together from pictures of its window: the page is brought to each piece in turn. Only the
// replayed copy is scrolled and changed, and brought back when the last piece was taken.
import { isPieceRequest, type PieceReport } from "./piece-messages.ts";
import { settle } from "./settle.ts";
import { all, scrollerOf, treesOf } from "./trees.ts";

interface Changed {
  element: HTMLElement | SVGElement;
  style: string | null;
}

export function servePieces(document: Document): void {
  let left: { top: number; changed: Changed[] } | undefined;
  addEventListener("message", async ({ source, data }: MessageEvent<unknown>) => {
    if (source !== parent || !isPieceRequest(data)) return;
    if (data.top === null) {
      for (const { element, style } of left?.changed ?? []) restore(element, style);
      if (left) scrollTo({ top: left.top, behavior: "instant" });
      left = undefined;
      return;
    }
    if (!left) {
      left = { top: scrollY, changed: [] };
      await settle(document);
    }
    // What stays in the window is on the first piece, and would be on every one.
    if (data.top > 0 && left.changed.length === 0) left.changed = unpin(document);
    scrollTo({ top: data.top, behavior: "instant" });
    await painted();
    const scroller = scrollerOf(document);
    const report: PieceReport = {
      keepleaf: "piece",
      top: scrollY,
      width: scroller?.clientWidth ?? innerWidth,
      height: scroller?.clientHeight ?? innerHeight,
      total: scroller?.scrollHeight ?? innerHeight,
    };
    parent.postMessage(report, "*");
  });
}

function unpin(document: Document): Changed[] {
  const changed: Changed[] = [];
  for (const tree of treesOf(document)) {
    for (const element of all(tree, "*")) {
      if (!(element instanceof HTMLElement || element instanceof SVGElement)) continue;
      const { position } = getComputedStyle(element);
      if (position !== "fixed" && position !== "sticky") continue;
      changed.push({ element, style: element.getAttribute("style") });
      if (position === "fixed") element.style.setProperty("visibility", "hidden", "important");
      else element.style.setProperty("position", "static", "important");
    }
  }
  return changed;
}

function restore(element: HTMLElement | SVGElement, style: string | null): void {
  if (style === null) element.removeAttribute("style");
  else element.setAttribute("style", style);
}

function painted(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
}
