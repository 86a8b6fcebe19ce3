// Scroll offsets can't be shown without script; they are recorded for the replay agent.
import type { ElementStep } from "../html/context.ts";
import { scrollLeft, scrollTop } from "../html/dom.ts";

/** What text is made of, and the rows of tables, have no offsets; asking each of a page's elements is dear. */
const neverScrolls = new Set("a b br em i img small strong sub sup tbody thead tfoot tr".split(" "));

export const scroll: ElementStep = {
  name: "scroll",
  tags: "every",
  apply(draft, context) {
    if (context.inert || neverScrolls.has(draft.name)) return;
    const top = Math.round(scrollTop(draft.element));
    const left = Math.round(scrollLeft(draft.element));
    if (top !== 0 || left !== 0) draft.attributes.set("data-keepleaf-scroll", `${left} ${top}`);
  },
};
