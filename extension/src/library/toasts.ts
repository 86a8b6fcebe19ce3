// Short news at the lower edge, with at most one thing to do about it. It goes by itself, but not from under the pointer
// or the keyboard.
import { h } from "../ui/dom.ts";
import { t } from "../ui/text.ts";
import type { ToastAction } from "./views/view.ts";

const plainTime = 6_000;
const actionTime = 12_000;

export function showToast(place: HTMLElement, message: string, action?: ToastAction): void {
  let timer: ReturnType<typeof setTimeout>;
  const close = () => {
    clearTimeout(timer);
    element.remove();
  };
  const wait = () => {
    timer = setTimeout(close, action ? actionTime : plainTime);
  };
  const stay = () => clearTimeout(timer);
  const run = () => {
    close();
    action?.run();
  };
  const element = h(
    "div",
    { class: "toast", onpointerenter: stay, onpointerleave: wait, onfocusin: stay, onfocusout: wait },
    h("span", {}, message),
    action ? h("button", { type: "button", onclick: run }, action.label) : null,
    h("button", { type: "button", class: "close", "aria-label": t("library_close"), onclick: close }, "×"),
  );
  place.append(element);
  wait();
}

/** Takes the newest away; whether there was one. */
export function closeToast(place: HTMLElement): boolean {
  const newest = place.lastElementChild?.querySelector<HTMLButtonElement>(".close");
  newest?.click();
  return newest != null;
}
