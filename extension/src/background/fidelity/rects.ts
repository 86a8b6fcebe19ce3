import type { Rect } from "../../capture/measure/types.ts";

/** The smallest rectangle around all; undefined when there is none. */
export function around(rects: readonly (Rect | null)[]): Rect | undefined {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const rect of rects) {
    if (!rect) continue;
    const [x, y, width, height] = rect;
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return left > right ? undefined : [left, top, right - left, bottom - top];
}

export function contains([x, y, width, height]: Rect, [x2, y2, width2, height2]: Rect): boolean {
  return x <= x2 && y <= y2 && x + width >= x2 + width2 && y + height >= y2 + height2;
}

/** Whether less than `gap` pixels lie between them. */
export function isNear([x, y, width, height]: Rect, [x2, y2, width2, height2]: Rect, gap: number): boolean {
  return x <= x2 + width2 + gap && x2 <= x + width + gap && y <= y2 + height2 + gap && y2 <= y + height + gap;
}
