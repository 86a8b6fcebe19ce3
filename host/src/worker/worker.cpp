#include "worker/worker.h"

#include <chrono>
#include <utility>

#include "base/os/file.h"
#include "base/os/process.h"
#include "base/os/watch.h"
#include "worker/dispatcher.h"

namespace keepleaf::worker {
namespace {

using std::chrono::milliseconds;

constexpr const char* kLockName = "worker.lock";

// is_running() of other processes holds the lock for moments: that must not turn a worker away, also where
// many ask, and where what they write ends the pauses early.
constexpr int kLockTries = 5;
constexpr milliseconds kLockPatience{500};
constexpr milliseconds kLockPause{20};

Result<bool> take(os::File& lock, os::FolderWatch& pause) {
  const auto end = std::chrono::steady_clock::now() + kLockPatience;
  for (int tries = 1;; ++tries) {
    KL_ASSIGN(const bool taken, lock.try_lock());
    if (taken) return true;
    if (tries >= kLockTries && std::chrono::steady_clock::now() >= end) return false;
    pause.wait(kLockPause);
  }
}

Result<Ending> run_with(const WorkerOptions& options, std::stop_token stop) {
  KL_TRY(os::make_folder(options.library.folder));
  KL_ASSIGN(os::FolderWatch pause, os::FolderWatch::open(options.library.folder));
  KL_ASSIGN(os::File lock, os::File::open(options.library.folder / kLockName, os::FileMode::create));
  while (true) {
    KL_ASSIGN(const bool taken, take(lock, pause));
    if (!taken) return Ending::already_running;
    KL_ASSIGN(auto dispatcher, Dispatcher::make(options, lock));
    KL_ASSIGN(const Ending ending, dispatcher->run(stop));
    KL_TRY(lock.unlock());
    if (ending != Ending::idle || !lock.still_at_path()) return ending;
    // Who added a job while we were about to leave saw the lock held and started nobody. Now that it is free,
    // either they see that, or we see their job.
    KL_ASSIGN(const bool due, dispatcher->work_is_due());
    if (!due) return ending;
  }
}

}  // namespace

Result<Ending> run(const WorkerOptions& options, std::stop_token stop) {
  if (!options.take_signals) return run_with(options, std::move(stop));
  KL_ASSIGN(os::TerminationSignals signals, os::TerminationSignals::take());
  std::stop_source either;
  const std::stop_callback by_signal(signals.requested(), [&either] { either.request_stop(); });
  const std::stop_callback by_caller(stop, [&either] { either.request_stop(); });
  return run_with(options, either.get_token());
}

Result<bool> is_running(const std::filesystem::path& library) {
  auto lock = os::File::open(library / kLockName, os::FileMode::read_write);
  if (!lock) {
    if (lock.error().code == ErrorCode::not_found) return false;
    return fail(std::move(lock).error());
  }
  KL_ASSIGN(const bool free, lock->try_lock());
  return !free;
}

Status start_detached(const std::filesystem::path& program, const std::filesystem::path& library,
                      const std::vector<std::string>& arguments) {
  KL_ASSIGN(const bool running, is_running(library));
  if (running) return {};
  return os::start_detached(program, arguments);
}

Status start_detached(const std::filesystem::path& program, const std::filesystem::path& library) {
  return start_detached(program, library, {"--library", library.string(), "worker"});
}

}  // namespace keepleaf::worker
