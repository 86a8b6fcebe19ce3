#include "acquire/acquire.h"

#include <thread>

#include "acquire_fixture.h"
#include "support/catch.h"

using namespace keepleaf;
using namespace std::chrono_literals;
using acquire::Outcome;
using test::HttpServer;
using Fixture = test::PageFixture;
using test::hanging;

TEST_CASE("a meta refresh to a private address is refused as every other address") {
  Fixture f;
  HttpServer internal;
  internal.page("/", "secret");
  f.server.page("/", "<meta http-equiv=refresh content='0; url=" + internal.url("/") + "'>");
  const Outcome outcome = f.fetch("/");
  REQUIRE_FALSE(outcome.committed);
  CHECK(outcome.committed.error().code == ErrorCode::private_address);
  CHECK(internal.requests().empty());
}

TEST_CASE("an error page is no snapshot, and the reason is said in words") {
  Fixture f;
  f.server.handle("/busy", [](const HttpServer::Request&) {
    return HttpServer::Reply{503, "x", "text/html", {{"Retry-After", "7"}}};
  });
  Outcome outcome = f.fetch("/gone");
  REQUIRE_FALSE(outcome.committed);
  CHECK(outcome.committed.error().code == ErrorCode::http_status);
  CHECK(outcome.committed.error().message == "The server answered 404 Not Found.");
  CHECK_FALSE(outcome.transient);
  CHECK(f.sink.captures.empty());
  outcome = f.fetch("/busy");
  CHECK(outcome.committed.error().code == ErrorCode::http_status);
  CHECK(outcome.transient);
  CHECK(outcome.retry_after == 7s);
  CHECK(f.sink.captures.empty());
}

TEST_CASE("a page that is cut off or too large is no snapshot") {
  Fixture f;
  f.server.handle("/cut", [](const HttpServer::Request&) {
    return HttpServer::Reply{200, "<p>ha", "text/html", {}, 3};
  });
  f.server.page("/big", std::string(3U << 20, 'x'));
  f.options.limits.document = 2U << 20;
  Outcome outcome = f.fetch("/cut");
  CHECK(outcome.committed.error().code == ErrorCode::network);
  CHECK(outcome.transient);
  outcome = f.fetch("/big");
  CHECK(outcome.committed.error().code == ErrorCode::too_large);
  CHECK_FALSE(outcome.transient);
  CHECK(f.sink.captures.empty());
}

TEST_CASE("when the sink is full, the capture fails with its reason and leaves nothing") {
  for (const std::size_t writes : {0U, 1U, 4U}) {
    Fixture f;
    std::string html;
    for (int i = 0; i < 50; ++i) html += "<img src=/" + std::to_string(i) + ".png>";
    for (int i = 0; i < 50; ++i)
      f.server.page("/" + std::to_string(i) + ".png", std::to_string(i), "image/png");
    f.server.page("/", html);
    f.sink.fail_after = writes;
    const Outcome outcome = f.fetch("/");
    REQUIRE_FALSE(outcome.committed);
    CHECK(outcome.committed.error().code == ErrorCode::no_space);
    CHECK_FALSE(outcome.transient);
    CHECK(f.sink.captures.empty());
  }
}

TEST_CASE("a stop while resources are under way ends the capture and leaves nothing") {
  Fixture f;
  f.server.page("/", "<img src=slow.png>");
  f.server.handle("/slow.png", [](const HttpServer::Request&) { return hanging(); });
  std::stop_source stop;
  const std::jthread stopper([&] {
    f.server.wait_for("/slow.png");
    stop.request_stop();
  });
  const Outcome outcome = f.fetch("/", stop.get_token());
  REQUIRE_FALSE(outcome.committed);
  CHECK(outcome.committed.error().code == ErrorCode::cancelled);
  CHECK_FALSE(outcome.transient);
  CHECK(f.sink.captures.empty());
}

TEST_CASE("when the time for the whole page is used up, the rest is listed as timeout") {
  Fixture f;
  f.server.page("/", "<img src=a.png><img src=slow.png>");
  f.server.page("/a.png", "a", "image/png");
  f.server.handle("/slow.png", [](const HttpServer::Request&) { return hanging(); });
  f.options.limits.total_time = 2s;
  REQUIRE(f.fetch("/").committed);
  CHECK(f.status("/a.png") == "ok");
  CHECK(f.status("/slow.png") == "timeout");
}

TEST_CASE("a capture that was committed before is not made again") {
  Fixture f;
  f.server.page("/", "x");
  REQUIRE(f.fetch("/").committed);
  const Outcome again = f.fetch("/");
  REQUIRE(again.committed);
  CHECK(again.committed->snapshot_id == f.options.id);
  CHECK(f.server.count("/") == 1);
}

TEST_CASE("a capture that a dead worker began is begun anew") {
  Fixture f;
  f.server.page("/", "x");
  REQUIRE(f.sink.begin(f.options.id, f.server.url("/"), 0));
  REQUIRE(f.sink.write(f.options.id, 0, 0, as_bytes("left over")));
  REQUIRE(f.fetch("/").committed);
  CHECK(f.root().find("left over") == std::string::npos);
}

TEST_CASE("addresses that can't be fetched fail at once, and nothing is begun") {
  Fixture f;
  for (const char* url : {"file:///etc/passwd", "ftp://example.org/", "nonsense", "http://"}) {
    CAPTURE(url);
    const Outcome outcome = acquire::fetch_page(url, f.sink, f.options, {});
    REQUIRE_FALSE(outcome.committed);
    CHECK_FALSE(outcome.transient);
  }
  f.options.allowed_hosts = {"http://x/"};
  CHECK(f.fetch("/").committed.error().code == ErrorCode::bad_request);
  CHECK(f.sink.captures.empty());
  CHECK(f.server.requests().empty());
}

TEST_CASE("without being allowed, a local page is refused with the way to allow it") {
  Fixture f;
  f.server.page("/", "x");
  f.options.allowed_hosts.clear();
  const Outcome outcome = f.fetch("/");
  REQUIRE_FALSE(outcome.committed);
  CHECK(outcome.committed.error().code == ErrorCode::private_address);
  CHECK(outcome.committed.error().next.find("--allow-host " + f.server.authority()) != std::string::npos);
  CHECK_FALSE(outcome.transient);
  CHECK(f.server.requests().empty());
}

TEST_CASE("words that name no engine are refused") {
  CHECK(acquire::check_engine("auto"));
  CHECK(acquire::check_engine("fetch"));
  CHECK(acquire::check_engine("browser"));
  CHECK(acquire::check_engine("magic").error().code == ErrorCode::bad_request);
  CHECK(acquire::engines().front() == "auto");
}
