#include "worker/wait.h"

#include "worker_fixture.h"

using namespace keepleaf;
using namespace std::chrono_literals;
using library::JobState;
using test::WorkerFixture;
using test::WorkerThread;

TEST_CASE("who waits is told of every state, and given the job that ended") {
  WorkerFixture f;
  f.server.page("/", "x");
  const auto added = f.add("/");
  std::vector<JobState> states;
  std::optional<WorkerThread> worker;
  worker::WaitOptions options;
  options.deadline = std::chrono::steady_clock::now() + 10s;
  options.on_change = [&](const library::Job& job) { states.push_back(job.state); };
  options.ensure_worker = [&]() -> Status {
    if (!worker) worker.emplace(f.options);
    return {};
  };
  const auto job = worker::wait_for_job(*f.library, added.job_id, options);
  REQUIRE(job);
  CHECK(job->state == JobState::done);
  CHECK(job->snapshot);
  REQUIRE(states.size() >= 2);
  CHECK(states.front() == JobState::queued);
  CHECK(states.back() == JobState::done);
}

TEST_CASE("a job that is over is answered without waiting") {
  WorkerFixture f;
  const auto added = f.add("/gone");
  f.run_until_idle();
  worker::WaitOptions options;
  options.ensure_worker = []() -> Status { return fail(ErrorCode::internal, "must not be called"); };
  const auto job = worker::wait_for_job(*f.library, added.job_id, options);
  REQUIRE(job);
  CHECK(job->state == JobState::failed);
}

TEST_CASE("a job that does not exist can't be waited for") {
  WorkerFixture f;
  const auto job = worker::wait_for_job(*f.library, Uuid::v7(1), {});
  REQUIRE_FALSE(job);
  CHECK(job.error().code == ErrorCode::not_found);
}

TEST_CASE("waiting ends at the deadline, and says that the job goes on") {
  WorkerFixture f;
  const auto added = f.add("/");
  worker::WaitOptions options;
  options.deadline = std::chrono::steady_clock::now() + 50ms;
  const auto job = worker::wait_for_job(*f.library, added.job_id, options);
  REQUIRE_FALSE(job);
  CHECK(job.error().code == ErrorCode::timeout);
  CHECK_FALSE(job.error().kept.empty());
  CHECK(f.job(added.job_id).state == JobState::queued);
}

TEST_CASE("waiting ends when it is asked to") {
  WorkerFixture f;
  const auto added = f.add("/");
  std::stop_source stop;
  worker::WaitOptions options;
  options.stop = stop.get_token();
  const std::jthread stopper([&] { stop.request_stop(); });
  const auto job = worker::wait_for_job(*f.library, added.job_id, options);
  REQUIRE_FALSE(job);
  CHECK(job.error().code == ErrorCode::cancelled);
}

TEST_CASE("when no worker can be started, waiting ends with the reason") {
  WorkerFixture f;
  const auto added = f.add("/");
  worker::WaitOptions options;
  options.ensure_worker = [] { return Status(fail(ErrorCode::not_found, "no program")); };
  const auto job = worker::wait_for_job(*f.library, added.job_id, options);
  REQUIRE_FALSE(job);
  CHECK(job.error().code == ErrorCode::not_found);
}

TEST_CASE("a cancelled job ends the waiting") {
  WorkerFixture f;
  const auto added = f.add("/");
  worker::WaitOptions options;
  options.deadline = std::chrono::steady_clock::now() + 10s;
  options.on_change = [&](const library::Job& job) {
    if (job.state == JobState::queued) REQUIRE(f.library->cancel_job(added.job_id));
  };
  const auto job = worker::wait_for_job(*f.library, added.job_id, options);
  REQUIRE(job);
  CHECK(job->state == JobState::cancelled);
}
