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
const dateOnly = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
const whole = new Intl.NumberFormat(language);
const share = new Intl.NumberFormat(language, {
  style: "percent",
  maximumFractionDigits: 1,
  roundingMode: "floor",
} as Intl.NumberFormatOptions);

export function t(key: MessageKey, ...values: (string | number)[]): string {
  return browser.i18n.getMessage(key, values.map(String));
}

export function plural(key: PluralKey, count: number, ...values: (string | number)[]): string {
  const form = plurals.select(count) === "one" ? "one" : "other";
  return t(`${key}_${form}` as MessageKey, whole.format(count), ...values);
}

/** Milliseconds since 1970, or a time as the protocol writes it. */
export const formatTime = (time: number | string) => dateTime.format(new Date(time));
export const formatDate = (time: number | string) => dateOnly.format(new Date(time));
/** From 0 to 1; rounded down, so that nothing that differs is said to be whole. */
export const formatShare = (value: number) => share.format(value);
export const formatNumber = (value: number) => whole.format(value);

export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  // From 999.5 on it would be rounded to a fourth digit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const maximumFractionDigits = value < 10 && unit > 0 ? 1 : 0;
  // The symbols are the same in every language; a space that does not break keeps them with their number.
  return `${new Intl.NumberFormat(language, { maximumFractionDigits }).format(value)}\u00a0${units[unit]}`;
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

/** A URL as people read it: without scheme and "www.", without a lone trailing slash. */
export function readableUrl(url: string): string {
  try {
    const parsed = new URL(url);
    const rest = decodeURI(parsed.pathname + parsed.search).replace(/\/$/, "");
    return parsed.host.replace(/^www\./, "") + rest;
  } catch {
    return url;
  }
}
