// Custom elements are defined by script, which a saved page does not have. Those that were are marked, with the states that
// their script gave them, and whoever assembles the page lets the marks count as :defined and :state().
import { statesOf } from "../css/state-names.ts";
import type { ElementStep } from "../html/context.ts";
import { htmlNamespace, matches, namespaceUri } from "../html/dom.ts";

export const defined: ElementStep = {
  name: "defined",
  tags: "every",
  apply(draft, context) {
    const custom = draft.name.includes("-") || draft.attributes.has("is");
    if (!custom || context.inert || namespaceUri(draft.element) !== htmlNamespace) return;
    if (!matches(draft.element, ":defined")) return;
    draft.attributes.set("data-keepleaf-defined", "");
    const states = statesOf(draft.element, context);
    if (states.length > 0) draft.attributes.set("data-keepleaf-state", states.join(" "));
  },
};
