#include <nlohmann/json.hpp>

#include "fake.h"
#include "support/catch.h"

using namespace keepleaf;
using namespace keepleaf::protocol;
using test::Fake;
using test::kId;

namespace {

struct Adding : Fake {
  library::JobState end = library::JobState::done;
  std::optional<Error> job_error;
  std::vector<Uuid> waited;
  int added = 0;

  Adding() {
    answer = [this](const RequestBody& body) -> Result<ResponseBody> {
      const auto& add = std::get<LinkAdd>(body);
      if (add.url == "bad") return fail(ErrorCode::bad_request, "that is no URL");
      return LinkAddReply{add.url, test::id(), Uuid::v7(static_cast<UnixMs>(++added)), true};
    };
    context.wait_for_jobs = [this](const cli::Context&, const std::vector<Uuid>& jobs,
                                   const cli::Context::JobWatcher& watcher) -> Status {
      for (const Uuid& job : jobs) {
        waited.push_back(job);
        library::Job now;
        now.id = job;
        now.url = "https://a.example/";
        now.state = library::JobState::running;
        now.progress = 500;
        watcher(now);
        now.state = end;
        now.error = job_error;
        if (end == library::JobState::done) now.snapshot = test::id();
        watcher(now);
      }
      return {};
    };
  }
  nlohmann::json document() const { return nlohmann::json::parse(out.str()); }
};

}  // namespace

TEST_CASE("add sends every word that was given") {
  Adding add;
  CHECK(add.run({"add", "https://a.example/", "--tag", "x", "--tag", "y/z", "--note", "n", "--engine",
                 "fetch", "--allow-host", "nas:80"}) == 0);
  REQUIRE(add.asked.size() == 1);
  const auto& request = std::get<LinkAdd>(add.asked[0]);
  CHECK(request.url == "https://a.example/");
  CHECK(request.tags == std::vector<std::string>{"x", "y/z"});
  CHECK(request.note == "n");
  CHECK(request.engine == "fetch");
  CHECK(request.allowed_hosts == std::vector<std::string>{"nas:80"});
  CHECK(add.out.str() == std::string("done  ") + kId + "  https://a.example/\n  snapshot " + kId + "\n");
  CHECK(add.err.str().empty());
}

TEST_CASE("without --note no note is sent, so that none is cleared") {
  Adding add;
  add.run({"add", "https://a.example/"});
  CHECK_FALSE(std::get<LinkAdd>(add.asked[0]).note);
}

TEST_CASE("all links are kept before the first is waited for") {
  Adding add;
  CHECK(add.run({"add", "https://a.example/", "https://b.example/", "--json"}) == 0);
  CHECK(add.asked.size() == 2);
  CHECK(add.waited.size() == 2);
  const auto items = add.document()["items"];
  REQUIRE(items.size() == 2);
  CHECK(items[1]["url"] == "https://b.example/");
  CHECK(items[1]["state"] == "done");
  CHECK(items[1]["snapshot_id"] == kId);
  CHECK(items[1]["error"].is_null());
}

TEST_CASE("a URL that fails leaves the others be, and the exit code tells") {
  Adding add;
  CHECK(add.run({"add", "bad", "https://b.example/", "--json"}) == 1);
  const auto items = add.document()["items"];
  CHECK(items[0]["state"] == "failed");
  CHECK(items[0]["error"]["code"] == "bad_request");
  CHECK(items[0]["link_id"].is_null());
  CHECK(items[1]["state"] == "done");
  CHECK(add.err.str().find("keepleaf: bad: that is no URL") != std::string::npos);
}

TEST_CASE("a job that fails keeps the link and says so") {
  Adding add;
  add.end = library::JobState::failed;
  add.job_error = Error{ErrorCode::http_status, "the server answered 404", "", "try later"};
  CHECK(add.run({"add", "https://a.example/"}) == 1);
  CHECK(add.out.str().empty());
  CHECK(add.err.str() ==
        std::string("keepleaf: https://a.example/: the server answered 404\n  kept: the link ") + kId +
            ", without a new snapshot\n  next: try later\n");
  add.end = library::JobState::cancelled;
  add.job_error.reset();
  CHECK(add.run({"add", "https://a.example/"}) == 1);
  CHECK(add.err.str().find("cancelled") != std::string::npos);
}

TEST_CASE("a worker that can't be waited for leaves the job queued and says how to go on") {
  Adding add;
  add.context.wait_for_jobs = [](const cli::Context&, const std::vector<Uuid>&,
                                 const cli::Context::JobWatcher&) -> Status {
    return fail(ErrorCode::io, "the worker could not be started");
  };
  CHECK(add.run({"add", "https://a.example/", "--json"}) == 1);
  CHECK(add.document()["items"][0]["state"] == "queued");
  CHECK(add.err.str().find("keepleaf worker") != std::string::npos);
}

TEST_CASE("--no-wait leaves once the links are kept") {
  Adding add;
  CHECK(add.run({"add", "https://a.example/", "--no-wait", "--json"}) == 0);
  CHECK(add.waited.empty());
  CHECK(add.document()["items"][0]["state"] == "queued");
}

TEST_CASE("a word that names no engine is wrong usage, and nothing is kept") {
  Adding add;
  CHECK(add.run({"add", "https://a.example/", "--engine", "magic"}) == 2);
  CHECK(add.asked.empty());
}

TEST_CASE("a host that can't be allowed is wrong usage, and nothing is kept") {
  Adding add;
  CHECK(add.run({"add", "https://a.example/", "--allow-host", "127.0.0.1:port"}) == 2);
  CHECK(add.asked.empty());
  CHECK(add.err.str().find("127.0.0.1:port") != std::string::npos);
}

TEST_CASE("progress is drawn on a terminal only, and wiped away") {
  Adding add;
  add.run({"add", "https://a.example/"});
  CHECK(add.err.str().empty());
  add.context.progress = true;
  add.run({"add", "https://a.example/"});
  CHECK(add.err.str().find("[##########..........]") != std::string::npos);
  CHECK(add.err.str().ends_with("\r\x1b[K"));
}
