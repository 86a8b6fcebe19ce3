// Addresses that a person may follow become absolute; fragments of this document stay as they are.
import { absolute, attribute, type ElementStep, withoutFragment } from "../html/context.ts";

const followed: Record<string, readonly string[]> = {
  a: ["href"],
  area: ["href"],
  form: ["action"],
  button: ["formaction"],
  input: ["formaction"],
  blockquote: ["cite"],
  q: ["cite"],
  ins: ["cite"],
  del: ["cite"],
  "svg:a": ["href", "xlink:href"],
};

export const links: ElementStep = {
  name: "links",
  tags: Object.keys(followed),
  apply(draft, context) {
    const names = followed[draft.name] ?? ["href", "xlink:href"];
    for (const name of names) {
      const value = attribute(draft, name);
      // "#" alone stands for what ran script (handlers.ts).
      if (!draft.attributes.has(name) || value === "#") continue;
      const url = absolute(context, value);
      if (url === undefined) continue;
      const here = withoutFragment(url) === context.documentUrl && url.includes("#");
      draft.attributes.set(name, here ? url.slice(url.indexOf("#")) : url);
    }
  },
};
