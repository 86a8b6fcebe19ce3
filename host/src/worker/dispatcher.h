// Dispatcher: claims due jobs and gives each a thread with a library of its own. Internal to the worker;
// belongs to the thread that made it.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "acquire/browser/browser.h"
#include "base/os/file.h"
#include "base/os/watch.h"
#include "library/library.h"
#include "worker/job.h"
#include "worker/worker.h"

namespace keepleaf::worker {

class Dispatcher {
 public:
  // `lock` is worker.lock, held. Errors: those of Library::open, io.
  static Result<std::unique_ptr<Dispatcher>> make(const WorkerOptions& options, os::File& lock);
  ~Dispatcher();  // stops and joins what still runs
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Until nothing was to be done for options.idle (Ending::idle, nothing runs any more) or until `stop`.
  Result<Ending> run(std::stop_token stop);

  // Whether a job could be run now: asked once more after the lock was given up.
  Result<bool> work_is_due() const;

 private:
  using Clock = std::chrono::steady_clock;

  struct Running {
    library::Job job;
    std::stop_source stop;
    std::atomic<StopReason> reason{StopReason::none};
    std::atomic<bool> ended{false};
    std::optional<Error> error;  // read after `ended`: the job's outcome is not in the library
    std::jthread thread;         // last, so that it is joined before the rest goes
  };

  Dispatcher(const WorkerOptions& options, os::File& lock, std::unique_ptr<library::Library> library,
             os::FolderWatch watch);

  // How long to wait until the next one; zero or less: leave.
  Result<std::chrono::milliseconds> step(const std::stop_token& stop);
  Status queue_scheduled();
  Status reap();
  Status pass_on_cancellations();
  Status claim();
  Status tend(const std::stop_token& stop);
  bool is_running(const Uuid& job) const;
  void start(library::Job job);
  void work(Running& running);
  void stop_all(StopReason reason);
  Result<std::chrono::milliseconds> time_to_wait();
  // Hosts that are being visited, or were a moment ago.
  std::vector<std::string> resting_hosts();
  std::chrono::milliseconds until_a_host_is_rested() const;

  const WorkerOptions& options_;
  os::File& lock_;
  const Uuid owner_;
  std::unique_ptr<library::Library> library_;
  os::FolderWatch watch_;
  std::shared_ptr<net::HostSlots> slots_;
  acquire::WarmBrowser browsers_;
  std::vector<std::unique_ptr<Running>> running_;
  Clock::time_point idle_since_ = Clock::now();
  bool more_to_tend_ = false;
  std::map<std::string, Clock::time_point> rested_at_;  // by host: when its pause after a visit ends
  Clock::time_point next_schedule_ = Clock::now();
};

}  // namespace keepleaf::worker
