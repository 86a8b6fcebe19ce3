// The page's words, in the browser's language, and times and sizes as that language writes them.
import { browser } from "../platform/browser.ts";

export function t(key: string, ...values: (string | number)[]): string {
  return browser.i18n.getMessage(key, values.map(String)) || key;
}

const language = browser.i18n.getUILanguage();
const dateTime = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const dateOnly = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
const number = new Intl.NumberFormat(language);

export const formatTime = (time: string) => dateTime.format(new Date(time));
export const formatDate = (time: string) => dateOnly.format(new Date(time));
export const formatNumber = (value: number) => number.format(value);

export function formatSize(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[unit] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  }).format(value);
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
