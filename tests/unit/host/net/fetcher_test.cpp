#include "net/fetcher.h"

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "support/catch.h"
#include "support/http_server.h"

using namespace keepleaf;
using namespace std::chrono_literals;
using net::Fetched;
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
  request.total_timeout = 20s;
  return request;
}

Result<Fetched> fetch(const HttpServer& server, const std::string& path) {
  Fetcher fetcher(allowing({server.authority()}));
  return fetcher.fetch(get(server.url(path)), {});
}

std::string text(const Fetched& fetched) { return std::string(as_text(fetched.body)); }

// Holds the first requests until more than `most` are there at once, or until that has had time to happen.
class Gate {
 public:
  explicit Gate(std::size_t most) : most_(most) {}
  HttpServer::Reply pass() {
    std::unique_lock lock(mutex_);
    if (++arrived_ > most_) changed_.notify_all();
    changed_.wait_for(lock, 300ms, [&] { return arrived_ > most_; });
    return {200, "x"};
  }

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t arrived_ = 0;
};

class Counting : public net::Receiver {
 public:
  Counting(std::size_t& ended, std::vector<ErrorCode>& errors) : ended_(ended), errors_(errors) {}
  Status on_body(BytesView) override { return {}; }
  void on_end(Result<net::Head> head) override {
    ++ended_;
    if (!head) errors_.push_back(head.error().code);
  }

 private:
  std::size_t& ended_;
  std::vector<ErrorCode>& errors_;
};

}  // namespace

TEST_CASE("a page is fetched with its status, type and bytes") {
  HttpServer server;
  server.page("/", "<p>hello</p>", "text/html; charset=utf-8");
  const auto fetched = fetch(server, "/");
  REQUIRE(fetched);
  CHECK(fetched->head.status == 200);
  CHECK(fetched->head.content_type == "text/html; charset=utf-8");
  CHECK(fetched->head.url == server.url("/"));
  CHECK(fetched->head.redirects.empty());
  CHECK(text(*fetched) == "<p>hello</p>");
  CHECK(server.requests()[0].header("User-Agent").rfind("Mozilla/5.0 (compatible; Keepleaf/", 0) == 0);
}

TEST_CASE("an error status is a response, not an error") {
  HttpServer server;
  const auto fetched = fetch(server, "/nothing");
  REQUIRE(fetched);
  CHECK(fetched->head.status == 404);
}

TEST_CASE("redirects are followed and listed, the fragment stays") {
  HttpServer server;
  server.redirect("/a", "/b", 301);
  server.redirect("/b", server.url("/c?x=1"), 307);
  server.page("/c", "end");
  const auto fetched = fetch(server, "/a#part");
  REQUIRE(fetched);
  CHECK(fetched->head.url == server.url("/c?x=1#part"));
  CHECK(fetched->head.redirects ==
        std::vector<std::string>{server.url("/b#part"), server.url("/c?x=1#part")});
  CHECK(text(*fetched) == "end");
}

TEST_CASE("a redirect to an address that was not allowed is refused before anything is sent there") {
  HttpServer allowed;
  HttpServer secret;
  secret.page("/", "internal");
  allowed.redirect("/", secret.url("/"));
  const auto fetched = fetch(allowed, "/");
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().code == ErrorCode::private_address);
  CHECK(fetched.error().next.find(secret.authority()) != std::string::npos);
  CHECK(secret.requests().empty());
}

TEST_CASE("a name that resolves to loopback is refused unless the name itself is allowed") {
  HttpServer server;
  server.page("/", "home");
  const std::string named = "localhost:" + std::to_string(server.port());
  Fetcher by_address(allowing({server.authority()}));
  const auto refused = by_address.fetch(get("http://" + named + "/"), {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::private_address);
  CHECK(server.requests().empty());
  Fetcher by_name(allowing({named}));
  CHECK(by_name.fetch(get("http://" + named + "/"), {}));
}

TEST_CASE("loopback in other spellings is refused") {
  HttpServer server;
  const std::string port = ':' + std::to_string(server.port()) + '/';
  Fetcher fetcher{net::FetcherOptions{}};
  for (const char* host :
       {"127.0.0.1", "127.1", "0x7f.1", "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]", "[::1]", "[::]"}) {
    CAPTURE(host);
    const auto fetched = fetcher.fetch(get("http://" + std::string(host) + port), {});
    REQUIRE_FALSE(fetched);
    CHECK(fetched.error().code == ErrorCode::private_address);
  }
  CHECK(server.requests().empty());
}

TEST_CASE("an allowed IPv6 loopback server answers") {
  HttpServer server("::1");
  if (!server.listening()) return;  // a machine without IPv6
  server.page("/", "six");
  const auto fetched = fetch(server, "/");
  REQUIRE(fetched);
  CHECK(text(*fetched) == "six");
}

TEST_CASE("a redirect loop ends with an error after ten hops") {
  HttpServer server;
  server.redirect("/loop", "/loop");
  const auto fetched = fetch(server, "/loop");
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().code == ErrorCode::http_status);
  CHECK(server.count("/loop") == 11);
}

TEST_CASE("ten redirects are followed") {
  HttpServer server;
  for (int i = 0; i < 10; ++i) server.redirect("/" + std::to_string(i), "/" + std::to_string(i + 1));
  server.page("/10", "there");
  const auto fetched = fetch(server, "/0");
  REQUIRE(fetched);
  CHECK(fetched->head.redirects.size() == 10);
}

TEST_CASE("a redirect to another scheme is refused") {
  HttpServer server;
  server.redirect("/", "file:///etc/passwd");
  const auto fetched = fetch(server, "/");
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().code == ErrorCode::unsupported);
}

TEST_CASE("credentials in a URL or a redirect are neither sent nor told") {
  HttpServer server;
  server.redirect("/", "http://other:word@" + server.authority() + "/b");
  server.page("/b", "b");
  Fetcher fetcher(allowing({server.authority()}));
  const auto fetched = fetcher.fetch(get("http://name:secret@" + server.authority() + "/"), {});
  REQUIRE(fetched);
  CHECK(fetched->head.url == server.url("/b"));
  CHECK(fetched->head.redirects == std::vector<std::string>{server.url("/b")});
  for (const auto& request : server.requests()) CHECK(request.header("Authorization").empty());
}

TEST_CASE("cookies of one job come back to their site, and another job has none") {
  HttpServer server;
  server.handle("/", [](const HttpServer::Request&) {
    return HttpServer::Reply{302, "", "text/plain", {{"Set-Cookie", "s=1; Path=/"}, {"Location", "/in"}}};
  });
  server.handle("/in", [](const HttpServer::Request& request) {
    return HttpServer::Reply{request.header("Cookie") == "s=1" ? 200 : 403, "x"};
  });
  Fetcher fetcher(allowing({server.authority()}));
  CHECK(fetcher.fetch(get(server.url("/")), {})->head.status == 200);
  CHECK(fetcher.fetch(get(server.url("/in")), {})->head.status == 200);
  CHECK(fetch(server, "/in")->head.status == 403);
}

TEST_CASE("a body that ends before its length is a network error") {
  HttpServer server;
  server.handle("/", [](const HttpServer::Request&) {
    return HttpServer::Reply{200, "half", "text/html", {}, 4};
  });
  const auto fetched = fetch(server, "/");
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().code == ErrorCode::network);
}

TEST_CASE("a server that stops sending runs into the time limit") {
  HttpServer server;
  server.handle("/", [](const HttpServer::Request&) {
    return HttpServer::Reply{200, "drip", "text/html", {}, 0, true};
  });
  Fetcher fetcher(allowing({server.authority()}));
  Request request = get(server.url("/"));
  request.total_timeout = 200ms;
  const auto fetched = fetcher.fetch(request, {});
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().code == ErrorCode::timeout);
}

TEST_CASE("the time limit counts over redirects") {
  HttpServer server;
  server.redirect("/", "/slow");
  server.handle("/slow", [](const HttpServer::Request&) {
    return HttpServer::Reply{200, "", "text/html", {}, 0, true};
  });
  Fetcher fetcher(allowing({server.authority()}));
  Request request = get(server.url("/"));
  request.total_timeout = 300ms;
  CHECK(fetcher.fetch(request, {}).error().code == ErrorCode::timeout);
}

TEST_CASE("compressed bodies are unpacked") {
  HttpServer server;
  server.handle("/", [](const HttpServer::Request& request) {
    CHECK(request.header("Accept-Encoding").find("gzip") != std::string::npos);
    return HttpServer::Reply{
        200, test::gzip("plain words"), "application/x-test", {{"Content-Encoding", "gzip"}}};
  });
  const auto fetched = fetch(server, "/");
  REQUIRE(fetched);
  CHECK(text(*fetched) == "plain words");
}

TEST_CASE("a small response that unpacks to more than the limit is cut off") {
  HttpServer server;
  const std::string bomb = test::gzip(std::string(32U << 20, '\0'));
  REQUIRE(bomb.size() < (1U << 20));
  server.handle("/", [&](const HttpServer::Request&) {
    return HttpServer::Reply{200, bomb, "application/x-test", {{"Content-Encoding", "gzip"}}};
  });
  Fetcher fetcher(allowing({server.authority()}));
  Request request = get(server.url("/"));
  request.max_bytes = 1U << 20;
  CHECK(fetcher.fetch(request, {}).error().code == ErrorCode::too_large);
}

TEST_CASE("bytes are limited exactly") {
  HttpServer server;
  server.page("/", std::string(1000, 'x'), "application/x-test");
  Fetcher fetcher(allowing({server.authority()}));
  Request request = get(server.url("/"));
  request.max_bytes = 1000;
  CHECK(fetcher.fetch(request, {})->body.size() == 1000);
  request.max_bytes = 999;
  CHECK(fetcher.fetch(request, {}).error().code == ErrorCode::too_large);
}

TEST_CASE("headers are limited") {
  HttpServer server;
  server.handle("/", [](const HttpServer::Request&) {
    return HttpServer::Reply{200, "x", "text/html", {{"X-Long", std::string(4000, 'h')}}};
  });
  auto options = allowing({server.authority()});
  options.max_header_bytes = 2000;
  Fetcher fetcher(options);
  CHECK(fetcher.fetch(get(server.url("/")), {}).error().code == ErrorCode::too_large);
}

TEST_CASE("a refused connection is a network error that names the server") {
  std::string url;
  std::string authority;
  {
    HttpServer gone;
    url = gone.url("/");
    authority = gone.authority();
  }
  Fetcher fetcher(allowing({authority}));
  const auto fetched = fetcher.fetch(get(url), {});
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().code == ErrorCode::network);
  CHECK(fetched.error().message.find(authority) != std::string::npos);
}

TEST_CASE("a certificate that nobody vouches for is refused") {
  HttpServer server("127.0.0.1", HttpServer::Security::self_signed);
  server.page("/", "secret");
  const auto fetched = fetch(server, "/");
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().code == ErrorCode::network);
  CHECK(server.requests().empty());
}

TEST_CASE("a proxy in the environment is not used") {
  HttpServer proxy;
  HttpServer server;
  server.page("/", "direct");
  setenv("http_proxy", proxy.url("").c_str(), 1);
  setenv("all_proxy", proxy.url("").c_str(), 1);
  const auto fetched = fetch(server, "/");
  unsetenv("http_proxy");
  unsetenv("all_proxy");
  REQUIRE(fetched);
  CHECK(text(*fetched) == "direct");
  CHECK(proxy.requests().empty());
}

TEST_CASE("a stop request ends transfers that are under way") {
  HttpServer server;
  server.handle(
      "/", [](const HttpServer::Request&) { return HttpServer::Reply{200, "", "text/html", {}, 0, true}; });
  std::stop_source stop;
  const std::jthread stopper([&] {
    server.wait_for("/");
    stop.request_stop();
  });
  Fetcher fetcher(allowing({server.authority()}));
  const auto fetched = fetcher.fetch(get(server.url("/")), stop.get_token());
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().code == ErrorCode::cancelled);
}

TEST_CASE("many requests to one host run at once, but no more than six") {
  HttpServer server;
  Gate gate(6);
  server.handle("/x", [&](const HttpServer::Request&) { return gate.pass(); });
  auto options = allowing({server.authority()});
  options.parallel = 40;
  Fetcher fetcher(options);
  std::size_t ended = 0;
  std::vector<ErrorCode> errors;
  for (int i = 0; i < 200; ++i)
    fetcher.start(get(server.url("/x")), std::make_unique<Counting>(ended, errors));
  REQUIRE(fetcher.run({}));
  CHECK(ended == 200);
  CHECK(errors.empty());
  CHECK(server.count("/x") == 200);
  CHECK(server.most_at_once() == 6);
}

TEST_CASE("two fetchers share one host's slots") {
  HttpServer server;
  Gate gate(1);
  server.handle("/x", [&](const HttpServer::Request&) { return gate.pass(); });
  auto options = allowing({server.authority()});
  options.slots = std::make_shared<net::HostSlots>(1);
  const auto work = [&] {
    Fetcher fetcher(options);
    std::size_t ended = 0;
    std::vector<ErrorCode> errors;
    for (int i = 0; i < 50; ++i)
      fetcher.start(get(server.url("/x")), std::make_unique<Counting>(ended, errors));
    const bool fine = fetcher.run({}).has_value() && ended == 50 && errors.empty();
    return fine;
  };
  bool other = false;
  std::jthread second([&] { other = work(); });
  CHECK(work());
  second.join();
  CHECK(other);
  CHECK(server.most_at_once() == 1);
}

TEST_CASE("at the deadline what is left ends with timeout") {
  HttpServer server;
  server.page("/quick", "q");
  server.handle("/slow", [](const HttpServer::Request&) {
    return HttpServer::Reply{200, "", "text/html", {}, 0, true};
  });
  Fetcher fetcher(allowing({server.authority()}));
  std::size_t ended = 0;
  std::vector<ErrorCode> errors;
  fetcher.start(get(server.url("/quick")), std::make_unique<Counting>(ended, errors));
  fetcher.start(get(server.url("/slow")), std::make_unique<Counting>(ended, errors));
  REQUIRE(fetcher.run({}, std::chrono::steady_clock::now() + 500ms));
  CHECK(ended == 2);
  CHECK(errors == std::vector<ErrorCode>{ErrorCode::timeout});
}

TEST_CASE("the referer is whole within a site and only the origin across sites") {
  HttpServer a;
  HttpServer b;
  a.page("/img", "a");
  b.page("/img", "b");
  Fetcher fetcher(allowing({a.authority(), b.authority()}));
  Request request = get(a.url("/img"));
  request.referer = "http://user:word@" + a.authority() + "/deep/page?q#frag";
  REQUIRE(fetcher.fetch(request, {}));
  request.url = b.url("/img");
  REQUIRE(fetcher.fetch(request, {}));
  CHECK(a.requests()[0].header("Referer") == a.url("/deep/page?q"));
  CHECK(b.requests()[0].header("Referer") == a.url("/"));
}

TEST_CASE("Retry-After is read in both of its forms") {
  HttpServer server;
  server.handle("/s", [](const HttpServer::Request&) {
    return HttpServer::Reply{503, "", "text/plain", {{"Retry-After", "120"}}};
  });
  server.handle("/d", [](const HttpServer::Request&) {
    return HttpServer::Reply{429, "", "text/plain", {{"Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"}}};
  });
  server.handle("/x", [](const HttpServer::Request&) {
    return HttpServer::Reply{429, "", "text/plain", {{"Retry-After", "soon"}}};
  });
  CHECK(fetch(server, "/s")->head.retry_after == 120s);
  CHECK(fetch(server, "/d")->head.retry_after == 0s);
  CHECK_FALSE(fetch(server, "/x")->head.retry_after);
}
