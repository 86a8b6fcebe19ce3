// Pixels that no script may read, but that a person sees: where they are in the tab, so that they can be cut out of a
// picture of it. Told only where such a piece shows the element and nothing else.
import type { CaptureContext } from "../html/context.ts";
import type { Area, ScreenPlace } from "../types.ts";

interface Rect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const smallest = 4; // CSS pixels
const grid = 5;
const enough = 0.6; // of the points that are looked at
const mostWindows = 4; // as large, in each direction

/**
 * Null when it is not in the tab's window, is turned or faded, or lies under something. `alone`: what is seen there may
 * be what lies behind it, so nothing may.
 */
export function onScreen(element: HTMLElement, window: Window, alone: boolean): ScreenPlace | null {
  const { document } = window;
  if (document.visibilityState !== "visible") return null;
  const style = window.getComputedStyle(element);
  if (style.opacity !== "1" || style.filter !== "none" || style.visibility !== "visible") return null;
  const box = contentBox(element, style);
  if (!box) return null;
  const seen = withinAncestors(element, box, window);
  if (!isLarge(seen) || !isSeen(element, seen, alone)) return null;
  const inTab = offsetOf(window, seen);
  if (inTab?.window.visualViewport?.scale !== 1) return null;
  const { innerWidth, innerHeight } = inTab.window;
  const [left, top, width, height] = areaOf(box);
  if (width > innerWidth * mostWindows || height > innerHeight * mostWindows) return null;
  const [shownLeft, shownTop, shownWidth, shownHeight] = areaOf(seen);
  return {
    area: [left + inTab.left, top + inTab.top, width, height],
    shown: [shownLeft + inTab.left, shownTop + inTab.top, shownWidth, shownHeight],
    window: [innerWidth, innerHeight],
    ...(alone ? { behind: colourBehind(element, window) } : {}),
  };
}

function areaOf({ left, top, right, bottom }: Rect): Area {
  return [left, top, right - left, bottom - top];
}

/** Whether a piece that was cut out since shows what was there when it was noted. */
export function isStillThere({ element, place }: CaptureContext["seen"][number], window: Window): boolean {
  const now = element.isConnected ? onScreen(element, window, place.behind !== undefined) : null;
  return now !== null && JSON.stringify(now) === JSON.stringify(place);
}

/** In the window. Null for one that is scaled, turned or not laid out. */
function contentBox(element: HTMLElement, style: CSSStyleDeclaration): Rect | null {
  const outer = element.getBoundingClientRect();
  const scaled =
    Math.abs(outer.width - element.offsetWidth) > 1 || Math.abs(outer.height - element.offsetHeight) > 1;
  if (scaled || outer.width === 0) return null;
  const [top = 0, right = 0, bottom = 0, left = 0] = ["top", "right", "bottom", "left"].map(
    (side) =>
      Number.parseFloat(style.getPropertyValue(`border-${side}-width`)) +
      Number.parseFloat(style.getPropertyValue(`padding-${side}`)),
  );
  return {
    left: outer.left + left,
    top: outer.top + top,
    right: outer.right - right,
    bottom: outer.bottom - bottom,
  };
}

function withinAncestors(element: Element, box: Rect, window: Window): Rect {
  const root = window.document.documentElement;
  const quirks = window.document.compatMode === "BackCompat" ? window.document.body : root;
  let seen = cut(box, { left: 0, top: 0, right: quirks.clientWidth, bottom: quirks.clientHeight });
  for (let at = above(element); at && at !== root && at !== window.document.body; at = above(at)) {
    if (window.getComputedStyle(at).overflow !== "visible") seen = cut(seen, at.getBoundingClientRect());
  }
  return seen;
}

function cut(one: Rect, other: Rect): Rect {
  return {
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  };
}

function isLarge({ left, top, right, bottom }: Rect): boolean {
  return right - left >= smallest && bottom - top >= smallest;
}

function above(element: Element): Element | null {
  return element.assignedSlot ?? element.parentElement ?? (element.getRootNode() as ShadowRoot).host ?? null;
}

function isSeen(element: Element, seen: Rect, alone: boolean): boolean {
  const tree = element.getRootNode() as Document | ShadowRoot;
  let points = 0;
  for (let row = 0.5; row < grid; row++) {
    for (let column = 0.5; column < grid; column++) {
      const hit = tree.elementsFromPoint(
        seen.left + ((seen.right - seen.left) * column) / grid,
        seen.top + ((seen.bottom - seen.top) * row) / grid,
      );
      const at = hit.indexOf(element);
      if (at < 0 || !hit.slice(0, at).every(isSeeThrough)) continue;
      if (alone && !hit.slice(at + 1).every((below) => isAround(below, element))) continue;
      points++;
    }
  }
  return points >= enough * grid * grid;
}

/** Nothing but a catcher of clicks, as maps have it above their canvas. */
function isSeeThrough(element: Element): boolean {
  if (/^(?:img|video|canvas|iframe|object|embed|svg|input|button|textarea|select)$/.test(element.localName)) {
    return false;
  }
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE && (node as Text).data.trim() !== "") return false;
  }
  const style = element.ownerDocument.defaultView?.getComputedStyle(element);
  return style?.backgroundImage === "none" && isClear(style.backgroundColor);
}

function isAround(below: Element, element: Element): boolean {
  for (let at: Element | null = element; at; at = above(at)) if (at === below) return true;
  return false;
}

function isClear(colour: string): boolean {
  return colour === "transparent" || /^rgba\(.*, 0\)$/.test(colour);
}

function colourBehind(element: Element, window: Window): string {
  for (let at: Element | null = element; at; at = above(at)) {
    const { backgroundColor, backgroundImage } = window.getComputedStyle(at);
    if (backgroundImage !== "none") return "";
    if (!isClear(backgroundColor)) return backgroundColor;
  }
  return "rgb(255, 255, 255)";
}

/** How far a frame's window is off the tab's. Null where a frame of another site lies between, or hides some of it. */
function offsetOf(window: Window, seen: Rect): { left: number; top: number; window: Window } | null {
  let left = 0;
  let top = 0;
  let current = window;
  for (let frame = frameOf(current); current.parent !== current; frame = frameOf(current)) {
    const around = frame?.ownerDocument.defaultView;
    if (!frame || !around) return null;
    const box = contentBox(frame as HTMLElement, around.getComputedStyle(frame));
    if (!box) return null;
    left += box.left;
    top += box.top;
    const inside = {
      left: seen.left + left,
      top: seen.top + top,
      right: seen.right + left,
      bottom: seen.bottom + top,
    };
    const [shown, whole] = [cut(inside, withinAncestors(frame, box, around)), areaOf(inside)];
    if (areaOf(shown).some((value, index) => value !== whole[index])) return null;
    if (!isSeen(frame, inside, false)) return null;
    current = around;
  }
  return { left, top, window: current };
}

function frameOf(window: Window): Element | null {
  try {
    return window.frameElement;
  } catch {
    return null; // Of another site.
  }
}
