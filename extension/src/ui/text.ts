// Words in the browser's language. Keys are checked by the compiler against the English table.
import type en from "../_locales/en/messages.json";
import { browser } from "../platform/browser.ts";

export type MessageKey = keyof typeof en;
/** Keys that come in two forms, `…_one` and `…_other`. */
export type PluralKey = MessageKey extends infer K ? (K extends `${infer Stem}_one` ? Stem : never) : never;

// Of the words, not of the browser: where it speaks a fourth language, words and numbers stay of one kind.
const language = browser.i18n.getMessage("language_tag");
const plurals = new Intl.PluralRules(language);
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const dateTime = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const whole = new Intl.NumberFormat(language);

export function t(key: MessageKey, ...values: (string | number)[]): string {
  return browser.i18n.getMessage(key, values.map(String));
}

export function plural(key: PluralKey, count: number, ...values: (string | number)[]): string {
  const form = plurals.select(count) === "one" ? "one" : "other";
  return t(`${key}_${form}` as MessageKey, whole.format(count), ...values);
}

export const formatTime = (milliseconds: number) => dateTime.format(milliseconds);
export const formatNumber = (value: number) => whole.format(value);

export function formatBytes(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const maximumFractionDigits = value < 10 && unit > 0 ? 1 : 0;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[unit] ?? "byte",
    maximumFractionDigits,
  }).format(value);
}

export function formatAgo(milliseconds: number, now: number = Date.now()): string {
  const seconds = Math.round((now - milliseconds) / 1000);
  return seconds < 60
    ? relative.format(-seconds, "second")
    : relative.format(-Math.round(seconds / 60), "minute");
}

/** Fills `data-t` (text), `data-t-label` and `data-t-placeholder` of a page's own markup. */
export function translatePage(): void {
  document.documentElement.lang = language;
  const fill = (attribute: string, set: (element: HTMLElement, words: string) => void) => {
    for (const element of document.querySelectorAll<HTMLElement>(`[${attribute}]`)) {
      set(element, t(element.getAttribute(attribute) as MessageKey));
    }
  };
  fill("data-t", (element, words) => element.replaceChildren(words));
  fill("data-t-label", (element, words) => element.setAttribute("aria-label", words));
  fill("data-t-placeholder", (element, words) => element.setAttribute("placeholder", words));
}
