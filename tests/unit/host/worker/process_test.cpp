// Workers in processes of their own, which are killed. The child is this test program again, running the
// hidden case.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include "base/os/process.h"
#include "worker_fixture.h"

extern char** environ;

using namespace keepleaf;
using library::JobState;
using test::HttpServer;
using test::WorkerFixture;

namespace {

constexpr const char* kFolder = "KEEPLEAF_TEST_WORKER_FOLDER";

class WorkerProcess {
 public:
  explicit WorkerProcess(const WorkerFixture& fixture) {
    setenv(kFolder, fixture.folder.path().c_str(), 1);
    std::string program = os::own_program()->string();
    std::string filter = "[worker-child]";
    char* arguments[] = {program.data(), filter.data(), nullptr};
    REQUIRE(posix_spawn(&pid_, program.c_str(), nullptr, nullptr, arguments, environ) == 0);
    unsetenv(kFolder);
  }
  ~WorkerProcess() {
    if (pid_ > 0) end_by(SIGKILL);
  }
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  // Returns the status of waitpid.
  int end_by(int signal) {
    kill(pid_, signal);
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, 0);
    return status;
  }

 private:
  pid_t pid_ = -1;
};

}  // namespace

TEST_CASE("run as a child: a worker until it is ended", "[.][worker-child]") {
  const char* const folder = std::getenv(kFolder);
  if (folder == nullptr) return;
  worker::WorkerOptions options = test::worker_options(folder);
  options.take_signals = true;
  const auto ending = worker::run(options);
  REQUIRE(ending);
  CHECK(*ending == worker::Ending::stopped);
}

TEST_CASE("the job of a worker that was killed is done by the next one") {
  WorkerFixture f;
  std::atomic<bool> hang = true;
  f.server.handle("/", [&](const HttpServer::Request&) {
    return hang ? test::hanging() : HttpServer::Reply{200, "<title>at last</title>"};
  });
  const auto added = f.add("/");
  {
    WorkerProcess first(f);
    REQUIRE(f.server.wait_for("/"));
    CHECK(*worker::is_running(f.options.library.folder));
    CHECK(f.job(added.job_id).state == JobState::running);
    CHECK(WIFSIGNALED(first.end_by(SIGKILL)));
  }
  CHECK_FALSE(*worker::is_running(f.options.library.folder));
  CHECK(f.job(added.job_id).state == JobState::running);
  hang = false;
  f.run_until_idle();
  CHECK(f.job(added.job_id).state == JobState::done);
  CHECK(f.job(added.job_id).attempts == 2);
}

TEST_CASE("SIGTERM ends a worker cleanly, and its job is queued again") {
  WorkerFixture f;
  f.server.handle("/", [](const HttpServer::Request&) { return test::hanging(); });
  const auto added = f.add("/");
  WorkerProcess worker(f);
  REQUIRE(f.server.wait_for("/"));
  const int status = worker.end_by(SIGTERM);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(f.job(added.job_id).state == JobState::queued);
  const auto staged = f.library->staged();
  REQUIRE(staged);
  CHECK(staged->empty());
}

TEST_CASE("a worker is started only when none runs") {
  WorkerFixture f;
  const std::filesystem::path nothing = f.folder / "no-such-program";
  const auto failed = worker::start_detached(nothing, f.options.library.folder);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::not_found);
  f.server.handle("/", [](const HttpServer::Request&) { return test::hanging(); });
  f.add("/");
  const WorkerProcess worker(f);
  REQUIRE(f.server.wait_for("/"));
  CHECK(worker::start_detached(nothing, f.options.library.folder));
}

TEST_CASE("those who ask whether a worker runs turn none away") {
  WorkerFixture f;
  f.options.idle = std::chrono::milliseconds(0);
  std::vector<std::jthread> others;
  for (int i = 0; i < 2; ++i)
    others.emplace_back([&f](const std::stop_token& stop) {
      while (!stop.stop_requested()) (void)worker::is_running(f.options.library.folder);
    });
  // What others write there ends the pauses between a worker's tries.
  others.emplace_back([&f](const std::stop_token& stop) {
    while (!stop.stop_requested()) std::ofstream(f.options.library.folder / "written") << "again";
  });
  for (int i = 0; i < 60; ++i) {
    const auto ending = worker::run(f.options);
    REQUIRE(ending);
    REQUIRE(*ending == worker::Ending::idle);
  }
}
