// What became of the page: one mark, one sentence, the address; below it how far the work is.
import type { JobView, PopupView } from "../background/ui-messages.ts";
import { h } from "../ui/dom.ts";
import { errorText } from "../ui/error-text.ts";
import { formatAgo, type MessageKey, t } from "../ui/text.ts";

interface Status {
  mark: string;
  tone: "good" | "warn" | "bad";
  headline: string;
  detail: string;
}

const headlines: Record<JobView["stage"], MessageKey> = {
  reading: "popup_reading",
  resources: "popup_resources",
  waiting: "popup_waiting",
  sending: "popup_sending",
  kept: "popup_kept",
  undone: "popup_undone",
  refused: "popup_refused",
  failed: "popup_failed",
};

export function statusOf({ job, recent, page, question, diagnosis }: PopupView): Status {
  const address = readable(page.url);
  if (!job) {
    const headline = question ? page.title || address : t("popup_connecting");
    return { mark: "…", tone: "good", headline, detail: address };
  }
  const headline =
    recent && job.stage === "kept"
      ? t("popup_kept_recently", formatAgo(job.keptAt ?? 0))
      : t(headlineOf(job));
  const why = job.failure ? t(job.failure) : job.error ? errorText(job.error) : "";
  if (job.stage === "refused" || job.stage === "failed")
    return { mark: "!", tone: "bad", headline, detail: why };
  if (job.stage === "kept") return { mark: "✓", tone: "good", headline, detail: why || address };
  // Before anything else: nothing is lost. The diagnosis below says what is wrong.
  if (isStuck({ job, diagnosis })) {
    const safe = t(page.private ? "waiting_private" : "waiting_nothing_lost");
    return { mark: "!", tone: "warn", headline, detail: diagnosis || !why ? safe : `${why} ${safe}` };
  }
  return { mark: job.stage === "undone" ? "↩" : "…", tone: "good", headline, detail: address };
}

function headlineOf({ stage, committed, destroyed, scope }: JobView): MessageKey {
  if (stage === "undone" && destroyed) return "popup_undone_destroyed";
  if (stage === "undone" && committed) return "popup_undone_stored";
  if (stage === "kept" && scope) {
    return scope.part === "selection" ? "popup_kept_selection" : "popup_kept_frame";
  }
  return headlines[stage];
}

/** The page was read, and the library does not take it just now. */
export function isStuck({ job, diagnosis }: Pick<PopupView, "job" | "diagnosis">): boolean {
  return job?.stage === "waiting" && (job.error !== undefined || diagnosis !== null);
}

export function statusView({ mark, tone, headline, detail }: Status): Node[] {
  return [
    h("span", { class: `mark ${tone}`, "aria-hidden": "true" }, mark),
    h(
      "div",
      {},
      h("p", { class: "headline" }, headline),
      detail && h("p", { class: tone === "good" ? "quiet address" : "quiet" }, detail),
    ),
  ];
}

export function showProgress(bar: HTMLProgressElement, job: JobView | null): void {
  const working = job !== null && ["reading", "resources", "sending"].includes(job.stage);
  bar.hidden = !working;
  if (!working) return;
  if (job.total > 0) {
    bar.max = job.total;
    bar.value = job.done;
  } else {
    bar.removeAttribute("value");
  }
}

function readable(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return host ? host + (pathname === "/" ? "" : decodeURI(pathname)) : url;
  } catch {
    return url;
  }
}
