// One job, from its row to what came of it. Internal to the worker.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "library/library.h"
#include "worker/worker.h"

namespace keepleaf::worker {

// Why a job's thread was told to stop.
enum class StopReason { none, person, worker };

// Runs the job and says how it ended; nothing when the person cancelled it, which the library knows already.
// `reason` is asked after a stop. Uses `library` for the capture and the progress only.
std::optional<library::JobOutcome> run_job(library::Library& library, const library::Job& job,
                                           const WorkerOptions& options,
                                           std::shared_ptr<net::HostSlots> slots,
                                           acquire::WarmBrowser& browsers, std::stop_token stop,
                                           const std::function<StopReason()>& reason);

// When to try again, after `attempts` of them: full jitter, or what the server asked for. Nothing: not any
// more.
std::optional<std::chrono::milliseconds> retry_pause(const RetryRule& rule, std::uint32_t attempts,
                                                     std::optional<std::chrono::seconds> asked);

}  // namespace keepleaf::worker
