// The worker: the only process that fetches. It takes jobs from one library, runs a few of them side by side,
// and leaves when there was nothing to do for a while. The database is all that it shares with other
// processes.
//
// Order of ending: no new job is claimed; those that run are told to stop and give their jobs back (queued
// again); their threads are joined; the lock is given up. Killed at any moment, its jobs are taken up again
// by the next worker.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "acquire/acquire.h"
#include "acquire/browser/browser.h"
#include "base/result.h"
#include "library/library.h"

namespace keepleaf::worker {

using acquire::check_allowed_hosts;
using acquire::check_engine;
using acquire::engines;

struct RetryRule {
  std::uint32_t attempts = 4;             // the first one included
  std::chrono::milliseconds base{1'000};  // the n-th pause is anything up to base × 2^(n-1) ("full jitter") …
  std::chrono::milliseconds most{60'000};         // … but never more than this
  std::chrono::milliseconds most_asked{120'000};  // a server that asks for more (Retry-After) fails the job
};

struct WorkerOptions {
  library::OpenOptions library;
  std::uint32_t parallel = 3;  // jobs at once
  // Between the end of one page's visit and the next visit to the same host; then also one page of a host at
  // a time. Zero: no such manners, for a site of one's own.
  std::chrono::milliseconds host_pause{0};
  std::chrono::milliseconds idle{60'000};  // then it leaves
  RetryRule retry{};
  std::vector<std::string> allowed_hosts{};  // of this machine's settings, for every job
  acquire::Limits limits{};
  acquire::BrowserOptions browser{};  // which one renders pages, and as whom
  bool take_signals = true;           // SIGTERM, SIGINT and SIGHUP end it cleanly
};

enum class Ending : std::uint8_t { idle, stopped, already_running };

// Runs until there was nothing to do for `idle`, until `stop`, or until a signal. already_running: another
// process holds worker.lock; nothing was done. Errors: those of Library::open, of the lock file, and of a
// database that refuses again and again.
Result<Ending> run(const WorkerOptions& options, std::stop_token stop = {});

// Whether some process holds the library's worker.lock. False for a library that does not exist.
Result<bool> is_running(const std::filesystem::path& library);

// Starts `program` with `arguments` (those that make it the worker of `library`) as a process of its own,
// unless a worker is running already, which costs one system call or two. Errors: io, not_found.
Status start_detached(const std::filesystem::path& program, const std::filesystem::path& library,
                      const std::vector<std::string>& arguments);
// The same with the arguments that our own command line understands: --library DIR worker.
Status start_detached(const std::filesystem::path& program, const std::filesystem::path& library);

}  // namespace keepleaf::worker
