#include "base/os/watch.h"

#include <unistd.h>

#include <fstream>
#include <future>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace keepleaf;
using namespace std::chrono_literals;
using os::FolderWatch;

TEST_CASE("a write to a file of the folder ends the wait") {
  const test::TempDir folder;
  std::ofstream file(folder / "a");
  auto watch = FolderWatch::open(folder.path());
  REQUIRE(watch);
  CHECK(watch->wait(0ms) == FolderWatch::Woken::timeout);
  file << "x" << std::flush;
  CHECK(watch->wait(10s) == FolderWatch::Woken::changed);
  CHECK(watch->wait(0ms) == FolderWatch::Woken::timeout);
}

TEST_CASE("many changes end one wait") {
  const test::TempDir folder;
  auto watch = FolderWatch::open(folder.path());
  REQUIRE(watch);
  for (int i = 0; i < 2000; ++i) std::ofstream(folder / std::to_string(i)) << i;
  CHECK(watch->wait(10s) == FolderWatch::Woken::changed);
  CHECK(watch->wait(0ms) == FolderWatch::Woken::timeout);
}

TEST_CASE("a call from another thread ends the wait") {
  const test::TempDir folder;
  auto watch = FolderWatch::open(folder.path());
  REQUIRE(watch);
  const std::jthread caller([&] { watch->wake(); });
  CHECK(watch->wait(10s) == FolderWatch::Woken::called);
}

TEST_CASE("a folder that does not exist can't be watched") {
  const test::TempDir folder;
  const auto watch = FolderWatch::open(folder / "absent");
  REQUIRE_FALSE(watch);
  CHECK(watch.error().code == ErrorCode::not_found);
}

TEST_CASE("a termination signal requests a stop and does not end the process, even twice") {
  auto signals = os::TerminationSignals::take();
  REQUIRE(signals);
  CHECK_FALSE(signals->requested().stop_requested());
  std::promise<void> seen;
  const std::stop_callback forward(signals->requested(), [&] { seen.set_value(); });
  kill(getpid(), SIGTERM);
  REQUIRE(seen.get_future().wait_for(60s) == std::future_status::ready);  // a bound, so that no failure hangs
  kill(getpid(), SIGTERM);
  CHECK(signals->requested().stop_requested());
}

TEST_CASE("without a signal nothing is requested, and the signals are given back") {
  sigset_t before{};
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  {
    auto signals = os::TerminationSignals::take();
    REQUIRE(signals);
  }
  sigset_t after{};
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  CHECK(sigismember(&after, SIGTERM) == sigismember(&before, SIGTERM));
}
