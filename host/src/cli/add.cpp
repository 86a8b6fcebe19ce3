#include <map>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/print.h"
#include "cli/progress_lines.h"
#include "library/job_state.h"
#include "worker/worker.h"

namespace keepleaf::cli {
namespace {

using nlohmann::ordered_json;

struct Request {
  std::vector<std::string> urls;
  protocol::LinkAdd common;
  std::string note;
  bool no_wait = false;
};

struct Added {
  std::string url;
  std::optional<Uuid> link;
  std::optional<Uuid> job;
  std::optional<Uuid> snapshot;
  std::string state;  // a job's, or "failed" when the link could not even be kept
  std::optional<Error> error;
};

// Which of the added links' jobs ended how; the rest is left as it was when waiting broke off.
void wait(const Context& context, std::vector<Added>& items) {
  std::map<Uuid, Added*> by_job;
  std::vector<Uuid> jobs;
  for (auto& item : items) {
    if (!item.job) continue;
    by_job.emplace(*item.job, &item);
    jobs.push_back(*item.job);
  }
  if (jobs.empty()) return;
  ProgressLines lines(context, jobs.size());
  const auto waited = context.wait_for_jobs(context, jobs, [&](const library::Job& job) {
    lines.show(job);
    Added& item = *by_job.at(job.id);
    item.state = library::job_state_name(job.state);
    if (job.state == library::JobState::queued || job.state == library::JobState::running) return;
    item.snapshot = job.snapshot;
    item.error = job.error;
    if (item.error && item.error->kept.empty())
      item.error->kept = "the link " + item.link->str() + ", without a new snapshot";
  });
  if (waited) return;
  for (auto& item : items) {
    if (!item.job || item.snapshot || (item.state != "queued" && item.state != "running")) continue;
    item.error = waited.error();
    if (item.error->kept.empty()) item.error->kept = "the link, and the job " + item.job->str();
    if (item.error->next.empty()) item.error->next = "keepleaf worker runs what is queued";
  }
}

ordered_json as_json(const Added& item) {
  const auto id = [](const std::optional<Uuid>& value) {
    return value ? ordered_json(value->str()) : ordered_json();
  };
  auto error = ordered_json();
  if (item.error) error = ordered_json::parse(protocol::encode_error(*item.error)).at("error");
  return {{"url", item.url},        {"link_id", id(item.link)},
          {"job_id", id(item.job)}, {"snapshot_id", id(item.snapshot)},
          {"state", item.state},    {"error", error}};
}

void print_added(const Context& context, const Added& item) {
  if (!item.error && item.link)
    context.out << item.state << "  " << item.link->str() << "  " << plain(item.url) << '\n';
  if (item.snapshot) context.out << "  snapshot " << item.snapshot->str() << '\n';
}

void print_failure(const Context& context, const Added& item) {
  context.err << "keepleaf: " << plain(item.url) << ": " << plain(item.error->message) << '\n';
  if (!item.error->kept.empty()) context.err << "  kept: " << plain(item.error->kept) << '\n';
  if (!item.error->next.empty()) context.err << "  next: " << plain(item.error->next) << '\n';
}

Result<int> run_add(const Context& context, const Request& request, bool has_note) {
  // A word that names no engine is wrong usage; an engine that this build lacks is a failure.
  if (const auto known = worker::check_engine(request.common.engine); !known) {
    const bool misspelt = known.error().code == ErrorCode::bad_request;
    report(context, known.error());
    return misspelt ? kUsage : kFailed;
  }
  if (const auto known = worker::check_allowed_hosts(request.common.allowed_hosts); !known) {
    report(context, known.error());
    return kUsage;
  }
  KL_ASSIGN(auto session, Session::open(context));
  std::vector<Added> items;
  for (const auto& url : request.urls) {
    auto message = request.common;
    message.url = url;
    if (has_note) message.note = request.note;
    Added item{url, {}, {}, {}, "failed", {}};
    auto reply = session.ask<protocol::LinkAddReply>(std::move(message));
    if (reply) {
      item = {reply->url, reply->link_id, reply->job_id, {}, "queued", {}};
    } else {
      item.error = std::move(reply).error();
    }
    items.push_back(std::move(item));
  }
  // All are queued before the first is waited for: the worker takes several at once.
  if (!request.no_wait) wait(context, items);
  int code = kDone;
  auto document = ordered_json{{"items", ordered_json::array()}};
  for (const auto& item : items) {
    if (item.error || item.state == "failed" || item.state == "cancelled") code = kFailed;
    if (context.json)
      document["items"].push_back(as_json(item));
    else
      print_added(context, item);
    if (item.error)
      print_failure(context, item);
    else if (item.state == "cancelled")
      context.err << "keepleaf: " << plain(item.url) << ": the job was cancelled\n";
  }
  if (context.json)
    context.out << document.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
  return code;
}

}  // namespace

void add_add(CLI::App& app, Context& context, Action& chosen) {
  auto request = std::make_shared<Request>();
  auto note = std::make_shared<CLI::Option*>(nullptr);
  auto* add = command(app, context, chosen, "add", "Keep links, and fetch a snapshot of each",
                      [&context, request, note] { return run_add(context, *request, (*note)->count() > 0); });
  add->add_option("URL", request->urls, "What to keep")->required();
  add->add_option("--tag", request->common.tags, "A tag, such as work/db; may be repeated")
      ->allow_extra_args(false);
  *note = add->add_option("--note", request->note, "A note");
  std::string engines;
  for (const auto& name : worker::engines()) engines += (engines.empty() ? "" : ", ") + name;
  add->add_option("--engine", request->common.engine, "How to fetch: " + engines)->type_name("NAME");
  add->add_option("--allow-host", request->common.allowed_hosts,
                  "May be fetched though private or loopback; may be repeated")
      ->allow_extra_args(false)
      ->type_name("HOST[:PORT]");
  add->add_flag("--no-wait", request->no_wait, "Leave once the links are kept; the worker fetches on");
}

}  // namespace keepleaf::cli
