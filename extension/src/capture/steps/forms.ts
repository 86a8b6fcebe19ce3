// What was typed and chosen is written into the markup; what is secret never is.
import { attribute, type ElementDraft, type ElementStep } from "../html/context.ts";

const secretAutocomplete = /^(?:cc-.*|one-time-code|current-password|new-password)$/;
const secretName =
  /passw|(?:^|[^a-z])(?:cvv|cvc|csc|otp|pin)(?:[^a-z]|$)|card.?num|security.?code|csrf|xsrf/i;
const checkable = new Set(["checkbox", "radio"]);
const buttons = new Set(["submit", "reset", "button", "image"]);

export const forms: ElementStep = {
  name: "forms",
  tags: ["input", "textarea", "option"],
  apply(draft, context) {
    if (context.inert) return;
    if (draft.name === "input") writeInput(draft, draft.element as HTMLInputElement);
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

// A field whose type is "text" may be a password that is being shown; names tell where autocomplete does not.
function isSecret(draft: ElementDraft): boolean {
  const tokens = attribute(draft, "autocomplete").toLowerCase().split(/\s+/);
  return (
    tokens.some((token) => secretAutocomplete.test(token)) ||
    secretName.test(attribute(draft, "name")) ||
    secretName.test(attribute(draft, "id"))
  );
}

function setFlag(draft: ElementDraft, name: string, on: boolean): void {
  if (on) draft.attributes.set(name, "");
  else draft.attributes.delete(name);
}
