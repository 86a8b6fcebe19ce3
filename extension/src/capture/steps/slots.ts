// Slots that script assigned by hand. Declarative shadow DOM can't say that, but names can, for elements; text gets an
// element around it. In the order that script gave, and without those, they are assigned by Keepleaf's script
// (host/src/page/restore_tree.js), which the marks tell what stood where.
import type { CaptureContext, ElementStep } from "../html/context.ts";

/** Called when a shadow root is entered: its host's children are written after it. */
export function assignSlots(root: ShadowRoot, context: CaptureContext): void {
  if (root.slotAssignment !== "manual") return;
  for (const slot of root.querySelectorAll("slot")) {
    const number = context.slotCount++;
    context.slots.set(slot, `${number}`);
    for (const [place, node] of slot.assignedNodes().entries()) context.slots.set(node, `${number} ${place}`);
  }
}

export const slotNames: ElementStep = {
  name: "slots",
  tags: "every",
  apply(draft, context) {
    const mark = context.slotCount === 0 ? undefined : context.slots.get(draft.element);
    if (mark === undefined) return;
    const { attributes } = draft;
    const [number] = mark.split(" ");
    // A slot may itself be assigned to another slot; its own mark was set first and the assignment wins the map.
    const isSlot = draft.name === "slot" && mark === number;
    const before = attributes.get(isSlot ? "name" : "slot");
    if (before !== undefined)
      attributes.set(isSlot ? "data-keepleaf-slot-name" : "data-keepleaf-slot-was", before);
    attributes.set(isSlot ? "name" : "slot", nameOf(number));
    attributes.set(isSlot ? "data-keepleaf-slot" : "data-keepleaf-in", mark);
  },
};

/** The markup for a text that was assigned to a slot. */
export function slottedText(text: Text, context: CaptureContext): string | undefined {
  const mark = context.slotCount === 0 ? undefined : context.slots.get(text);
  if (mark === undefined) return undefined;
  const escaped = text.data.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const name = nameOf(mark.split(" ")[0]);
  return `<span data-keepleaf-text="" data-keepleaf-in="${mark}" slot="${name}" style="display:contents">${escaped}</span>`;
}

const nameOf = (number: string | undefined): string => `keepleaf-slot-${number}`;
