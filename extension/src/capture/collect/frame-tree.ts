// Which frame belongs into which place: by the browser's frame id where it tells, by index path, or, for frames of other
// sites in shadow trees, by an address that only one unclaimed frame has.
import type { FrameLink, FrameReading, Reference } from "../types.ts";

export interface ReadFrame {
  link: FrameLink;
  reading: FrameReading;
}

type FrameReference = Extract<Reference, { kind: "frame" }>;

export interface FrameTree {
  top: ReadFrame;
  children: Map<ReadFrame, Map<Reference, ReadFrame>>;
}

/** `root`: the frame that counts as the page; frames around it and beside it belong to nothing. */
export function matchFrames(frames: readonly ReadFrame[], root = 0): FrameTree {
  const top = frames.find((frame) => frame.link.frameId === root);
  if (!top) throw new Error("the top frame is missing");
  const byId = new Map(frames.map((frame) => [frame.link.frameId, frame]));
  const byPath = new Map<string, ReadFrame>();
  for (const frame of frames) {
    if (frame.reading.path) byPath.set(frame.reading.path.join("."), frame);
  }
  const claimed = new Set<ReadFrame>([top]);
  const children: FrameTree["children"] = new Map();
  const open: { parent: ReadFrame; reference: FrameReference }[] = [];
  const claim = (parent: ReadFrame, reference: FrameReference, child: ReadFrame): void => {
    claimed.add(child);
    const known = children.get(parent) ?? new Map<Reference, ReadFrame>();
    children.set(parent, known.set(reference, child));
    visit(child);
  };
  const visit = (parent: ReadFrame): void => {
    for (const reference of parent.reading.document?.references ?? []) {
      if (reference.kind !== "frame") continue;
      const path = parent.reading.path;
      const child =
        (reference.frameId !== null && byId.get(reference.frameId)) ||
        (reference.index !== null && path && byPath.get([...path, reference.index].join(".")));
      if (!child) open.push({ parent, reference });
      else if (!claimed.has(child) && hasLoaded(reference, child)) claim(parent, reference, child);
    }
  };
  visit(top);
  for (let next = open.shift(); next; next = open.shift()) {
    const { parent, reference } = next;
    const candidates = frames.filter(
      (frame) => !claimed.has(frame) && frame.reading.path === null && frame.reading.url === reference.url,
    );
    const [only] = candidates;
    if (only && candidates.length === 1) claim(parent, reference, only);
  }
  return { top, children };
}

// A frame whose server never answered still shows the empty document that it began with.
function hasLoaded(reference: FrameReference, child: ReadFrame): boolean {
  return child.reading.url !== "about:blank" || !/^https?:/i.test(reference.url);
}
