// Requests that a browser would have made, and a run that is shared with other work.
#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "net/fetcher.h"
#include "support/catch.h"
#include "support/http_server.h"

using namespace keepleaf;
using namespace std::chrono_literals;
using net::Fetcher;
using net::Request;
using test::HttpServer;

namespace {

net::FetcherOptions allowing(const std::vector<std::string>& hosts) {
  net::FetcherOptions options;
  options.policy = *net::AddressPolicy::allowing(hosts);
  return options;
}

Request get(const std::string& url) {
  Request request;
  request.url = url;
  return request;
}

struct Nothing : net::Receiver {
  Status on_body(BytesView) override { return {}; }
  void on_end(Result<net::Head>) override {}
};

}  // namespace

TEST_CASE("a browser's request goes out as it says, and its answer comes back whole") {
  HttpServer server;
  server.handle("/post", [](const HttpServer::Request& request) {
    return HttpServer::Reply{200,
                             request.header("cookie") + '|' + request.header("user-agent") + '|' +
                                 request.header("accept-language") + '|' + request.header("x-own"),
                             "text/plain",
                             {{"Set-Cookie", "a=1"}, {"X-Told", "yes"}}};
  });
  Fetcher fetcher(allowing({server.authority()}));
  Request request = get(server.url("/post"));
  request.browser = net::BrowserRequest{
      "POST", {{"Cookie", "b=2"}, {"User-Agent", "Browser/1"}, {"X-Own", "mine"}}, Bytes{'x', '=', '1'}};
  for (int time = 0; time < 2; ++time) {  // the second is not given the first one's cookie
    const auto got = fetcher.fetch(request, {});
    REQUIRE(got);
    CHECK(as_text(got->body) == "b=2|Browser/1||mine");
    const auto& headers = got->head.headers;
    CHECK(std::any_of(headers.begin(), headers.end(),
                      [](const auto& header) { return header.first == "X-Told" && header.second == "yes"; }));
  }
}

TEST_CASE("a browser follows its redirects itself") {
  HttpServer server;
  server.redirect("/from", "/to");
  Fetcher fetcher(allowing({server.authority()}));
  Request request = get(server.url("/from"));
  request.browser = net::BrowserRequest{};
  const auto got = fetcher.fetch(request, {});
  REQUIRE(got);
  CHECK(got->head.status == 302);
  CHECK(server.count("/to") == 0);
}

TEST_CASE("a browser's request passes the address policy, too") {
  HttpServer server;
  Fetcher fetcher(allowing({}));
  Request request = get(server.url("/"));
  request.browser = net::BrowserRequest{};
  const auto got = fetcher.fetch(request, {});
  REQUIRE(!got);
  CHECK(got.error().code == ErrorCode::private_address);
  CHECK(server.requests().empty());
}

TEST_CASE("a run goes on until it is told that it is done, and is woken from outside") {
  HttpServer server;
  server.page("/", "text");
  Fetcher fetcher(allowing({server.authority()}));
  std::atomic<bool> told = false;
  std::jthread other([&] {
    server.wait_for("/");
    told = true;
    fetcher.wake();
  });
  bool started = false;
  const auto in_time = fetcher.run_while(
      [&] {
        if (!std::exchange(started, true)) {
          fetcher.start(get(server.url("/")), std::make_unique<Nothing>());
        }
        return !told;
      },
      {}, std::chrono::steady_clock::now() + 20s);
  REQUIRE(in_time);
  CHECK(*in_time);
  const auto late = fetcher.run_while([] { return true; }, {}, std::chrono::steady_clock::now() + 20ms);
  REQUIRE(late);
  CHECK_FALSE(*late);
}
