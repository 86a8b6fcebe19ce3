#include "cli/commands.h"
#include "cli/items.h"
#include "cli/print.h"

namespace keepleaf::cli {
namespace {

// Until when a queued job rests; nothing for one whose turn may come any moment.
std::string next_try(const protocol::JobInfo& job) {
  if (job.state != "queued" || !job.not_before || job.attempts == 0) return "";
  return ", next try " + human_time(*job.not_before);
}

std::string state_words(const protocol::JobInfo& job) {
  if (job.state == "running") return "running " + std::to_string(job.progress / 10) + " %";
  if (job.state == "done" && job.outcome == "unchanged") return "done, unchanged";
  if (job.state == "done" && job.outcome == "not_kept") return "done, not kept";
  return job.state;
}

void print_job(const Context& context, const protocol::JobInfo& job) {
  std::string head = state_words(job) + "  " + human_time(job.updated_at);
  if (job.attempts > 1) head += "  " + counted(job.attempts, "try", "tries") + next_try(job);
  if (job.kind == "check") head += "  scheduled";
  context.out << plain(job.url) << "\n  " << head << "\n  job " << job.id.str() << '\n';
  if (job.snapshot_id) context.out << "  snapshot " << job.snapshot_id->str() << '\n';
  if (!job.error) return;
  context.out << "  " << plain(job.error->message) << '\n';
  if (!job.error->next.empty()) context.out << "  next: " << plain(job.error->next) << '\n';
}

void print_counts(const Context& context, const protocol::JobCounts& counts) {
  context.err << counts.queued << " queued, " << counts.running << " running, " << counts.done << " done, "
              << counts.failed << " failed, " << counts.cancelled << " cancelled\n";
}

void add_show_one(CLI::App& job, Context& context, Action& chosen) {
  auto id_text = std::make_shared<std::string>();
  auto* added = command(job, context, chosen, "show", "Show one job", [&context, id_text]() -> Result<int> {
    KL_ASSIGN(const auto id, parse_id(*id_text));
    return ask_and_print<protocol::JobReply>(
        context, protocol::JobShow{id},
        [&](const protocol::JobReply& reply) { print_job(context, reply.job); });
  });
  added->add_option("ID", *id_text, "Of a job")->required();
}

// A command for one job by its id, or for all that it is for.
template <class One, class All>
void add_for_one_or_all(CLI::App& job, Context& context, Action& chosen, const char* name, const char* help,
                        const char* all_flag, const char* all_help, const char* all_done) {
  auto id_text = std::make_shared<std::string>();
  auto all = std::make_shared<bool>(false);
  auto* added =
      command(job, context, chosen, name, help, [&context, id_text, all, all_done]() -> Result<int> {
        if (*all) {
          return ask_and_print<protocol::JobsReply>(context, All{}, [&](const protocol::JobsReply& reply) {
            context.out << counted(reply.jobs, "job", "jobs") << ' ' << all_done << '\n';
          });
        }
        KL_ASSIGN(const auto id, parse_id(*id_text));
        return ask_and_print<protocol::JobReply>(
            context, One{id}, [&](const protocol::JobReply& reply) { print_job(context, reply.job); });
      });
  auto* which = added->add_option_group("which");
  which->add_option("ID", *id_text, "Of a job");
  which->add_flag(all_flag, *all, all_help);
  which->require_option(1);
}

}  // namespace

void add_job(CLI::App& app, Context& context, Action& chosen) {
  auto* job = app.add_subcommand("job", "Look at the worker's jobs, cancel them, try them again");
  job->fallthrough();
  job->require_subcommand(1);
  auto request = std::make_shared<protocol::JobList>();
  auto* list =
      command(*job, context, chosen, "list", "Show jobs, newest first", [&context, request]() -> Result<int> {
        return ask_and_print<protocol::JobListReply>(
            context, *request, [&](const protocol::JobListReply& reply) {
              for (const auto& item : reply.items) print_job(context, item);
              print_counts(context, reply.counts);
              print_more(context, reply.items.size(), reply.total, "jobs", reply.next);
            });
      });
  list->add_option("--state", request->state,
                   "Only those that are queued, running, done, failed or cancelled")
      ->check(CLI::IsMember({"queued", "running", "done", "failed", "cancelled"}))
      ->type_name("STATE");
  list->add_option("--limit", request->limit, "How many (50)")->check(CLI::Range(1, 200));
  list->add_option("--after", request->after, "Go on where an earlier answer's cursor says")
      ->type_name("CURSOR");
  add_show_one(*job, context, chosen);
  add_for_one_or_all<protocol::JobCancel, protocol::JobCancelAll>(*job, context, chosen, "cancel",
                                                                  "Cancel a job that has not ended", "--all",
                                                                  "All that have not ended", "cancelled");
  add_for_one_or_all<protocol::JobRetry, protocol::JobRetryFailed>(
      *job, context, chosen, "retry", "Try a job again that failed, was cancelled, or waits for its next try",
      "--failed", "All that failed and have no newer job of their link", "queued again");
}

}  // namespace keepleaf::cli
