// Scroll offsets can't be shown without script; they are recorded for the replay agent.
import type { ElementStep } from "../html/context.ts";
import { scrollLeft, scrollTop } from "../html/dom.ts";

export const scroll: ElementStep = {
  name: "scroll",
  tags: "every",
  apply(draft, context) {
    if (context.inert) return;
    const top = Math.round(scrollTop(draft.element));
    const left = Math.round(scrollLeft(draft.element));
    if (top !== 0 || left !== 0) draft.attributes.set("data-keepleaf-scroll", `${left} ${top}`);
  },
};
