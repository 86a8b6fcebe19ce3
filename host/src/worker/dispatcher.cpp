#include "worker/dispatcher.h"

#include <algorithm>
#include <utility>

namespace keepleaf::worker {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kUnwatched{2'000};  // how often to look where the file system does not tell of changes
constexpr milliseconds kSettle{20};        // a commit writes several times; once it is read
constexpr milliseconds kAfterError{500};
constexpr std::uint32_t kErrorsInARow = 60;     // about half a minute
constexpr milliseconds kScheduleLook{15'000};   // how often a running worker asks what is scheduled
constexpr milliseconds kWorthWaiting{600'000};  // for a job that is due so soon the worker stays

// What a job that a dying thread left behind waits before another try.
constexpr milliseconds kAfterBrokenThread{5'000};

UnixMs wall_clock(const WorkerOptions& options) {
  return (options.library.clock != nullptr ? *options.library.clock : system_clock()).now();
}

}  // namespace

Result<std::unique_ptr<Dispatcher>> Dispatcher::make(const WorkerOptions& options, os::File& lock) {
  KL_ASSIGN(auto library, library::Library::open(options.library));
  KL_ASSIGN(auto watch, os::FolderWatch::open(library->folder()));
  return std::unique_ptr<Dispatcher>(new Dispatcher(options, lock, std::move(library), std::move(watch)));
}

Dispatcher::Dispatcher(const WorkerOptions& options, os::File& lock,
                       std::unique_ptr<library::Library> library, os::FolderWatch watch)
    : options_(options),
      lock_(lock),
      owner_(Uuid::v7(system_clock().now())),
      library_(std::move(library)),
      watch_(std::move(watch)),
      slots_(acquire::shared_host_slots()),
      browsers_(options.browser) {}

Dispatcher::~Dispatcher() { stop_all(StopReason::worker); }

void Dispatcher::stop_all(StopReason reason) {
  for (const auto& running : running_) {
    StopReason none = StopReason::none;
    running->reason.compare_exchange_strong(none, reason);
    running->stop.request_stop();
  }
  running_.clear();  // joins
}

Result<Ending> Dispatcher::run(std::stop_token stop) {
  const std::stop_callback wake(stop, [this] { watch_.wake(); });
  // Whoever ran them held the lock that is ours now, so they are dead.
  KL_TRY(library_->requeue_jobs_of_dead_workers(owner_));
  idle_since_ = Clock::now();
  std::uint32_t errors = 0;
  while (true) {
    if (stop.stop_requested()) {
      stop_all(StopReason::worker);
      return Ending::stopped;
    }
    milliseconds wait = kAfterError;
    if (auto left = step(stop)) {
      errors = 0;
      wait = *left;
      if (wait <= milliseconds(0)) return Ending::idle;
    } else if (++errors >= kErrorsInARow) {
      return fail(std::move(left).error());
    }
    if (watch_.wait(wait) == os::FolderWatch::Woken::changed) watch_.wait(kSettle);
  }
}

Result<milliseconds> Dispatcher::step(const std::stop_token& stop) {
  KL_TRY(reap());
  // A library that was moved away or deleted is nobody's business any more.
  if (!lock_.still_at_path()) return running_.empty() ? milliseconds(0) : kUnwatched;
  KL_TRY(pass_on_cancellations());
  KL_TRY(queue_scheduled());
  KL_TRY(claim());
  if (running_.empty()) KL_TRY(tend(stop));
  return time_to_wait();
}

// The library's own care, while no job wants anything.
Status Dispatcher::tend(const std::stop_token& stop) {
  KL_ASSIGN(const bool nothing_left, library_->tend([&] {
    if (stop.stop_requested()) return false;
    const auto due = work_is_due();
    return due && !*due;
  }));
  more_to_tend_ = !nothing_left;
  return {};
}

Status Dispatcher::queue_scheduled() {
  const auto now = Clock::now();
  if (now < next_schedule_) return {};
  next_schedule_ = now + kScheduleLook;
  KL_TRY(library_->queue_scheduled(false));
  return {};
}

std::vector<std::string> Dispatcher::resting_hosts() {
  std::vector<std::string> hosts;
  if (options_.host_pause <= milliseconds(0)) return hosts;
  const auto now = Clock::now();
  std::erase_if(rested_at_, [&](const auto& entry) { return entry.second <= now; });
  for (const auto& running : running_) hosts.push_back(running->job.host);
  for (const auto& [host, when] : rested_at_) hosts.push_back(host);
  return hosts;
}

milliseconds Dispatcher::until_a_host_is_rested() const {
  auto least = kUnwatched;
  for (const auto& [host, when] : rested_at_)
    least = std::min(least, std::chrono::ceil<milliseconds>(when - Clock::now()));
  return std::max(least, milliseconds(1));
}

Status Dispatcher::reap() {
  for (std::size_t i = 0; i < running_.size();) {
    if (!running_[i]->ended) {
      ++i;
      continue;
    }
    const std::unique_ptr<Running> ended = std::move(running_[i]);
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
    if (ended->thread.joinable()) ended->thread.join();
    idle_since_ = Clock::now();
    if (options_.host_pause > milliseconds(0))
      rested_at_[ended->job.host] = idle_since_ + options_.host_pause;
    if (!ended->error) continue;
    library::JobOutcome again;
    again.state =
        ended->job.attempts < options_.retry.attempts ? library::JobState::queued : library::JobState::failed;
    again.error = ended->error;
    again.not_before = wall_clock(options_) + kAfterBrokenThread.count();
    KL_TRY(library_->finish_job(ended->job.id, again));
  }
  return {};
}

Status Dispatcher::pass_on_cancellations() {
  for (const auto& running : running_) {
    if (running->stop.stop_requested()) continue;
    KL_ASSIGN(const bool ours, library_->job_runs(running->job.id, owner_));
    if (ours || running->ended) continue;
    running->reason = StopReason::person;
    running->stop.request_stop();
  }
  return {};
}

Status Dispatcher::claim() {
  while (running_.size() < options_.parallel) {
    const auto resting = resting_hosts();
    KL_ASSIGN(std::optional<library::Job> job, library_->claim_job(owner_, resting));
    if (!job) return {};
    if (is_running(job->id)) {
      // Cancelled and queued again before its first run came to an end: that one first.
      library::JobOutcome later;
      later.state = library::JobState::queued;
      later.not_before = wall_clock(options_) + kAfterError.count();
      return library_->finish_job(job->id, later);
    }
    start(std::move(*job));
  }
  return {};
}

bool Dispatcher::is_running(const Uuid& job) const {
  return std::any_of(running_.begin(), running_.end(),
                     [&](const auto& running) { return running->job.id == job; });
}

void Dispatcher::start(library::Job job) {
  auto running = std::make_unique<Running>();
  running->job = std::move(job);
  Running& self = *running;
  running->thread = std::jthread([this, &self] {
    work(self);
    self.ended = true;
    watch_.wake();
  });
  running_.push_back(std::move(running));
}

// On the job's own thread, with a library of its own.
void Dispatcher::work(Running& running) {
  auto library = library::Library::open(options_.library);
  if (!library) {
    running.error = std::move(library).error();
    return;
  }
  const auto outcome = run_job(**library, running.job, options_, slots_, browsers_, running.stop.get_token(),
                               [&running] { return running.reason.load(); });
  if (!outcome) return;
  if (auto finished = (*library)->finish_job(running.job.id, *outcome); !finished)
    running.error = std::move(finished).error();
}

Result<bool> Dispatcher::work_is_due() const {
  KL_ASSIGN(const std::optional<UnixMs> due, library_->next_job_due());
  return due && *due <= wall_clock(options_);
}

// Zero or less: leave.
Result<milliseconds> Dispatcher::time_to_wait() {
  if (running_.size() >= options_.parallel) return kUnwatched;
  if (!running_.empty()) return until_a_host_is_rested();
  KL_ASSIGN(const std::optional<UnixMs> due, library_->next_job_due());
  if (due) {
    const milliseconds left(*due - wall_clock(options_));
    if (left <= kWorthWaiting) {
      idle_since_ = Clock::now();
      // What is due already waits for its host.
      const auto least = rested_at_.empty() ? milliseconds(1) : until_a_host_is_rested();
      return std::clamp(left, least, kUnwatched);
    }
  }
  if (more_to_tend_) {
    idle_since_ = Clock::now();
    return kUnwatched;
  }
  const auto left = std::chrono::ceil<milliseconds>(idle_since_ + options_.idle - Clock::now());
  return std::min(left, kUnwatched);
}

}  // namespace keepleaf::worker
