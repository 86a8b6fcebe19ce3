// Nested browsing contexts: the frame captures itself; here its place is noted, with what identifies its window.
import {
  absolute,
  attribute,
  type CaptureContext,
  type ElementDraft,
  type ElementStep,
  resource,
} from "../html/context.ts";

export const frames: ElementStep = {
  name: "frames",
  tags: ["iframe", "frame", "object", "embed"],
  apply(draft, context) {
    if (draft.name === "iframe" || draft.name === "frame") writeFrame(draft, "src", context);
    else if (draft.name === "embed") writeObject(draft, "src", context);
    else if (windowOf(draft.element) && !isDrawing(draft.element)) writeFrame(draft, "data", context);
    else writeObject(draft, "data", context);
  },
};

function writeFrame(draft: ElementDraft, name: string, context: CaptureContext): void {
  // An empty address is no address here: the frame stays at about:blank.
  const url = attribute(draft, name).trim() === "" ? undefined : absolute(context, attribute(draft, name));
  if (draft.name === "iframe") draft.content = [];
  if (context.inert) {
    if (url) draft.attributes.set(name, url);
    return;
  }
  const srcdoc = draft.attributes.has("srcdoc");
  draft.attributes.delete("srcdoc");
  const child = windowOf(draft.element);
  const marker = context.out.refer({
    kind: "frame",
    url: srcdoc ? "about:srcdoc" : (url ?? "about:blank"),
    index: child ? indexOf(child, context.window) : null,
    frameId: context.platform.frameId(draft.element),
  });
  draft.attributes.set(name, [marker]);
}

function writeObject(draft: ElementDraft, name: string, context: CaptureContext): void {
  const url = absolute(context, attribute(draft, name));
  if (!url || !draft.attributes.has(name)) return;
  const isImage = /^image\//i.test(attribute(draft, "type")) || isDrawing(draft.element);
  draft.attributes.set(name, resource(context, isImage ? "image" : "object", url));
}

/** An SVG document sizes its object, as a picture does and a frame does not. */
function isDrawing(element: Element): boolean {
  return (element as HTMLObjectElement).contentDocument?.contentType === "image/svg+xml";
}

function windowOf(element: Element): Window | null {
  return (element as HTMLIFrameElement).contentWindow ?? null;
}

/** Null for frames in shadow trees, which window.frames does not count. */
function indexOf(child: Window, window: Window): number | null {
  for (let index = 0; index < window.length; index++) {
    if (window[index] === child) return index;
  }
  return null;
}
