#include "cli/commands.h"
#include "cli/items.h"
#include "cli/print.h"

namespace keepleaf::cli {
namespace {

void print_job(const Context& context, const protocol::JobInfo& job) {
  auto state = job.state;
  if (job.state == "running") state += " " + std::to_string(job.progress / 10) + " %";
  context.out << job.id.str() << "  " << state << "  " << human_time(job.updated_at) << "  " << plain(job.url)
              << '\n';
  if (job.snapshot_id) context.out << "  snapshot " << job.snapshot_id->str() << '\n';
  if (job.error) {
    context.out << "  " << plain(job.error->message) << '\n';
    if (!job.error->next.empty()) context.out << "  next: " << plain(job.error->next) << '\n';
  }
}

template <class Request>
void add_one(CLI::App& job, Context& context, Action& chosen, const char* name, const char* help) {
  auto id_text = std::make_shared<std::string>();
  auto* added = command(job, context, chosen, name, help, [&context, id_text]() -> Result<int> {
    KL_ASSIGN(const auto id, parse_id(*id_text));
    return ask_and_print<protocol::JobReply>(
        context, Request{id}, [&](const protocol::JobReply& reply) { print_job(context, reply.job); });
  });
  added->add_option("ID", *id_text, "Of a job")->required();
}

}  // namespace

void add_job(CLI::App& app, Context& context, Action& chosen) {
  auto* job = app.add_subcommand("job", "Look at the worker's jobs, or cancel one");
  job->fallthrough();
  job->require_subcommand(1);
  auto request = std::make_shared<protocol::JobList>();
  auto* list =
      command(*job, context, chosen, "list", "Show jobs, newest first", [&context, request]() -> Result<int> {
        return ask_and_print<protocol::JobListReply>(
            context, *request, [&](const protocol::JobListReply& reply) {
              for (const auto& item : reply.items) print_job(context, item);
              if (reply.items.empty() && request->after.empty()) context.err << "No jobs.\n";
              print_more(context, reply.items.size(), reply.total, "jobs", reply.next);
            });
      });
  list->add_option("--limit", request->limit, "How many (50)")->check(CLI::Range(1, 200));
  list->add_option("--after", request->after, "Go on where an earlier answer's cursor says")
      ->type_name("CURSOR");
  add_one<protocol::JobShow>(*job, context, chosen, "show", "Show one job");
  add_one<protocol::JobCancel>(*job, context, chosen, "cancel", "Cancel a job that has not ended");
}

}  // namespace keepleaf::cli
