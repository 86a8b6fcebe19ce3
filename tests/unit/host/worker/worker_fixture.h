// A library, a server on loopback, and workers in threads or processes of their own.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "library/library.h"
#include "support/catch.h"
#include "support/http_server.h"
#include "support/temp_dir.h"
#include "worker/wait.h"
#include "worker/worker.h"

namespace keepleaf::test {

inline HttpServer::Reply hanging() { return {200, "", "text/html", {}, 0, true}; }

inline worker::WorkerOptions worker_options(const std::filesystem::path& folder) {
  worker::WorkerOptions options;
  options.library.folder = folder / "library";
  options.library.state = folder / "state";
  options.take_signals = false;
  options.idle = std::chrono::seconds(60);
  options.retry.base = std::chrono::milliseconds(2);
  // Queues, retries and ends are the same for both engines, and this one is the quicker.
  options.browser.program = "/nonexistent/browser";
  return options;
}

struct WorkerFixture {
  TempDir folder;
  HttpServer server;
  worker::WorkerOptions options = worker_options(folder.path());
  std::unique_ptr<library::Library> library;

  WorkerFixture() {
    auto opened = library::Library::open(options.library);
    REQUIRE(opened);
    library = std::move(*opened);
  }

  library::AddedLink add(const std::string& path, const std::string& engine = "auto") {
    library::NewLink link;
    link.url = server.url(path);
    link.engine = engine;
    link.allowed_hosts = {server.authority()};
    auto added = library->add(link);
    REQUIRE(added);
    return *added;
  }

  library::Job job(const Uuid& id) {
    auto found = library->job(id);
    REQUIRE(found);
    REQUIRE(*found);
    return **found;
  }

  // Until the job is over; ten seconds at most.
  library::Job wait(const Uuid& id) {
    worker::WaitOptions wait;
    wait.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    auto ended = worker::wait_for_job(*library, id, wait);
    if (!ended) FAIL(ended.error().message);
    return *ended;
  }

  // Runs a worker that leaves as soon as nothing is due or running.
  worker::Ending run_until_idle() {
    options.idle = std::chrono::milliseconds(0);
    auto ending = worker::run(options);
    if (!ending) FAIL(ending.error().message);
    return *ending;
  }
};

// A worker in a thread, stopped at the end.
class WorkerThread {
 public:
  explicit WorkerThread(const worker::WorkerOptions& options)
      : thread_([this, options](std::stop_token stop) { ending_ = worker::run(options, std::move(stop)); }) {}

  Result<worker::Ending> stop() {
    thread_.request_stop();
    return join();
  }
  Result<worker::Ending> join() {
    if (thread_.joinable()) thread_.join();
    return *ending_;
  }

 private:
  std::optional<Result<worker::Ending>> ending_;
  std::jthread thread_;
};

}  // namespace keepleaf::test
