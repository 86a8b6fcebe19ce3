// What a snapshot lacks, and why, in the person's words.
import type { PartStatus, Resource } from "../../protocol/messages.ts";
import { h } from "../../ui/dom.ts";
import { formatNumber, type MessageKey, readableUrl, t } from "../../ui/text.ts";

const reasons: Record<Exclude<PartStatus, `http_${number}` | "ok">, MessageKey> = {
  no_permission: "library_missing_no_permission",
  no_answer: "library_missing_no_answer",
  unreachable: "library_missing_unreachable",
  too_large: "library_missing_too_large",
  blocked: "library_missing_blocked",
  tainted: "library_missing_tainted",
  private_address: "library_missing_private_address",
  timeout: "library_missing_timeout",
  unsupported: "library_missing_unsupported",
  changed: "library_missing_changed",
  not_saved: "library_missing_not_saved",
  damaged: "library_missing_damaged",
};

export function reasonOf(status: string): string {
  const http = /^http_(\d{3})$/.exec(status);
  if (http) return t("library_missing_http", http[1] ?? "");
  // A newer host may know more reasons than this page.
  return Object.hasOwn(reasons, status)
    ? t(reasons[status as keyof typeof reasons])
    : t("library_missing_other");
}

export function missingParts(missing: Resource[]): HTMLElement {
  return h(
    "details",
    { class: "missing" },
    h("summary", { class: "partial" }, t("library_missing", formatNumber(missing.length))),
    h(
      "ul",
      {},
      ...missing.map(({ url, status }) =>
        h(
          "li",
          {},
          h("span", { class: "address", title: url }, url ? readableUrl(url) : "—"),
          h("span", { class: "reason" }, reasonOf(status)),
        ),
      ),
    ),
  );
}
