// Whether a rule's selector has anything to select on the page. What is so only while a person points at it or types
// counts: the page that is kept can be pointed at, too. Where it can't be told, something is shown.

import type { Reference } from "../types.ts";

type Unseen = NonNullable<Extract<Reference, { kind: "resource" }>["unseen"]>;

/** They select no element of their own, or one that is there under another condition. */
const left =
  /::?(?:before|after|first-line|first-letter)\b|::[-\w]+(?:\([^()]*\))?|:(?:hover|active|focus-within|focus-visible|focus|visited|target|checked|open)\b/gi;

export function isShown(selector: string, roots: readonly Node[]): boolean {
  const plain = selector.replace(left, "");
  // A shadow tree's host, what it slots and its parts are in other trees; `&` is what another rule selects.
  if (/:host|::(?:slotted|part)|&/i.test(selector)) return true;
  try {
    return roots.some((root) => queryOf(root).call(root, plain) !== null);
  } catch {
    return true;
  }
}

/** Of what two places say about a picture that only style sheets name. */
export function moreSeen(one: Unseen | undefined, other: Unseen | undefined): Unseen | undefined {
  if (one === undefined || other === undefined) return undefined;
  return one === "perhaps" || other === "perhaps" ? "perhaps" : "surely";
}

function queryOf(root: Node): ParentNode["querySelector"] {
  // A form can shadow the method by its name.
  const owner = root.nodeType === Node.DOCUMENT_NODE ? Document : DocumentFragment;
  return owner.prototype.querySelector;
}
