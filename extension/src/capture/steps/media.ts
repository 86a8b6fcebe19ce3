// <video> and <audio>: the bytes of what played (up to the limit), the poster, or the frame that was on screen. A stream
// (srcObject, or a blob: address that a MediaSource stands behind) has no bytes: its frame is kept, and it is missing.
import {
  absolute,
  attribute,
  type CaptureContext,
  type ElementDraft,
  type ElementStep,
  isFetchable,
  resource,
} from "../html/context.ts";
import { holdPixels } from "./canvas.ts";

export const media: ElementStep = {
  name: "media",
  tags: ["video", "audio", "track", "source"],
  apply(draft, context) {
    if (draft.name === "track") {
      const url = absolute(context, attribute(draft, "src"));
      if (url && draft.attributes.has("src")) draft.attributes.set("src", resource(context, "text", url));
    } else if (draft.name === "source") {
      // Of several sources only the one that was chosen is kept, on the element itself.
      const url = absolute(context, attribute(draft, "src"));
      if (url && draft.attributes.has("src")) draft.attributes.set("src", url);
    } else {
      writeMedia(draft, context);
    }
  },
};

function writeMedia(draft: ElementDraft, context: CaptureContext): void {
  const element = draft.element as HTMLMediaElement;
  const role = draft.name === "video" ? "video" : "audio";
  const url = element.currentSrc || (absolute(context, attribute(draft, "src")) ?? "");
  if (element.srcObject) {
    draft.attributes.delete("src");
    if (!context.inert) context.out.refer({ kind: "absent", role, url: "", status: "unsupported" });
  } else if (url !== "" && (element.currentSrc || draft.attributes.has("src"))) {
    draft.attributes.set("src", resource(context, role, url));
  }
  if (role !== "video" || context.inert) return;
  const video = element as HTMLVideoElement;
  const poster = absolute(context, attribute(draft, "poster"));
  const started = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0;
  if (started && (video.currentTime > 0 || !draft.attributes.has("poster"))) {
    const marker = holdFrame(video, context);
    if (marker) {
      draft.attributes.set("poster", [marker]);
      // It stands at the frame that was seen until a person plays it.
      draft.attributes.delete("autoplay");
      return;
    }
  }
  if (poster && draft.attributes.has("poster") && isFetchable(poster)) {
    draft.attributes.set("poster", resource(context, "image", poster));
  }
}

function holdFrame(video: HTMLVideoElement, context: CaptureContext) {
  // Never inserted, so the page can't see it.
  const canvas = context.document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return holdPixels(canvas, video, context);
}
