// What of a tab is kept: which of its documents counts as the page, and whether all of it or what is selected there.
export interface CaptureScope {
  frameId: number;
  part: "whole" | "selection";
}

export const wholePage: CaptureScope = { frameId: 0, part: "whole" };

export function isWholePage({ frameId, part }: CaptureScope): boolean {
  return frameId === 0 && part === "whole";
}
