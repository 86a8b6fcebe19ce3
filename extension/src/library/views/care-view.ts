// Looking after one link: its newest job, another snapshot now, and how often Keepleaf looks again by itself.
import type { LinkItem, MessageReply } from "../../protocol/messages.ts";
import { h } from "../../ui/dom.ts";
import { formatTime, type MessageKey, plural, t } from "../../ui/text.ts";
import { jobWords } from "./condition-view.ts";
import { orFailed, unlessLeft, type ViewContext } from "./view.ts";

const periods: Record<string, MessageKey> = {
  daily: "schedule_daily",
  weekly: "schedule_weekly",
  monthly: "schedule_monthly",
};
/** How often a job that has not ended is asked after, in milliseconds. */
const pace = 1_000;

export function periodWords(every: string): string {
  const key = periods[every];
  if (key) return t(key);
  const count = Number.parseInt(every, 10);
  return plural(every.endsWith("h") ? "schedule_hours" : "schedule_days", count);
}

type Care = MessageReply<"link.show">;

export function careView(context: ViewContext, shown: Care, changed: () => void): HTMLElement[] {
  const { link, schedule, checks = [] } = shown;
  const last = checks[0];
  return [
    h("h2", {}, t("care_heading")),
    ...jobLine(context, link, changed),
    h(
      "div",
      { class: "row" },
      h(
        "button",
        { type: "button", id: "snapshot-again", onclick: () => void takeAnother(context, link, changed) },
        t("care_again"),
      ),
      h("label", { for: "schedule" }, t("care_schedule")),
      scheduleChoice(context, link, schedule, changed),
    ),
    schedule
      ? h(
          "p",
          { class: "hint" },
          [
            schedule.tag ? t("care_by_tag", schedule.tag) : "",
            schedule.next_at ? t("care_next", formatTime(schedule.next_at)) : "",
          ]
            .filter(Boolean)
            .join(" "),
        )
      : null,
    last
      ? h("p", { class: "hint" }, t("care_last", formatTime(last.checked_at), t(outcomeKey(last.outcome))))
      : null,
  ].filter((element) => element !== null);
}

function outcomeKey(outcome: string): MessageKey {
  if (outcome === "unchanged") return "check_unchanged";
  if (outcome === "kept") return "check_kept";
  return outcome === "failed" ? "check_failed" : "check_not_kept";
}

function jobLine(context: ViewContext, link: LinkItem, changed: () => void): HTMLElement[] {
  const { job } = link;
  if (!job) return [];
  const words = h("span", {}, jobWords(job));
  const act = async (type: "job.cancel" | "job.retry") => {
    await orFailed(context, context.api.request(type, { id: job.id }));
    changed();
  };
  const failed = job.state === "failed";
  const button = h(
    "button",
    { type: "button", onclick: () => void act(failed ? "job.retry" : "job.cancel") },
    t(failed ? "job_retry" : "job_cancel"),
  );
  if (!failed) void follow(context, job.id, words, changed);
  return [h("p", { class: failed ? "job bad" : "job", role: "status" }, words, " ", button)];
}

/** Until the job ends, or the view is left. */
async function follow(
  context: ViewContext,
  id: string,
  words: HTMLElement,
  changed: () => void,
): Promise<void> {
  for (;;) {
    await new Promise((wake) => setTimeout(wake, pace));
    if (context.signal.aborted || !words.isConnected) return;
    const reply = await unlessLeft(context.signal, context.api.request("job.show", { id }));
    if (!reply?.ok) return;
    const { job } = reply.value;
    if (job.state !== "queued" && job.state !== "running") return changed();
    words.textContent = jobWords({ ...job, state: job.state });
  }
}

async function takeAnother(context: ViewContext, link: LinkItem, changed: () => void): Promise<void> {
  if (await orFailed(context, context.api.request("link.add", { url: link.url }))) changed();
}

function scheduleChoice(
  context: ViewContext,
  link: LinkItem,
  schedule: Care["schedule"],
  changed: () => void,
): HTMLSelectElement {
  const own = schedule && !schedule.tag ? schedule.every : "";
  const values = ["", "daily", "weekly", "monthly"];
  if (!values.includes(own)) values.push(own);
  const choice = h(
    "select",
    { id: "schedule" },
    ...values.map((value) =>
      h("option", { value, selected: value === own }, value === "" ? t("schedule_none") : periodWords(value)),
    ),
  );
  choice.addEventListener("change", async () => {
    const every = choice.value;
    const body = { link_id: link.id };
    await (every === ""
      ? orFailed(context, context.api.request("schedule.clear", body))
      : orFailed(context, context.api.request("schedule.set", { ...body, every })));
    changed();
  });
  return choice;
}
