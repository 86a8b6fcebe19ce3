// The worker's jobs: what runs, what waits, what failed and why, with cancel and retry. Looked at again and again while it
// is on show.
import type { Job, MessageReply } from "../../protocol/messages.ts";
import { h } from "../../ui/dom.ts";
import { jobReason } from "../../ui/job-reason.ts";
import { Section } from "../../ui/section.ts";
import { formatNumber, formatShare, formatTime, type MessageKey, readableUrl, t } from "../../ui/text.ts";
import { routeHash } from "../routes.ts";
import { orFailed, unlessLeft, type ViewContext } from "./view.ts";

const pace = 1_500;
const pageSize = 100;
const states = [
  "queued",
  "running",
  "failed",
  "done",
  "cancelled",
] as const satisfies readonly Job["state"][];

export function jobsView(context: ViewContext): HTMLElement {
  let wanted: Job["state"] | undefined;
  let wake = () => {};
  const list = h("ol", { class: "jobs" });
  const counts = h("div", { class: "row filters" });
  const all = h("div", { class: "row" });
  const failure = h("div", {});
  const act = async (answer: Promise<unknown>) => {
    await answer;
    wake();
  };
  const choose = (state: Job["state"] | undefined) => {
    wanted = state;
    wake();
  };
  const shownCounts = new Section<{ counts: MessageReply<"job.list">["counts"]; wanted: string }>(
    counts,
    ({ counts: numbers }) => [
      filter(t("jobs_all"), wanted === undefined, () => choose(undefined)),
      ...states.map((state) =>
        filter(`${t(`jobs_${state}`)} ${formatNumber(numbers[state])}`, wanted === state, () =>
          choose(state),
        ),
      ),
    ],
  );
  const shownActions = new Section<{ open: boolean; failed: boolean }>(all, ({ open, failed }) => [
    ...(failed
      ? [
          button("jobs_retry_failed", () =>
            act(orFailed(context, context.api.request("job.retry_failed", {}))),
          ),
        ]
      : []),
    ...(open
      ? [button("jobs_cancel_all", () => act(orFailed(context, context.api.request("job.cancel_all", {}))))]
      : []),
  ]);
  const shownJobs = new Section<Job[]>(list, (jobs) =>
    jobs.map((job) =>
      jobRow(job, (type) => void act(orFailed(context, context.api.request(type, { id: job.id })))),
    ),
  );
  const empty = h("p", { class: "empty", hidden: true }, t("jobs_none"));

  const look = async () => {
    const body = { limit: pageSize, ...(wanted ? { state: wanted } : {}) };
    const reply = await unlessLeft(context.signal, context.api.request("job.list", body));
    if (!reply) return;
    failure.replaceChildren(...(reply.ok ? [] : [context.failure(reply.error, () => wake())]));
    if (!reply.ok) return;
    const { items, counts: numbers } = reply.value;
    shownCounts.show({ counts: numbers, wanted: wanted ?? "" });
    shownActions.show({ open: numbers.queued + numbers.running > 0, failed: numbers.failed > 0 });
    shownJobs.show(items);
    empty.hidden = items.length > 0;
  };
  const run = async () => {
    while (!context.signal.aborted) {
      await look();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pace);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        context.signal.addEventListener("abort", wake, { once: true });
      });
    }
  };
  void run();
  context.name(t("library_jobs"));
  return h(
    "section",
    { class: "list" },
    h("header", {}, h("h1", { tabindex: -1 }, t("library_jobs"))),
    counts,
    all,
    failure,
    list,
    empty,
  );
}

function button(key: MessageKey, press: () => void): HTMLButtonElement {
  return h("button", { type: "button", onclick: press }, t(key));
}

function filter(words: string, pressed: boolean, press: () => void): HTMLButtonElement {
  return h("button", { type: "button", "aria-pressed": String(pressed), onclick: press }, words);
}

function jobRow(job: Job, act: (type: "job.cancel" | "job.retry") => void): HTMLElement {
  const name = readableUrl(job.url);
  const open = job.state === "queued" || job.state === "running";
  const mayRetry =
    job.state === "failed" || job.state === "cancelled" || (job.state === "queued" && job.error);
  const press = (type: "job.cancel" | "job.retry", key: MessageKey) =>
    h(
      "button",
      { class: "action", type: "button", "aria-label": `${t(key)}: ${name}`, onclick: () => act(type) },
      t(key),
    );
  return h(
    "li",
    { class: `job ${job.state}` },
    job.link_id
      ? h("a", { class: "title", href: routeHash({ view: "link", id: job.link_id }), title: job.url }, name)
      : h("span", { class: "title", title: job.url }, name),
    h(
      "div",
      { class: "facts" },
      h("span", { class: job.state === "failed" ? "partial" : undefined }, stateWords(job)),
      job.kind === "check" ? h("span", {}, t("jobs_scheduled")) : null,
      h("time", { datetime: job.updated_at }, formatTime(job.updated_at)),
      h(
        "span",
        { class: "actions" },
        mayRetry ? press("job.retry", "job_retry") : null,
        open ? press("job.cancel", "job_cancel") : null,
      ),
    ),
    job.state === "running" ? h("progress", { max: 1000, value: job.progress, "aria-label": name }) : null,
    job.error ? h("p", { class: "reason" }, jobReason(job.error)) : null,
  );
}

function stateWords(job: Job): string {
  if (job.state === "running") return t("job_running", formatShare(job.progress / 1000));
  if (job.state === "queued" && job.error && job.not_before)
    return t("job_next_try", formatTime(job.not_before));
  if (job.state === "done" && job.outcome === "unchanged") return t("check_unchanged");
  if (job.state === "done" && job.outcome === "not_kept") return t("check_not_kept");
  return t(`jobs_${job.state}`);
}
