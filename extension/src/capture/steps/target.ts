// The element that the address points at: a file that is opened has an address without a fragment.
import type { ElementStep } from "../html/context.ts";
import { matches } from "../html/dom.ts";

export const target: ElementStep = {
  name: "target",
  tags: "every",
  apply(draft, context) {
    if (context.inert || context.document.URL === context.documentUrl || !draft.attributes.has("id")) return;
    if (matches(draft.element, ":target")) draft.attributes.set("data-keepleaf-target", "");
  },
};
