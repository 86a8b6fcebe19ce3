// What was typed and chosen is written into the markup; what is secret never is.
import { attribute, type ElementDraft, type ElementStep } from "../html/context.ts";

const secretAutocomplete = /^(?:cc-.*|one-time-code|current-password|new-password)$/;
const secretName =
  /passw|(?:^|[^a-z])(?:cvv|cvc|csc|otp|pin)(?:[^a-z]|$)|card.?num|security.?code|csrf|xsrf/i;
/** For what must look at fields from outside the capture (background/pictures). */
export const secretFieldRules = { autocomplete: secretAutocomplete, name: secretName };
const checkable = new Set(["checkbox", "radio"]);
const buttons = new Set(["submit", "reset", "button", "image"]);

export const forms: ElementStep = {
  name: "forms",
  tags: ["input", "textarea", "option", "select"],
  apply(draft, context) {
    if (context.inert) return;
    if (draft.name === "input") writeInput(draft, draft.element as HTMLInputElement);
    else if (draft.name === "select") writeUnchosen(draft, draft.element as HTMLSelectElement);
    else if (draft.name === "option")
      setFlag(draft, "selected", (draft.element as HTMLOptionElement).selected);
    else draft.content = isSecret(draft) ? [] : [(draft.element as HTMLTextAreaElement).value];
  },
};

function writeInput(draft: ElementDraft, input: HTMLInputElement): void {
  const type = input.type;
  if (checkable.has(type)) {
    setFlag(draft, "checked", input.checked);
    if (input.indeterminate) draft.attributes.set("data-keepleaf-indeterminate", "");
  } else if (type === "hidden" || type === "password" || type === "file" || isSecret(draft)) {
    draft.attributes.delete("value");
  } else if (!buttons.has(type)) {
    const value = input.value;
    if (value !== "" || draft.attributes.has("value")) draft.attributes.set("value", value);
  }
}

// A list of which nothing is chosen shows nothing; markup can't say that, and its first entry would be.
function writeUnchosen(draft: ElementDraft, select: HTMLSelectElement): void {
  if (select.type !== "select-one" || select.size > 1) return;
  const { selectedIndex, options } = select;
  if (selectedIndex < 0 && options.length > 0) draft.attributes.set("data-keepleaf-indeterminate", "");
}

// A field whose type is "text" may be a password that is being shown; names tell where autocomplete does not.
function isSecret(draft: ElementDraft): boolean {
  return isSecretField((name) => attribute(draft, name));
}

/** `read` gives an attribute's value, empty when there is none. */
export function isSecretField(read: (name: string) => string): boolean {
  const tokens = read("autocomplete").toLowerCase().split(/\s+/);
  return (
    tokens.some((token) => secretAutocomplete.test(token)) ||
    secretName.test(read("name")) ||
    secretName.test(read("id"))
  );
}

function setFlag(draft: ElementDraft, name: string, on: boolean): void {
  if (on) draft.attributes.set(name, "");
  else draft.attributes.delete(name);
}
