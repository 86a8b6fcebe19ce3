// In place of what could not be had: what failed in the person's words, what the host said of it, and what to do.
import type { HostAnswer } from "../../background/ui-messages.ts";
import type { WireError } from "../../protocol/reply.ts";
import { diagnosisView } from "../../ui/diagnosis-view.ts";
import { h } from "../../ui/dom.ts";
import { errorText } from "../../ui/error-text.ts";
import { t } from "../../ui/text.ts";

/** What says nothing against the host or the library. */
const ofRequest: WireError["code"][] = ["bad_request", "conflict", "not_found", "too_large", "unsupported"];

/** `ask`: whether the host is there, and if not, why. */
export function failureView(
  error: WireError,
  tryAgain: () => void,
  ask: () => Promise<HostAnswer>,
): HTMLElement {
  const told = errorText(error);
  const said = [error.message, error.kept, error.next].filter((words) => words && !told.includes(words));
  const why = h("div", { class: "card bad" }, h("p", {}, told));
  if (said.length > 0) why.append(h("p", { class: "said", lang: "en" }, said.join(" ")));
  if (!ofRequest.includes(error.code)) {
    void ask().then(
      (answer) => {
        if (!answer.ok) why.replaceChildren(...diagnosisView(answer.diagnosis));
      },
      () => undefined, // the error itself stands there already
    );
  }
  return h(
    "section",
    { class: "failure", role: "alert" },
    h("h1", { tabindex: -1 }, t("library_failed")),
    why,
    h("button", { class: "main", type: "button", onclick: tryAgain }, t("library_try_again")),
  );
}
