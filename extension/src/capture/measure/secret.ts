// Fields whose value the capture does not write (steps/forms.ts) are not measured either.

import * as dom from "../html/dom.ts";
import { isSecretField } from "../steps/forms.ts";

export function isSecret(element: Element): boolean {
  return isSecretField((name) => dom.attribute(element, name) ?? "");
}
