// Waiting for a job that another process runs.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "library/library.h"

namespace keepleaf::worker {

struct WaitOptions {
  std::function<void(const library::Job&)>
      on_change{};  // at first, and when state, attempts or progress changed
  std::function<Status()>
      ensure_worker{};  // at first and every two seconds while the job is queued; its error ends the wait
  std::optional<std::chrono::steady_clock::time_point> deadline{};
  std::stop_token stop{};
};

// The same for several, which end in any order; on_change tells of each. Ends when all are over, or with the
// errors above. Reads less often the more there are.
Status wait_for_jobs(const library::Library& library, const std::vector<Uuid>& jobs,
                     const WaitOptions& options);

// The job once it is done, failed or cancelled. It sleeps until the library's files change and reads then.
// Errors: not_found, timeout (at the deadline), cancelled (stop); the job goes on all the same. Those of
// ensure_worker.
Result<library::Job> wait_for_job(const library::Library& library, const Uuid& job,
                                  const WaitOptions& options);

}  // namespace keepleaf::worker
