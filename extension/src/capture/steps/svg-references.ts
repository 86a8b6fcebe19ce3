// SVG elements that take their content from elsewhere: files are kept, fragments of this document stay fragments.
import { absolute, attribute, type ElementStep, resource, withoutFragment } from "../html/context.ts";

export const svgReferences: ElementStep = {
  name: "svg-references",
  tags: [
    "svg:use",
    "svg:linearGradient",
    "svg:radialGradient",
    "svg:pattern",
    "svg:filter",
    "svg:textPath",
    "svg:mpath",
  ],
  apply(draft, context) {
    for (const name of ["href", "xlink:href"]) {
      const value = attribute(draft, name);
      if (value === "" || value.startsWith("#")) continue;
      const url = absolute(context, value);
      if (url === undefined) continue;
      if (withoutFragment(url) === context.documentUrl) {
        draft.attributes.set(name, url.slice(url.indexOf("#")));
      } else if (draft.name === "use") {
        draft.attributes.set(name, resource(context, "image", url));
      } else {
        draft.attributes.set(name, url);
      }
    }
  },
};
