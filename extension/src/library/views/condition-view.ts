// What became of the page behind a link, and what its newest job is at: in words, with what can be done about it.
import type { Condition, LinkItem, LinkJob } from "../../protocol/messages.ts";
import { h } from "../../ui/dom.ts";
import { jobReason } from "../../ui/job-reason.ts";
import { formatDate, formatShare, type MessageKey, t } from "../../ui/text.ts";

const stateKeys: Record<string, MessageKey> = {
  gone: "condition_gone",
  moved: "condition_moved",
  parked: "condition_parked",
  error_page: "condition_error_page",
  paywalled: "condition_paywalled",
  changed: "condition_changed",
  unreachable: "condition_unreachable",
};
const signKeys: Record<string, MessageKey> = {
  http_status: "sign_http_status",
  no_such_host: "sign_no_such_host",
  redirect: "sign_redirect",
  home_page: "sign_home_page",
  login_page: "sign_login_page",
  parking_host: "sign_parking_host",
  title: "sign_title",
  sentence: "sign_sentence",
  address: "sign_address",
  likeness: "sign_likeness",
};

/** Short, for a row; null when nothing is wrong. */
export function conditionWords(condition: Condition | undefined): string | null {
  if (!condition || condition.state === "ok") return null;
  const key = stateKeys[condition.state];
  return key ? t(key) : condition.state;
}

function signWords({ sign, value }: Condition["signs"][number]): string {
  if (sign === "likeness") return t("sign_likeness", formatShare(Number(value) / 100));
  const key = signKeys[sign];
  return key ? t(key, value) : value;
}

export function conditionMark(condition: Condition | undefined): HTMLElement | null {
  const words = conditionWords(condition);
  if (!words || !condition) return null;
  return h("span", { class: "partial", title: condition.signs.map(signWords).join(" · ") }, words);
}

export function jobWords(job: LinkJob): string {
  if (job.state === "running") return t("job_running", formatShare(job.progress / 1000));
  if (job.state === "queued") return t(job.error ? "job_waiting_again" : "job_queued");
  return t("job_failed", job.error ? jobReason(job.error) : "");
}

/** With its evidence, and where a lost page may be found. */
export function conditionView(link: LinkItem): HTMLElement | null {
  const { condition, url } = link;
  const words = conditionWords(condition);
  if (!condition || !words) return null;
  const isLost = ["gone", "parked", "error_page"].includes(condition.state);
  return h(
    "div",
    { class: "condition", role: "note" },
    h("p", {}, h("strong", {}, words), " ", condition.signs.map(signWords).join(" · ")),
    h(
      "p",
      { class: "hint" },
      t("condition_since", formatDate(condition.since), formatDate(condition.checked_at)),
    ),
    condition.target
      ? h("p", {}, h("a", { href: condition.target, target: "_blank", rel: "noreferrer" }, condition.target))
      : null,
    // Nothing is asked of the archive before the person follows this.
    isLost
      ? h(
          "p",
          {},
          h(
            "a",
            { href: `https://web.archive.org/web/${url}`, target: "_blank", rel: "noreferrer" },
            t("condition_archive"),
          ),
        )
      : null,
  );
}
