// Slots that script assigned by hand: declarative shadow DOM can't say that, but names can. Assigned text nodes have no
// attribute to carry a name and are not covered.
import type { CaptureContext, ElementStep } from "../html/context.ts";

/** Called when a shadow root is entered: its host's children are written after it. */
export function assignSlots(root: ShadowRoot, context: CaptureContext): void {
  if (root.slotAssignment !== "manual") return;
  for (const slot of root.querySelectorAll("slot")) {
    const name = `keepleaf-slot-${context.slotCount++}`;
    context.slotNames.set(slot, name);
    for (const element of slot.assignedElements()) context.slotNames.set(element, name);
  }
}

export const slotNames: ElementStep = {
  name: "slots",
  tags: "every",
  apply(draft, context) {
    const name = context.slotNames.get(draft.element);
    if (name === undefined) return;
    // A slot may itself be assigned to another slot; its own name was set first and the assignment wins the map.
    draft.attributes.set(draft.name === "slot" ? "name" : "slot", name);
  },
};
