#include "worker/job.h"

#include <algorithm>
#include <random>
#include <utility>

namespace keepleaf::worker {
namespace {

using std::chrono::milliseconds;

// Each note of progress is a durable transaction: few are enough for a person.
constexpr milliseconds kProgressPause{400};

std::int64_t random_up_to(std::int64_t most) {
  static thread_local std::mt19937_64 source{std::random_device{}()};
  return std::uniform_int_distribution<std::int64_t>(0, std::max<std::int64_t>(0, most))(source);
}

UnixMs now(const WorkerOptions& options) {
  return (options.library.clock != nullptr ? *options.library.clock : system_clock()).now();
}

// A job's row holds an error's code and one text, so what to do next goes along in that.
Error as_one_text(Error error) {
  if (!error.next.empty()) error.message += ' ' + std::exchange(error.next, {});
  return error;
}

library::JobOutcome failed(Error error) {
  library::JobOutcome outcome;
  outcome.state = library::JobState::failed;
  outcome.error = as_one_text(std::move(error));
  return outcome;
}

class ProgressNotes {
 public:
  ProgressNotes(library::Library& library, const Uuid& job) : library_(library), job_(job) {}

  void note(std::uint32_t per_mille) {
    const auto time = std::chrono::steady_clock::now();
    if (time < next_) return;
    next_ = time + kProgressPause;
    (void)library_.job_progress(job_, per_mille);  // a note that was not taken hurts nobody
  }

 private:
  library::Library& library_;
  const Uuid job_;
  std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now() + kProgressPause;
};

// The ladder: a browser shows what a page is; where there is none, its bytes are what can be had.
acquire::Outcome snapshot(const library::Job& job, capture::CaptureSink& sink,
                          const acquire::Options& options, acquire::WarmBrowser& browsers,
                          std::stop_token stop) {
  if (job.engine != "fetch") {
    auto result = acquire::browse_page(job.url, sink, options, browsers, stop);
    if (result.committed || job.engine != "auto" || stop.stop_requested()) return result;
    // The page is there, but can't be rendered or read: one that never comes to rest, or crashes its tab.
    const bool answered = result.status >= 200 && result.status < 300;
    if (result.committed.error().code != ErrorCode::unsupported && !answered) return result;
  }
  return acquire::fetch_page(job.url, sink, options, std::move(stop));
}

}  // namespace

std::optional<milliseconds> retry_pause(const RetryRule& rule, std::uint32_t attempts,
                                        std::optional<std::chrono::seconds> asked) {
  if (attempts >= rule.attempts) return std::nullopt;
  const std::uint32_t doublings = std::min(attempts > 0 ? attempts - 1 : 0U, 20U);
  const auto ceiling = std::min<std::int64_t>(rule.most.count(), rule.base.count() << doublings);
  if (!asked) return milliseconds(random_up_to(ceiling));
  if (*asked > rule.most_asked) return std::nullopt;
  return *asked + milliseconds(random_up_to(rule.base.count()));
}

std::optional<library::JobOutcome> run_job(library::Library& library, const library::Job& job,
                                           const WorkerOptions& options,
                                           std::shared_ptr<net::HostSlots> slots,
                                           acquire::WarmBrowser& browsers, std::stop_token stop,
                                           const std::function<StopReason()>& reason) {
  const bool check = job.kind == "check";
  if (job.kind != "snapshot" && !check)
    return failed(
        {ErrorCode::unsupported, "This version does not know jobs of the kind \"" + job.kind + "\"."});
  if (auto known = check_engine(job.engine); !known) return failed(std::move(known).error());

  ProgressNotes notes(library, job.id);
  acquire::Options acquire_options;
  acquire_options.id = job.id;  // so that a job that is run twice makes one snapshot
  acquire_options.allowed_hosts = job.allowed_hosts;
  acquire_options.allowed_hosts.insert(acquire_options.allowed_hosts.end(), options.allowed_hosts.begin(),
                                       options.allowed_hosts.end());
  acquire_options.slots = std::move(slots);
  acquire_options.limits = options.limits;
  acquire_options.clock = options.library.clock;
  acquire_options.on_progress = [&notes](std::uint32_t per_mille) { notes.note(per_mille); };
  acquire::Outcome result =
      snapshot(job, check ? library.checks() : library.captures(), acquire_options, browsers, stop);

  library::JobOutcome outcome;
  if (result.committed) {
    if (result.committed->kept) outcome.snapshot = result.committed->snapshot_id;
    return outcome;
  }
  if (stop.stop_requested()) {
    if (reason() == StopReason::person) return std::nullopt;
    outcome.state = library::JobState::queued;
    return outcome;
  }
  if (result.transient) {
    if (const auto pause = retry_pause(options.retry, job.attempts, result.retry_after)) {
      outcome.state = library::JobState::queued;
      outcome.error = as_one_text(std::move(result.committed).error());
      outcome.not_before = now(options) + pause->count();
      return outcome;
    }
  }
  outcome = failed(std::move(result.committed).error());
  outcome.http_status = result.status;
  outcome.no_such_host = result.no_such_host;
  return outcome;
}

}  // namespace keepleaf::worker
