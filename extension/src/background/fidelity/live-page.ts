// From measures by frame to documents by part.
import type { PartRole } from "../../protocol/messages.ts";
import type { MeasuredFrame } from "./live-measure.ts";
import type { LivePage } from "./pages.ts";

/** A part as the collector numbered it. */
export interface CollectedPart {
  n?: number;
  parent?: number;
  role: PartRole;
  /** Of the frame whose document it is. */
  frameId?: number;
}

/** Null when the page itself was not measured. */
export function livePage(frames: readonly MeasuredFrame[], parts: readonly CollectedPart[]): LivePage | null {
  const byFrame = new Map<number, number>();
  for (const { n, frameId } of parts) if (n !== undefined && frameId !== undefined) byFrame.set(frameId, n);
  const below = (parent: number, role: PartRole): number[] =>
    parts.filter((part) => part.parent === parent && part.role === role).map(({ n }) => n ?? 0);
  const documents = frames.flatMap(({ frameId, measure, moving }) => {
    const part = byFrame.get(frameId);
    if (part === undefined) return [];
    const drawn = measure.elements.filter(({ state }) => state?.pixels !== undefined).length;
    const canvases = below(part, "canvas");
    return [
      {
        part,
        frames: below(part, "frame"),
        // Pictures of videos are among them: then nobody can tell which is which.
        canvases: canvases.length === drawn ? canvases : [],
        measure,
        moving,
      },
    ];
  });
  const page = documents.find(({ part }) => part === 0);
  return page ? { viewport: page.measure.viewport, documents } : null;
}
