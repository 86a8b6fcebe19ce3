#include "acquire/acquire.h"

#include <algorithm>

#include "acquire_fixture.h"
#include "support/catch.h"

using namespace keepleaf;
using namespace std::chrono_literals;
using acquire::Outcome;
using test::HttpServer;
using Fixture = test::PageFixture;
using test::hanging;

TEST_CASE("a page becomes a capture with all that it loads, in document order") {
  Fixture f;
  f.server.page("/", R"(<!doctype html><html lang="de"><title> A  page </title>
    <link rel="stylesheet" href="main.css"><link rel="icon" href="/icon.png">
    <img src="one.png" srcset="two.png 2x, three.png 3x"><iframe src="frame.html"></iframe>
    <script src="never.js"></script><p>Words</p>)");
  f.server.page("/main.css",
                "@import 'more.css'; @font-face{font-family:x;src:url(f.woff2)} p{background:url(bg.png)}",
                "text/css");
  f.server.page("/more.css", "p{color:red}", "text/css");
  f.server.page("/f.woff2", "font", "font/woff2");
  for (const char* name : {"/bg.png", "/one.png", "/two.png", "/three.png", "/icon.png", "/inner.png"})
    f.server.page(name, name, "image/png");
  f.server.page("/frame.html", "<img src=inner.png>inside");
  const Outcome outcome = f.fetch("/");
  REQUIRE(outcome.committed);
  CHECK(outcome.committed->snapshot_id == f.options.id);

  const auto& capture = f.capture();
  CHECK(capture.page.title == "A page");
  CHECK(capture.page.language == "de");
  CHECK(capture.page.engine == capture::Engine::fetch);
  CHECK(capture.page.url == f.server.url("/"));
  CHECK(capture.page.redirects.empty());
  CHECK(capture.parts.at(0).role == "document");
  CHECK(capture.parts.at(0).media_type == "text/html; charset=utf-8");
  CHECK(f.root().find("Words") != std::string::npos);
  CHECK(f.root().find("<script") == std::string::npos);
  CHECK(f.server.count("/never.js") == 0);

  for (const char* path : {"/main.css", "/more.css", "/f.woff2", "/bg.png", "/icon.png", "/one.png",
                           "/two.png", "/three.png", "/frame.html", "/inner.png"}) {
    CAPTURE(path);
    CHECK(f.status(path) == "ok");
    CHECK(f.server.count(path) == 1);
  }
  CHECK(capture.parts.size() == 11);
  const std::uint32_t sheet = f.at("/main.css")->n;
  CHECK(f.at("/main.css")->parent == 0U);
  CHECK(f.at("/more.css")->parent == sheet);
  CHECK(f.at("/f.woff2")->parent == sheet);
  CHECK(f.at("/f.woff2")->role == "font");
  CHECK(f.at("/inner.png")->parent == f.at("/frame.html")->n);
  CHECK(f.at("/main.css")->n < f.at("/icon.png")->n);
  CHECK(f.at("/f.woff2")->n < f.at("/one.png")->n);
  CHECK(f.bytes(*f.at("/main.css")).find("url(f.woff2)") != std::string::npos);
}

TEST_CASE("the same page twice has the same parts, whatever the order of the answers") {
  Fixture f;
  std::string html;
  for (int i = 0; i < 40; ++i) {
    const std::string name = "/s" + std::to_string(i) + ".css";
    html += "<link rel=stylesheet href=" + name + ">";
    f.server.page(name, "a{background:url(shared.png)} b{background:url(i" + std::to_string(i % 7) + ".png)}",
                  "text/css");
  }
  f.server.page("/", html);
  f.server.page("/shared.png", "x", "image/png");
  const auto listing = [&] {
    REQUIRE(f.fetch("/").committed);
    std::string text;
    for (const auto& [n, part] : f.capture().parts)
      text += std::to_string(n) + ' ' + std::to_string(part.parent.value_or(0)) + ' ' + part.url + ' ' +
              part.status + '\n';
    return text;
  };
  const std::string first = listing();
  f.options.id = Uuid::v7(2);
  CHECK(listing() == first);
}

TEST_CASE("what the library has already is not written again") {
  Fixture f;
  f.server.page("/", "<img src=a.png>");
  f.server.page("/a.png", "pixels", "image/png");
  REQUIRE(f.fetch("/").committed);
  const std::size_t writes = f.sink.writes;
  f.options.id = Uuid::v7(2);
  REQUIRE(f.fetch("/").committed);
  CHECK(f.sink.writes == writes);
}

TEST_CASE("what can't be had is listed with its reason, and the page is kept all the same") {
  Fixture f;
  HttpServer internal;
  internal.page("/secret.png", "secret", "image/png");
  f.server.page("/",
                "<img src=gone.png><img src=broken.png><img src=slow.png><img src=big.png><img src=loop.png>"
                "<img src=" +
                    internal.url("/secret.png") +
                    "><img src=ftp://127.0.0.1/x.png><img src=jump.png>"
                    "<link rel=stylesheet href=soft404.css><img src=short.png>");
  f.server.handle("/broken.png", [](const HttpServer::Request&) { return HttpServer::Reply{503, "x"}; });
  f.server.handle("/slow.png", [](const HttpServer::Request&) { return hanging(); });
  f.server.page("/big.png", std::string(5000, 'x'), "image/png");
  f.server.redirect("/loop.png", "/loop.png");
  f.server.redirect("/jump.png", internal.url("/secret.png"));
  f.server.page("/soft404.css", "<h1>Not found</h1>", "text/html");
  f.server.handle("/short.png", [](const HttpServer::Request&) {
    return HttpServer::Reply{200, "x", "image/png", {}, 9};
  });
  f.options.limits.resource = 4000;
  f.options.limits.resource_time = 1s;
  REQUIRE(f.fetch("/").committed);
  CHECK(f.status("/gone.png") == "http_404");
  CHECK(f.status("/broken.png") == "http_503");
  CHECK(f.status("/slow.png") == "timeout");
  CHECK(f.status("/big.png") == "too_large");
  CHECK(f.status("/loop.png") == "unreachable");
  CHECK(f.status("/jump.png") == "private_address");
  CHECK(f.status("/soft404.css") == "blocked");
  CHECK(f.status("/short.png") == "unreachable");
  CHECK(f.part(internal.url("/secret.png"))->status == "private_address");
  CHECK(internal.requests().empty());
  for (const auto& [n, part] : f.capture().parts) {
    CAPTURE(part.url);
    CHECK(part.object.has_value() == (part.status == "ok"));
  }
}

TEST_CASE("imports that go in circles are each fetched once") {
  Fixture f;
  f.server.page("/", "<link rel=stylesheet href=a.css>");
  f.server.page("/a.css", "@import 'b.css';", "text/css");
  f.server.page("/b.css", "@import 'a.css'; @import 'b.css'; @import 'c.css';", "text/css");
  f.server.page("/c.css", "@import 'a.css'; p{}", "text/css");
  REQUIRE(f.fetch("/").committed);
  CHECK(f.capture().parts.size() == 4);
  for (const char* path : {"/a.css", "/b.css", "/c.css"}) CHECK(f.server.count(path) == 1);
  CHECK(f.at("/c.css")->parent == f.at("/b.css")->n);
}

TEST_CASE("frames in frames end at the limit of depth, and a page in itself is not fetched again") {
  Fixture f;
  f.server.page("/", "<iframe src=/></iframe><iframe src=/0></iframe>");
  for (int i = 0; i < 20; ++i)
    f.server.page("/" + std::to_string(i), "<iframe src=/" + std::to_string(i + 1) + "></iframe>");
  f.options.limits.depth = 3;
  REQUIRE(f.fetch("/").committed);
  CHECK(f.server.count("/") == 1);
  CHECK(f.capture().parts.size() == 4);
  CHECK(f.status("/2") == "ok");
  CHECK(f.status("/3") == "absent");
}

TEST_CASE("a redirected style sheet finds its resources at replay under the address that the page wrote") {
  Fixture f;
  f.server.page("/", "<link rel=stylesheet href=/latest/a.css>");
  f.server.redirect("/latest/a.css", "/v7/deep/a.css");
  f.server.page("/v7/deep/a.css", "p{background:url(img/x.png)}", "text/css");
  f.server.page("/v7/deep/img/x.png", "pixels", "image/png");
  REQUIRE(f.fetch("/").committed);
  CHECK(f.status("/latest/a.css") == "ok");
  REQUIRE(f.status("/latest/img/x.png") == "ok");
  CHECK(f.bytes(*f.at("/latest/img/x.png")) == "pixels");
}

TEST_CASE("the page's own redirects are noted, and its references resolve against where it ended") {
  Fixture f;
  f.server.redirect("/start", "/login/form?next=start");
  f.server.page("/login/form", "<img src=logo.png>");
  f.server.page("/login/logo.png", "logo", "image/png");
  REQUIRE(f.fetch("/start").committed);
  CHECK(f.capture().page.url == f.server.url("/start"));
  CHECK(f.capture().page.redirects == std::vector<std::string>{f.server.url("/login/form?next=start")});
  CHECK(f.capture().parts.at(0).url == f.server.url("/login/form?next=start"));
  CHECK(f.status("/login/logo.png") == "ok");
}

TEST_CASE("an immediate meta refresh is followed once") {
  Fixture f;
  f.server.page("/", "<meta http-equiv=refresh content='0; url=/real'>moved");
  f.server.page("/real", "<meta http-equiv=refresh content='0; url=/trap'><p>the real one");
  f.server.page("/trap", "trap");
  REQUIRE(f.fetch("/").committed);
  CHECK(f.root().find("the real one") != std::string::npos);
  CHECK(f.capture().page.redirects == std::vector<std::string>{f.server.url("/real")});
  CHECK(f.server.count("/trap") == 0);
}

TEST_CASE("a document that is no HTML is kept byte for byte") {
  Fixture f;
  const std::string pdf = "%PDF-1.7\n" + std::string(3U << 20, '\x01');
  f.server.page("/a.pdf", pdf, "application/pdf");
  f.server.page("/feed", "<?xml version='1.0'?><rss><script>x</script></rss>", "application/rss+xml");
  f.server.page("/data", R"({"a":1})", "application/json");
  f.server.page("/text", "one <b>two</b>", "text/plain; charset=utf-8");
  f.server.page("/empty", "", "text/plain");
  const auto check = [&](const std::string& path, const std::string& type, const std::string& bytes) {
    CAPTURE(path);
    f.options.id = Uuid::v7(1);
    REQUIRE(f.fetch(path).committed);
    REQUIRE(f.capture().parts.size() == 1);
    CHECK(f.capture().parts.at(0).media_type == type);
    CHECK(f.capture().parts.at(0).role == "document");
    CHECK((f.root() == bytes));
  };
  check("/a.pdf", "application/pdf", pdf);
  check("/feed", "application/rss+xml", "<?xml version='1.0'?><rss><script>x</script></rss>");
  check("/data", "application/json", R"({"a":1})");
  check("/text", "text/plain; charset=utf-8", "one <b>two</b>");
  check("/empty", "text/plain", "");
}

TEST_CASE("a page is decoded as browsers decode it, and stored as UTF-8") {
  Fixture f;
  f.server.page("/meta", "<meta charset=gb2312><title>\xD6\xD0\xCE\xC4</title>");
  f.server.page("/header", "<title>\xD6\xD0\xCE\xC4</title>", "text/html; charset=gbk");
  f.server.page("/wrong", "<title>caf\xC3\xA9</title>", "text/html; charset=nonsense");
  f.server.page("/bad", "<title>a\xFF\xFE b</title>", "text/html; charset=utf-8");
  const auto title = [&](const std::string& path) {
    f.options.id = Uuid::v7(1);
    REQUIRE(f.fetch(path).committed);
    return f.capture().page.title;
  };
  CHECK(title("/meta") == "\xE4\xB8\xAD\xE6\x96\x87");
  CHECK(title("/header") == "\xE4\xB8\xAD\xE6\x96\x87");
  CHECK(title("/wrong") == "caf\xC3\xA9");
  CHECK(title("/bad") == "a\xEF\xBF\xBD\xEF\xBF\xBD b");
}

TEST_CASE("a style sheet that takes its encoding from the page says so in its type") {
  Fixture f;
  f.server.page("/", "<meta charset=gbk><link rel=stylesheet href=a.css><link rel=stylesheet href=b.css>");
  f.server.page("/a.css", "p::before{content:'\xD6\xD0'}", "text/css");
  f.server.page("/b.css", "p{}", "text/css");
  REQUIRE(f.fetch("/").committed);
  CHECK(f.at("/a.css")->media_type == "text/css; charset=GBK");
  CHECK(f.at("/b.css")->media_type == "text/css");
}

TEST_CASE("credentials in the URL are neither sent nor handed on") {
  Fixture f;
  f.server.page("/", "<img src=\"http://eve:word@" + f.server.authority() + "/a.png\">");
  f.server.page("/a.png", "a", "image/png");
  const std::string url = "http://name:secret@" + f.server.authority() + "/";
  REQUIRE(acquire::fetch_page(url, f.sink, f.options, {}).committed);
  for (const auto& request : f.server.requests()) CHECK(request.header("Authorization").empty());
  CHECK(f.capture().url == f.server.url("/"));
  CHECK(f.capture().page.url == f.server.url("/"));
  for (const auto& [n, part] : f.capture().parts) CHECK(part.url.find('@') == std::string::npos);
  CHECK(f.root().find("eve:word") == std::string::npos);
}

TEST_CASE("cookies that the page set go along with its images") {
  Fixture f;
  f.server.handle("/", [](const HttpServer::Request&) {
    return HttpServer::Reply{200, "<img src=a.png>", "text/html", {{"Set-Cookie", "s=1"}}};
  });
  f.server.handle("/a.png", [](const HttpServer::Request& request) {
    return HttpServer::Reply{request.header("Cookie") == "s=1" ? 200 : 403, "a", "image/png"};
  });
  REQUIRE(f.fetch("/").committed);
  CHECK(f.status("/a.png") == "ok");
}

TEST_CASE("hundreds of resources arrive, whole and in order") {
  Fixture f;
  std::string html;
  for (int i = 0; i < 700; ++i) {
    const std::string name = "/i" + std::to_string(i) + ".png";
    html += "<img src=" + name + ">";
    f.server.page(name, "pixels of " + name, "image/png");
  }
  f.server.page("/", html);
  std::vector<std::uint32_t> progress;
  f.options.on_progress = [&](std::uint32_t per_mille) { progress.push_back(per_mille); };
  REQUIRE(f.fetch("/").committed);
  REQUIRE(f.capture().parts.size() == 701);
  for (std::uint32_t n = 1; n <= 700; ++n) {
    const capture::Part& part = f.capture().parts.at(n);
    REQUIRE(part.url == f.server.url("/i" + std::to_string(n - 1) + ".png"));
    REQUIRE(f.bytes(part) == "pixels of /i" + std::to_string(n - 1) + ".png");
  }
  CHECK(std::is_sorted(progress.begin(), progress.end()));
  CHECK(progress.back() <= 1000);
}

TEST_CASE("a capture holds no more parts and bytes than its limits") {
  Fixture f;
  std::string html;
  for (int i = 0; i < 30; ++i) html += "<img src=/" + std::to_string(i) + ".png>";
  for (int i = 0; i < 30; ++i)
    f.server.page("/" + std::to_string(i) + ".png", std::string(1000, 'x'), "image/png");
  f.server.page("/", html);
  f.options.limits.parts = 11;
  REQUIRE(f.fetch("/").committed);
  CHECK(f.capture().parts.size() == 11);
  f.options.id = Uuid::v7(2);
  f.options.limits.parts = 1000;
  f.options.limits.capture = html.size() + 5'500;
  REQUIRE(f.fetch("/").committed);
  std::size_t whole = 0;
  for (const auto& [n, part] : f.capture().parts) whole += n > 0 && part.status == "ok" ? 1U : 0U;
  CHECK(whole == 5);
}

TEST_CASE("large resources go on to the sink while they arrive") {
  Fixture f;
  const std::string video(5U << 20, 'v');
  f.server.page("/", "<video src=v.mp4></video>");
  f.server.page("/v.mp4", video, "video/mp4");
  REQUIRE(f.fetch("/").committed);
  REQUIRE(f.status("/v.mp4") == "ok");
  CHECK((f.bytes(*f.at("/v.mp4")) == video));
  CHECK(f.sink.writes > 5);
}
