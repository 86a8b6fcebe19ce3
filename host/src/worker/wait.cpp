#include "worker/wait.h"

#include <algorithm>
#include <optional>

#include "base/os/watch.h"

namespace keepleaf::worker {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kEnsure{2'000};   // how often the worker is looked after
constexpr milliseconds kUnwatched{500};  // how often to read where the file system does not tell of changes
constexpr milliseconds kSettle{20};      // a commit writes several times; once it is read

bool is_over(library::JobState state) {
  return state == library::JobState::done || state == library::JobState::failed ||
         state == library::JobState::cancelled;
}

bool differs(const std::optional<library::Job>& before, const library::Job& now) {
  return !before || before->state != now.state || before->attempts != now.attempts ||
         before->progress != now.progress;
}

}  // namespace

Status wait_for_jobs(const library::Library& library, const std::vector<Uuid>& ids,
                     const WaitOptions& options) {
  KL_ASSIGN(os::FolderWatch watch, os::FolderWatch::open(library.folder()));
  const std::stop_callback wake(options.stop, [&watch] { watch.wake(); });
  struct Pending {
    Uuid id;
    std::optional<library::Job> seen;
  };
  std::vector<Pending> pending;
  pending.reserve(ids.size());
  for (const Uuid& id : ids) pending.push_back({id, std::nullopt});
  Clock::time_point next_ensure = Clock::now();
  while (true) {
    bool any_queued = false;
    for (std::size_t i = 0; i < pending.size();) {
      Pending& one = pending[i];
      KL_ASSIGN(std::optional<library::Job> job, library.job(one.id));
      if (!job) return fail(ErrorCode::not_found, "There is no job " + one.id.str() + ".");
      if (differs(one.seen, *job) && options.on_change) options.on_change(*job);
      if (is_over(job->state)) {
        pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(i));
        continue;
      }
      any_queued = any_queued || job->state == library::JobState::queued;
      one.seen = std::move(job);
      ++i;
    }
    if (pending.empty()) return {};
    if (options.stop.stop_requested())
      return fail(ErrorCode::cancelled, "Stopped waiting.", "The job goes on in the background.");
    const auto now = Clock::now();
    if (options.deadline && now >= *options.deadline)
      return fail(ErrorCode::timeout, "The job is not done yet.", "It goes on in the background.",
                  "See \"keepleaf job show " + pending.front().id.str() + "\".");
    if (any_queued && options.ensure_worker && now >= next_ensure) {
      KL_TRY(options.ensure_worker());
      next_ensure = now + kEnsure;
    }
    // Reading one takes some microseconds: of thousands, a share of the time and not all of it.
    const milliseconds settle = kSettle + milliseconds(pending.size() / 10);
    auto time = std::max(kUnwatched, settle);
    if (options.deadline) time = std::min(time, std::chrono::ceil<milliseconds>(*options.deadline - now));
    if (watch.wait(time) == os::FolderWatch::Woken::changed) watch.wait(settle);
  }
}

Result<library::Job> wait_for_job(const library::Library& library, const Uuid& id,
                                  const WaitOptions& options) {
  std::optional<library::Job> last;
  WaitOptions watching = options;
  watching.on_change = [&](const library::Job& job) {
    last = job;
    if (options.on_change) options.on_change(job);
  };
  KL_TRY(wait_for_jobs(library, {id}, watching));
  return std::move(*last);
}

}  // namespace keepleaf::worker
