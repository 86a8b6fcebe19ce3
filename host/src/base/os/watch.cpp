#include "base/os/watch.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <utility>

#include "base/os/file.h"

namespace keepleaf::os {
namespace {

void close_if_open(int descriptor) {
  if (descriptor >= 0) ::close(descriptor);
}

void add_one(int event) noexcept {
  const std::uint64_t one = 1;
  // Only a full counter refuses, and that wakes as well.
  [[maybe_unused]] const auto written = ::write(event, &one, sizeof one);
}

}  // namespace

Result<FolderWatch> FolderWatch::open(const std::filesystem::path& folder) {
  const int calls = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (calls == -1) return fail(system_error(errno, "make an event"));
  FolderWatch watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK), calls);
  if (watch.changes_ == -1) return fail(system_error(errno, "watch " + folder.string()));
  if (::inotify_add_watch(watch.changes_, folder.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR) ==
      -1)
    return fail(system_error(errno, "watch " + folder.string()));
  return watch;
}

FolderWatch::~FolderWatch() {
  close_if_open(changes_);
  close_if_open(calls_);
}

FolderWatch::FolderWatch(FolderWatch&& other) noexcept
    : changes_(std::exchange(other.changes_, -1)), calls_(std::exchange(other.calls_, -1)) {}

FolderWatch::Woken FolderWatch::wait(std::chrono::milliseconds time) {
  std::array<pollfd, 2> polled = {{{changes_, POLLIN, 0}, {calls_, POLLIN, 0}}};
  const auto bounded = std::clamp<std::chrono::milliseconds::rep>(time.count(), 0, INT_MAX);
  if (::poll(polled.data(), polled.size(), static_cast<int>(bounded)) <= 0) return Woken::timeout;
  const bool called = polled[1].revents != 0;
  std::array<char, 4096> drained{};
  while (polled[0].revents != 0 && ::read(changes_, drained.data(), drained.size()) > 0) {
  }
  std::uint64_t count = 0;
  if (called) [[maybe_unused]]
    const auto got = ::read(calls_, &count, sizeof count);
  return called ? Woken::called : Woken::changed;
}

void FolderWatch::wake() noexcept { add_one(calls_); }

Result<TerminationSignals> TerminationSignals::take() {
  sigset_t ours{};
  sigemptyset(&ours);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&ours, signal);
  sigset_t before{};
  if (const int error = pthread_sigmask(SIG_BLOCK, &ours, &before); error != 0)
    return fail(system_error(error, "take the signals that end a process"));
  const int signals = ::signalfd(-1, &ours, SFD_CLOEXEC);
  const int quit = ::eventfd(0, EFD_CLOEXEC);
  if (signals == -1 || quit == -1) {
    const int error = errno;
    close_if_open(signals);
    close_if_open(quit);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return fail(system_error(error, "take the signals that end a process"));
  }
  return TerminationSignals(signals, quit, before);
}

TerminationSignals::TerminationSignals(int signals, int quit, const sigset_t& before)
    : signals_(signals), quit_(quit), before_(before) {
  thread_ = std::jthread([signals, quit, source = source_]() mutable {
    std::array<pollfd, 2> polled = {{{signals, POLLIN, 0}, {quit, POLLIN, 0}}};
    while (::poll(polled.data(), polled.size(), -1) == -1 && errno == EINTR) {
    }
    if (polled[0].revents != 0) source.request_stop();
    // Later signals stay pending: once is enough, and the end is under way.
  });
}

TerminationSignals::TerminationSignals(TerminationSignals&& other) noexcept
    : signals_(std::exchange(other.signals_, -1)),
      quit_(std::exchange(other.quit_, -1)),
      before_(other.before_),
      source_(std::move(other.source_)),
      thread_(std::move(other.thread_)) {}

TerminationSignals::~TerminationSignals() {
  if (quit_ < 0) return;
  add_one(quit_);
  thread_.join();
  // Taken off before the mask falls, so that a signal that came twice does not end the process now.
  sigset_t pending{};
  const timespec none{};
  while (sigpending(&pending) == 0 &&
         (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1 ||
          sigismember(&pending, SIGHUP) == 1)) {
    sigset_t ours{};
    sigemptyset(&ours);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&ours, signal);
    if (sigtimedwait(&ours, nullptr, &none) == -1 && errno != EINTR) break;
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  close_if_open(signals_);
  close_if_open(quit_);
}

}  // namespace keepleaf::os
