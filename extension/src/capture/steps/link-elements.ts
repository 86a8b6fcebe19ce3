// <link>: icons are kept, hints that make a browser fetch go, others are references and become absolute.
import { absolute, attribute, type ElementStep, resource } from "../html/context.ts";

const hints = new Set([
  "preload",
  "modulepreload",
  "prefetch",
  "dns-prefetch",
  "preconnect",
  "prerender",
  "manifest",
  "import",
  "serviceworker",
  "expect",
  "compression-dictionary",
]);

export const linkElements: ElementStep = {
  name: "link-elements",
  tags: ["link"],
  apply(draft, context) {
    const relations = attribute(draft, "rel").toLowerCase().split(/\s+/);
    if (relations.includes("stylesheet")) return;
    const url = absolute(context, attribute(draft, "href"));
    if (relations.some((relation) => hints.has(relation))) {
      draft.keep = "dropped";
    } else if (url !== undefined && draft.attributes.has("href")) {
      const isIcon = relations.some((relation) =>
        /^(?:icon|apple-touch-icon.*|mask-icon|fluid-icon)$/.test(relation),
      );
      draft.attributes.set("href", isIcon ? resource(context, "icon", url) : url);
    }
  },
};
