// Attributes that run script or speak to servers.
import { attribute, type ElementStep } from "../html/context.ts";

const speaking = ["nonce", "integrity", "ping", "attributionsrc"];
const scripted = ["href", "xlink:href", "src", "action", "formaction", "data", "to", "values", "from"];

export const handlers: ElementStep = {
  name: "handlers",
  tags: "every",
  apply(draft) {
    for (const name of draft.attributes.keys()) {
      if (/^on/i.test(name)) draft.attributes.delete(name);
    }
    for (const name of speaking) draft.attributes.delete(name);
    for (const name of scripted) {
      // Browsers ignore control characters and white space before and within the scheme. "#" keeps :link styles.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
      const value = attribute(draft, name).replace(/[\x00-\x20]+/g, "");
      if (/^(?:javascript|vbscript):/i.test(value)) draft.attributes.set(name, "#");
    }
  },
};
