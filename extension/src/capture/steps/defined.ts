// Custom elements are defined by script, which a saved page does not have. Those that were are marked, and whoever
// assembles the page lets the mark count as :defined.
import type { ElementStep } from "../html/context.ts";
import { htmlNamespace, matches, namespaceUri } from "../html/dom.ts";

export const defined: ElementStep = {
  name: "defined",
  tags: "every",
  apply(draft, context) {
    const custom = draft.name.includes("-") || draft.attributes.has("is");
    if (!custom || context.inert || namespaceUri(draft.element) !== htmlNamespace) return;
    if (matches(draft.element, ":defined")) draft.attributes.set("data-keepleaf-defined", "");
  },
};
