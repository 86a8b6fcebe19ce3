// <img>, <picture>, <input type=image>: what was shown is what `src` says in the capture; candidates keep their absolute
// addresses. Pictures that wait for script or for being scrolled to are fetched by the address they wait with.

import {
  absolute,
  attribute,
  type CaptureContext,
  type ElementDraft,
  type ElementStep,
  resource,
  withoutFragment,
} from "../html/context.ts";
import { lazySource } from "../html/lazy.ts";
import { absoluteSrcset, parseSrcset } from "../html/srcset.ts";

export const images: ElementStep = {
  name: "images",
  tags: ["img", "source", "input", "svg:image", "svg:feImage"],
  apply(draft, context) {
    switch (draft.name) {
      case "img":
        writeImage(draft, context);
        break;
      case "source":
        writeSrcset(draft, context);
        break;
      case "input":
        if (attribute(draft, "type").toLowerCase() === "image") writeSource(draft, "src", context);
        break;
      default:
        for (const name of ["href", "xlink:href"]) {
          if (!attribute(draft, name).startsWith("#")) writeSource(draft, name, context);
        }
    }
  },
};

function writeImage(draft: ElementDraft, context: CaptureContext): void {
  const image = draft.element as HTMLImageElement;
  writeSrcset(draft, context);
  const lazy = context.inert ? undefined : lazySource(image, context);
  const shown = lazy ?? (context.inert ? "" : image.currentSrc);
  const url = shown || (absolute(context, attribute(draft, "src")) ?? "");
  if (url === "" || !(shown || draft.attributes.has("src"))) return;
  if (lazy) {
    // The placeholder's candidates would win over what replaces it.
    draft.attributes.delete("srcset");
    draft.attributes.delete("sizes");
  }
  const how = !lazy && isBroken(image) ? { broken: true } : {};
  draft.attributes.set("src", resource(context, "image", url, how));
}

/** The browser has its answer, and it is no picture. One that is still to come is not complete. */
function isBroken(image: HTMLImageElement): boolean {
  return image.complete && image.currentSrc !== "" && image.naturalWidth === 0 && image.naturalHeight === 0;
}

function writeSource(draft: ElementDraft, name: string, context: CaptureContext): void {
  const url = absolute(context, attribute(draft, name));
  if (url && draft.attributes.has(name)) draft.attributes.set(name, resource(context, "image", url));
}

function writeSrcset(draft: ElementDraft, context: CaptureContext): void {
  for (const name of ["srcset", "imagesrcset"]) {
    const value = attribute(draft, name);
    if (value === "") continue;
    draft.attributes.set(name, absoluteSrcset(value, context.baseUrl));
    if (context.inert) continue;
    for (const { url } of parseSrcset(value)) {
      const address = absolute(context, url);
      if (address === undefined || !/^https?:/i.test(address)) continue;
      const kept = withoutFragment(address);
      context.out.refer({ kind: "resource", role: "image", url: kept, alternative: true });
    }
  }
}
