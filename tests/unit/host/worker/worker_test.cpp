#include "worker/worker.h"

#include <fstream>
#include <mutex>

#include "support/fixed_clock.h"
#include "worker_fixture.h"

using namespace keepleaf;
using namespace std::chrono_literals;
using library::JobState;
using test::HttpServer;
using test::WorkerFixture;
using test::WorkerThread;
using worker::Ending;

TEST_CASE("a link that was added gets its snapshot, and the worker leaves") {
  WorkerFixture f;
  f.server.page("/", "<title>Kept</title><img src=a.png>");
  f.server.page("/a.png", "pixels", "image/png");
  const auto added = f.add("/");
  CHECK(f.run_until_idle() == Ending::idle);
  const library::Job job = f.job(added.job_id);
  INFO((job.error ? job.error->message : std::string()));
  REQUIRE(job.state == JobState::done);
  CHECK_FALSE(job.error);
  REQUIRE(job.snapshot);
  const auto snapshot = f.library->snapshot(*job.snapshot);
  REQUIRE(snapshot);
  REQUIRE(*snapshot);
  CHECK((*snapshot)->link_id == added.link_id);
  CHECK((*snapshot)->title == "Kept");
  CHECK((*snapshot)->parts.size() == 2);
  CHECK((*snapshot)->engine == capture::Engine::fetch);
  const auto staged = f.library->staged();
  REQUIRE(staged);
  CHECK(staged->empty());
}

TEST_CASE("a link whose page is gone stays a link, and its job says why") {
  WorkerFixture f;
  const auto added = f.add("/gone");
  f.run_until_idle();
  const library::Job job = f.job(added.job_id);
  CHECK(job.state == JobState::failed);
  CHECK(job.attempts == 1);
  REQUIRE(job.error);
  CHECK(job.error->code == ErrorCode::http_status);
  CHECK(job.error->message.find("404") != std::string::npos);
  const auto link = f.library->link(added.link_id);
  REQUIRE(link);
  REQUIRE(*link);
  CHECK((*link)->snapshots.empty());
}

TEST_CASE("a server that is down for a moment is asked again") {
  WorkerFixture f;
  std::atomic<int> asked = 0;
  f.server.handle("/", [&](const HttpServer::Request&) {
    return ++asked < 3 ? HttpServer::Reply{503, "later"} : HttpServer::Reply{200, "here"};
  });
  const auto added = f.add("/");
  f.run_until_idle();
  const library::Job job = f.job(added.job_id);
  CHECK(job.state == JobState::done);
  CHECK(job.attempts == 3);
  CHECK(asked == 3);
}

TEST_CASE("a server that stays down is given up after the last attempt") {
  WorkerFixture f;
  f.server.handle("/", [](const HttpServer::Request&) { return HttpServer::Reply{500, "no"}; });
  f.options.retry.attempts = 3;
  const auto added = f.add("/");
  f.run_until_idle();
  const library::Job job = f.job(added.job_id);
  CHECK(job.state == JobState::failed);
  CHECK(job.attempts == 3);
  CHECK(f.server.count("/") == 3);
}

TEST_CASE("a server that asks for too long a pause is not waited for") {
  WorkerFixture f;
  f.server.handle("/", [](const HttpServer::Request&) {
    return HttpServer::Reply{429, "no", "text/html", {{"Retry-After", "100000"}}};
  });
  const auto added = f.add("/");
  f.run_until_idle();
  CHECK(f.job(added.job_id).state == JobState::failed);
  CHECK(f.server.count("/") == 1);
}

TEST_CASE("a private address that was not allowed fails at once") {
  WorkerFixture f;
  f.server.page("/", "x");
  library::NewLink link;
  link.url = f.server.url("/");
  const auto added = f.library->add(link);
  REQUIRE(added);
  f.run_until_idle();
  const library::Job job = f.job(added->job_id);
  CHECK(job.state == JobState::failed);
  CHECK(job.attempts == 1);
  REQUIRE(job.error);
  CHECK(job.error->code == ErrorCode::private_address);
  CHECK(job.error->message.find("--allow-host " + f.server.authority()) != std::string::npos);
  CHECK(f.server.requests().empty());
}

TEST_CASE("hosts that the machine allows are allowed for every job") {
  WorkerFixture f;
  f.server.page("/", "x");
  library::NewLink link;
  link.url = f.server.url("/");
  const auto added = f.library->add(link);
  REQUIRE(added);
  f.options.allowed_hosts = {f.server.authority()};
  f.run_until_idle();
  CHECK(f.job(added->job_id).state == JobState::done);
}

TEST_CASE("jobs share a browser, and what it renders is kept with its name") {
  WorkerFixture f;
  f.options.browser = {};
  f.server.page("/there",
                "<title>One</title><p>Some words of a page that is what it was.<img "
                "src=a.png><script>document.title='Two'</script>");
  f.server.page("/a.png", "no picture", "image/png");
  f.server.redirect("/for-good", "/there", 301);
  const auto one = f.add("/there");
  const auto two = f.add("/for-good", "browser");
  f.run_until_idle();
  for (const auto& added : {one, two}) {
    const auto job = f.job(added.job_id);
    INFO((job.error ? job.error->message : std::string()));
    REQUIRE(job.snapshot);
    const auto snapshot = f.library->snapshot(*job.snapshot);
    CHECK((*snapshot)->engine == capture::Engine::browser);
    CHECK((*snapshot)->title == "Two");
    CHECK((*snapshot)->parts.at(1).status == "ok");
  }
  CHECK((*f.library->link(two.link_id))->condition->state == "moved");
  CHECK((*f.library->link(one.link_id))->condition->state == "ok");
}

TEST_CASE("a page that can't be read in a browser is fetched, unless the browser was asked for") {
  WorkerFixture f;
  f.options.browser = {};
  f.options.limits.page_time = 2s;
  f.options.limits.total_time = 6s;
  f.options.retry.attempts = 1;
  f.server.page("/", "<title>Busy</title><p>Words before the loop.<script>for(;;);</script>");
  const auto automatic = f.add("/");
  f.run_until_idle();
  const auto job = f.job(automatic.job_id);
  INFO((job.error ? job.error->message : std::string()));
  REQUIRE(job.snapshot);
  CHECK((*f.library->snapshot(*job.snapshot))->engine == capture::Engine::fetch);
}

TEST_CASE("a job for a browser on a machine without one fails with words") {
  WorkerFixture f;
  f.server.page("/", "x");
  const auto added = f.add("/", "browser");
  f.run_until_idle();
  const library::Job job = f.job(added.job_id);
  CHECK(job.state == JobState::failed);
  REQUIRE(job.error);
  CHECK(job.error->code == ErrorCode::unsupported);
  CHECK(f.server.requests().empty());
}

TEST_CASE("three jobs run at once, the fourth waits, and a stop gives all of them back") {
  WorkerFixture f;
  std::vector<Uuid> jobs;
  for (const char* path : {"/1", "/2", "/3", "/4"}) {
    f.server.handle(path, [](const HttpServer::Request&) { return test::hanging(); });
    jobs.push_back(f.add(path).job_id);
  }
  WorkerThread worker(f.options);
  for (const char* path : {"/1", "/2", "/3"}) CHECK(f.server.wait_for(path));
  const auto ending = worker.stop();
  REQUIRE(ending);
  CHECK(*ending == Ending::stopped);
  CHECK(f.server.count("/4") == 0);
  for (const Uuid& id : jobs) {
    CHECK(f.job(id).state == JobState::queued);
    CHECK_FALSE(f.job(id).error);
  }
}

TEST_CASE("a job that is added while the worker waits is taken up") {
  WorkerFixture f;
  f.server.page("/", "x");
  WorkerThread worker(f.options);
  CHECK(f.wait(f.add("/").job_id).state == JobState::done);
  f.server.page("/second", "y");
  CHECK(f.wait(f.add("/second").job_id).state == JobState::done);
  CHECK(*worker.stop() == Ending::stopped);
}

TEST_CASE("a cancelled job is stopped in the middle, and the next one runs") {
  WorkerFixture f;
  f.options.parallel = 1;
  f.server.handle("/slow", [](const HttpServer::Request&) { return test::hanging(); });
  f.server.page("/next", "x");
  const Uuid slow = f.add("/slow").job_id;
  const Uuid next = f.add("/next").job_id;
  WorkerThread worker(f.options);
  REQUIRE(f.server.wait_for("/slow"));
  REQUIRE(f.library->cancel_job(slow));
  CHECK(f.wait(next).state == JobState::done);
  CHECK(f.job(slow).state == JobState::cancelled);
  CHECK_FALSE(f.job(slow).snapshot);
  CHECK(*worker.stop() == Ending::stopped);
  const auto staged = f.library->staged();
  REQUIRE(staged);
  CHECK(staged->empty());
}

TEST_CASE("while one worker runs, another one leaves at once") {
  WorkerFixture f;
  f.server.handle("/", [](const HttpServer::Request&) { return test::hanging(); });
  f.add("/");
  CHECK_FALSE(*worker::is_running(f.options.library.folder));
  WorkerThread first(f.options);
  REQUIRE(f.server.wait_for("/"));
  CHECK(*worker::is_running(f.options.library.folder));
  const auto second = worker::run(f.options);
  REQUIRE(second);
  CHECK(*second == Ending::already_running);
  CHECK(f.server.count("/") == 1);
  CHECK(*first.stop() == Ending::stopped);
  CHECK_FALSE(*worker::is_running(f.options.library.folder));
}

TEST_CASE("a job that a dead worker left running is taken up again") {
  WorkerFixture f;
  f.server.page("/", "x");
  const auto added = f.add("/");
  REQUIRE(f.library->claim_job(Uuid::v7(7)));
  REQUIRE(f.job(added.job_id).state == JobState::running);
  f.run_until_idle();
  CHECK(f.job(added.job_id).state == JobState::done);
}

TEST_CASE(
    "a worker that died between the commit and its note of it left a snapshot, and no second one is made") {
  WorkerFixture f;
  f.server.page("/", "x");
  const auto added = f.add("/");
  REQUIRE(f.library->claim_job(Uuid::v7(7)));
  acquire::Options options;
  options.id = added.job_id;
  options.allowed_hosts = {f.server.authority()};
  REQUIRE(acquire::fetch_page(f.server.url("/"), f.library->captures(), options, {}).committed);
  f.run_until_idle();
  CHECK(f.job(added.job_id).state == JobState::done);
  CHECK(f.job(added.job_id).snapshot == added.job_id);
  CHECK(f.server.count("/") == 1);
  CHECK((**f.library->link(added.link_id)).snapshot_count == 1);
}

TEST_CASE("many links are all kept") {
  WorkerFixture f;
  std::vector<Uuid> jobs;
  for (int i = 0; i < 40; ++i) {
    const std::string path = "/" + std::to_string(i);
    f.server.page(path, "<title>" + path + "</title>");
    jobs.push_back(f.add(path).job_id);
  }
  f.run_until_idle();
  for (const Uuid& id : jobs) CHECK(f.job(id).state == JobState::done);
}

TEST_CASE("a worker whose library is taken away leaves") {
  WorkerFixture f;
  f.library.reset();
  WorkerThread worker(f.options);
  while (!*worker::is_running(f.options.library.folder)) std::this_thread::yield();
  std::filesystem::remove(f.options.library.folder / "worker.lock");
  std::ofstream(f.options.library.folder / "anything") << "a change wakes it";
  const auto ending = worker.join();
  REQUIRE(ending);
  CHECK(*ending == Ending::idle);
}

TEST_CASE("a worker can't be started over a library that can't be opened") {
  WorkerFixture f;
  f.library.reset();
  std::ofstream(f.options.library.folder / "library.db", std::ios::trunc)
      << "this is no database at all, it is text";
  const auto ending = worker::run(f.options);
  REQUIRE_FALSE(ending);
  CHECK(ending.error().code == ErrorCode::corrupt);
}

TEST_CASE("a worker ends what was in the trash for its days, and takes it off the disk") {
  WorkerFixture f;
  f.server.page("/", "<title>Old</title><p>words");
  const auto added = f.add("/");
  f.run_until_idle();
  REQUIRE(f.library->remove({added.link_id}));
  f.run_until_idle();
  CHECK(f.library->trash({})->total == 1);

  test::FixedClock later;
  later.time = system_clock().now() + 30LL * 24 * 3600 * 1000 + 60'000;
  f.options.library.clock = &later;
  CHECK(f.run_until_idle() == Ending::idle);
  CHECK(f.library->trash({})->total == 0);
  CHECK(f.library->stats()->objects == 0);
  CHECK(f.library->verify(true)->findings.empty());
}

TEST_CASE("with a pause, a host is visited by one page at a time, and others are not held up") {
  WorkerFixture f;
  HttpServer other("127.0.0.2");
  REQUIRE(other.listening());
  f.options.host_pause = 150ms;
  std::mutex mutex;
  std::vector<std::chrono::steady_clock::time_point> visits;
  for (int i = 0; i < 3; ++i)
    f.server.handle("/" + std::to_string(i), [&](const HttpServer::Request&) {
      const std::lock_guard lock(mutex);
      visits.push_back(std::chrono::steady_clock::now());
      return HttpServer::Reply{200, "x"};
    });
  other.page("/", "y");
  for (int i = 0; i < 3; ++i) f.add("/" + std::to_string(i));
  library::NewLink link;
  link.url = other.url("/");
  link.allowed_hosts = {other.authority()};
  const auto elsewhere = f.library->add(link);
  REQUIRE(elsewhere);
  f.run_until_idle();
  CHECK(f.job(elsewhere->job_id).state == JobState::done);
  CHECK(f.server.most_at_once() == 1);
  REQUIRE(visits.size() == 3);
  // Never sooner than the pause, however long the machine takes otherwise.
  for (std::size_t i = 1; i < visits.size(); ++i) CHECK(visits[i] - visits[i - 1] >= 150ms);
}

TEST_CASE("what is scheduled and due is looked at, and a page that is as it was makes no snapshot") {
  WorkerFixture f;
  f.server.page("/", "<title>A</title><p>the same words every day");
  const auto added = f.add("/");
  f.options.allowed_hosts = {f.server.authority()};
  f.run_until_idle();
  REQUIRE(f.library->schedule_link(added.link_id, 24 * 3'600'000));
  REQUIRE(f.library->queue_scheduled(true) == 1);
  f.run_until_idle();
  auto link = f.library->link(added.link_id);
  CHECK((*link)->snapshot_count == 1);
  REQUIRE((*link)->condition);
  CHECK((*link)->condition->state == "ok");
  auto jobs = f.library->jobs({1, "", std::nullopt});
  CHECK(jobs->items.at(0).outcome == "unchanged");
  CHECK_FALSE(jobs->items.at(0).snapshot);

  f.server.page("/", "<title>A</title><p>other words today");
  REQUIRE(f.library->queue_scheduled(true) == 1);
  f.run_until_idle();
  CHECK((*f.library->link(added.link_id))->snapshot_count == 2);

  f.server.handle("/", [](const HttpServer::Request&) { return HttpServer::Reply{410, "gone"}; });
  REQUIRE(f.library->queue_scheduled(true) == 1);
  f.run_until_idle();
  link = f.library->link(added.link_id);
  CHECK((*link)->snapshot_count == 2);
  CHECK((*link)->condition->state == "gone");
  CHECK(f.library->care_of(added.link_id)->checks.at(0).outcome == "failed");
}

TEST_CASE("a page that moved for good is told apart from one that is elsewhere for now") {
  WorkerFixture f;
  f.server.page("/new", "<p>here now");
  f.server.redirect("/for-good", "/new", 301);
  f.server.redirect("/for-now", "/new", 302);
  const auto good = f.add("/for-good");
  const auto now = f.add("/for-now");
  f.run_until_idle();
  CHECK((*f.library->link(good.link_id))->condition->state == "moved");
  CHECK((*f.library->link(good.link_id))->condition->target == f.server.url("/new"));
  CHECK((*f.library->link(now.link_id))->condition->state == "ok");
}

TEST_CASE("a job that is cancelled and queued again while it runs comes to its end once") {
  WorkerFixture f;
  std::atomic<int> asked = 0;
  f.server.handle("/", [&](const HttpServer::Request&) {
    return ++asked == 1 ? test::hanging() : HttpServer::Reply{200, "here"};
  });
  const auto added = f.add("/");
  WorkerThread worker(f.options);
  REQUIRE(f.server.wait_for("/"));
  REQUIRE(f.library->cancel_job(added.job_id));
  REQUIRE(f.library->retry_job(added.job_id));
  CHECK(f.wait(added.job_id).state == JobState::done);
  CHECK((*f.library->link(added.link_id))->snapshot_count == 1);
}
