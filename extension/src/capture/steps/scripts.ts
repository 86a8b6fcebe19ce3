// Scripts never run in a saved page. Their place stays, so that structural selectors still count right. What a
// <noscript> holds is read by the images step of the picture it stands beside.
import type { ElementStep } from "../html/context.ts";

export const scripts: ElementStep = {
  name: "scripts",
  tags: ["script", "noscript", "svg:script"],
  apply(draft) {
    draft.keep = draft.name === "script" || draft.name === "noscript" ? "placed" : "dropped";
  },
};
