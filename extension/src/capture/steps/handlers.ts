// Attributes that run script or speak to servers.
import { attribute, type ElementStep } from "../html/context.ts";

const speaking = new Set(["nonce", "integrity", "ping", "attributionsrc"]);
const scripted = new Set("href xlink:href src action formaction data to values from".split(" "));

export const handlers: ElementStep = {
  name: "handlers",
  tags: "every",
  apply(draft) {
    for (const name of draft.attributes.keys()) {
      if (/^on/i.test(name) || speaking.has(name)) draft.attributes.delete(name);
      if (!scripted.has(name)) continue;
      // Browsers ignore control characters and white space before and within the scheme. "#" keeps :link styles.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
      const value = attribute(draft, name).replace(/[\x00-\x20]+/g, "");
      if (/^(?:javascript|vbscript):/i.test(value)) draft.attributes.set(name, "#");
    }
  },
};
