// Asking the background to keep what was typed, and what came of it in words.
import type { AddAnswer, AddQuestion } from "../background/add-desk.ts";
import { browser } from "../platform/browser.ts";
import { errorText } from "./error-text.ts";
import { t } from "./text.ts";

export function addAddress(url: string, refused: boolean): Promise<AddAnswer> {
  const question: AddQuestion = { to: "keepleaf.add", url, ...(refused ? { refused } : {}) };
  return browser.runtime.sendMessage(question) as Promise<AddAnswer>;
}

export function answerText(answer: AddAnswer): string {
  switch (answer.by) {
    case "tab":
      return t("add_by_tab");
    case "host":
      return t(answer.why === "no_access" ? "add_by_host_no_access" : "add_by_host_tab_failed");
    case "later":
      return t("add_later", errorText(answer.error));
    case "nobody":
      return t("add_refused", errorText(answer.error));
  }
}
