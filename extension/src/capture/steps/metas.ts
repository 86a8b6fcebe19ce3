// What a document says to browsers and servers rather than to readers: policies, refreshes, its old encoding, its base
// (addresses are absolute), and tokens that belong to the person's session.
import { attribute, type ElementStep } from "../html/context.ts";

const keptPragmas = new Set(["content-language", "default-style"]);
const sessionName = /csrf|xsrf|authenticity[-_]?token|request[-_]?verification[-_]?token|nonce/i;

export const metas: ElementStep = {
  name: "metas",
  tags: ["meta", "base"],
  apply(draft) {
    if (draft.name === "base") {
      // Addresses are absolute in what is kept; where links open is still said here.
      const target = attribute(draft, "target");
      if (target === "") draft.keep = "dropped";
      else draft.attributes = new Map([["target", target]]);
      return;
    }
    const pragma = attribute(draft, "http-equiv").trim().toLowerCase();
    if (
      draft.attributes.has("charset") ||
      (pragma !== "" && !keptPragmas.has(pragma)) ||
      sessionName.test(attribute(draft, "name")) ||
      sessionName.test(attribute(draft, "property"))
    ) {
      draft.keep = "dropped";
    }
  },
};
