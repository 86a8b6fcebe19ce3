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

Result<library::Job> wait_for_job(const library::Library& library, const Uuid& id,
                                  const WaitOptions& options) {
  KL_ASSIGN(os::FolderWatch watch, os::FolderWatch::open(library.folder()));
  const std::stop_callback wake(options.stop, [&watch] { watch.wake(); });
  std::optional<library::Job> seen;
  Clock::time_point next_ensure = Clock::now();
  while (true) {
    KL_ASSIGN(std::optional<library::Job> job, library.job(id));
    if (!job) return fail(ErrorCode::not_found, "There is no job " + id.str() + ".");
    if (differs(seen, *job) && options.on_change) options.on_change(*job);
    if (is_over(job->state)) return std::move(*job);
    seen = std::move(job);
    if (options.stop.stop_requested())
      return fail(ErrorCode::cancelled, "Stopped waiting.", "The job goes on in the background.");
    const auto now = Clock::now();
    if (options.deadline && now >= *options.deadline)
      return fail(ErrorCode::timeout, "The job is not done yet.", "It goes on in the background.",
                  "See \"keepleaf job show " + id.str() + "\".");
    if (seen->state == library::JobState::queued && options.ensure_worker && now >= next_ensure) {
      KL_TRY(options.ensure_worker());
      next_ensure = now + kEnsure;
    }
    auto time = kUnwatched;
    if (options.deadline) time = std::min(time, std::chrono::ceil<milliseconds>(*options.deadline - now));
    if (watch.wait(time) == os::FolderWatch::Woken::changed) watch.wait(kSettle);
  }
}

}  // namespace keepleaf::worker
