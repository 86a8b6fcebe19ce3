// <link>: icons are kept, hints that make a browser fetch go, others are references and become absolute. Of the icons that
// a page has for every device a tab shows a small one, and a list of pages would a large one: the others are sizes of the
// same, which nobody saw.
import { absolute, attribute, type CaptureContext, type ElementStep, resource } from "../html/context.ts";

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
      const isIcon = relations.some((relation) => iconRelation.test(relation));
      const how = isIcon && !wantedIcons(context).has(draft.element) ? { alternative: true } : {};
      draft.attributes.set("href", isIcon ? resource(context, "icon", url, how) : url);
    }
  },
};

const iconRelation = /^(?:icon|apple-touch-icon.*|mask-icon|fluid-icon)$/;
/** Pixels of an icon that a tab would scale down. */
const large = 64;
const wanted = new WeakMap<CaptureContext, ReadonlySet<Element>>();

function wantedIcons(context: CaptureContext): ReadonlySet<Element> {
  let icons = wanted.get(context);
  if (!icons) {
    const links = [
      ...Document.prototype.querySelectorAll.call(context.document, "link[rel]"),
    ] as HTMLLinkElement[];
    const bySize = links.toSorted((one, other) => sizeOf(one) - sizeOf(other));
    const forTabs = bySize.filter(({ rel }) => /(?:^|\s)icon(?:\s|$)/i.test(rel));
    const small = forTabs.filter((link) => sizeOf(link) <= large);
    const touch = bySize.findLast(({ rel }) => /apple-touch-icon/i.test(rel));
    icons = new Set([...(small.length > 0 ? small : forTabs.slice(0, 1)), ...(touch ? [touch] : [])]);
    wanted.set(context, icons);
  }
  return icons;
}

/** The largest that it names; 0 when it names none, or "any". */
function sizeOf(link: HTMLLinkElement): number {
  return Math.max(0, ...[...link.sizes].map((size) => Number.parseInt(size, 10) || 0));
}
