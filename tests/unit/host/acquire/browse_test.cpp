// The engine "browser", with the browser of this machine.
#include <algorithm>
#include <thread>

#include "acquire/browser/browser.h"
#include "acquire_fixture.h"
#include "support/catch.h"

using namespace keepleaf;
using namespace std::chrono_literals;

namespace {

// One for all cases, as the jobs of a worker share one.
acquire::WarmBrowser& browsers() {
  static acquire::WarmBrowser shared{acquire::BrowserOptions{}};
  return shared;
}

struct BrowseFixture : test::PageFixture {
  acquire::Outcome browse(const std::string& path, std::stop_token stop = {}) {
    return acquire::browse_page(server.url(path), sink, options, browsers(), std::move(stop));
  }
  bool shows(const std::string& text) const { return root().find(text) != std::string::npos; }
};

void require_committed(const acquire::Outcome& outcome) {
  INFO((outcome.committed ? std::string() : outcome.committed.error().message));
  REQUIRE(outcome.committed);
}

}  // namespace

TEST_CASE_METHOD(BrowseFixture, "what scripts made of a page is kept, the scripts are not") {
  server.page(
      "/",
      R"(<!doctype html><html lang="ja"><title>Title</title><h1>before</h1><div id="a"></div><img src="p.svg">
    <script>document.querySelector("h1").textContent="after";
    document.getElementById("a").attachShadow({mode:"closed"}).innerHTML="<b>closed</b>";
    fetch("data.json").then(r=>r.json()).then(d=>document.body.append(d.word));
    fetch("post",{method:"POST",body:"x=1"}).then(r=>r.text()).then(t=>document.body.append(t))</script>)");
  server.handle("/post", [](const test::HttpServer::Request& request) {
    return test::HttpServer::Reply{200, "posted " + request.header("content-length")};
  });
  server.page("/p.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "image/svg+xml");
  server.page("/data.json", R"({"word":"fetched"})", "application/json");
  require_committed(browse("/"));
  CHECK(capture().page.engine == capture::Engine::browser);
  CHECK(capture().page.title == "Title");
  CHECK(capture().page.language == "ja");
  REQUIRE(capture().page.viewport);
  CHECK(capture().page.viewport->width == 1280);
  CHECK(shows("after"));
  CHECK(shows("fetched"));
  CHECK(shows("closed"));
  CHECK(shows("posted 3"));
  CHECK(!shows("<script"));
  CHECK(status("/p.svg") == "ok");
  for (const char* const path : {"/", "/p.svg", "/data.json"}) CHECK(server.count(path) == 1);
  CHECK(server.requests().front().header("user-agent").find("Headless") == std::string::npos);
}

TEST_CASE_METHOD(BrowseFixture, "frames of other sites are read, what fails is listed") {
  test::HttpServer other("127.0.0.2");
  options.allowed_hosts.push_back(other.authority());
  server.page("/", "<!doctype html><iframe src=\"" + other.url("/frame") + "\"></iframe><img src=gone.png>");
  other.page("/frame", "<p>framed<script>document.body.append(\" by script\")</script>");
  require_committed(browse("/"));
  const auto* const frame = part(other.url("/frame"));
  REQUIRE(frame != nullptr);
  CHECK(frame->role == "frame");
  CHECK(bytes(*frame).find("by script") != std::string::npos);
  CHECK(status("/gone.png") == "http_404");
}

TEST_CASE_METHOD(BrowseFixture, "redirects of every kind are followed and told") {
  server.redirect("/", "/second");
  server.page("/second", "<script>location.replace('/third')</script>");
  server.page("/third", "<p>arrived");
  require_committed(browse("/"));
  CHECK(capture().page.url == server.url("/"));
  CHECK(capture().page.redirects == std::vector{server.url("/second"), server.url("/third")});
  CHECK(shows("arrived"));
}

TEST_CASE_METHOD(BrowseFixture, "what scrolls into view is loaded, a page without an end ends") {
  server.page("/",
              R"(<style>p{height:3000px}</style><p>one<p>two<img id="i" loading="lazy" src="lazy.svg"><script>
    addEventListener("scroll",()=>{if(scrollY+innerHeight>=document.body.scrollHeight-10)document.body.append(document.createElement("p"))})</script>)");
  server.page("/lazy.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "image/svg+xml");
  require_committed(browse("/"));
  CHECK(status("/lazy.svg") == "ok");
}

TEST_CASE_METHOD(BrowseFixture, "what is no page is kept as its bytes") {
  server.page("/file.pdf", "%PDF-1.4 something", "application/pdf");
  require_committed(browse("/file.pdf"));
  CHECK(capture().page.engine == capture::Engine::fetch);
  REQUIRE(capture().parts.size() == 1);
  CHECK(root() == "%PDF-1.4 something");
}

TEST_CASE_METHOD(BrowseFixture, "an error page is a failure, and is told as one") {
  server.handle("/busy", [](const auto&) {
    return test::HttpServer::Reply{503, "later", "text/html", {{"Retry-After", "7"}}};
  });
  const auto gone = browse("/gone");
  REQUIRE(!gone.committed);
  CHECK(gone.committed.error().code == ErrorCode::http_status);
  CHECK(gone.committed.error().message.find("404 Not Found") != std::string::npos);
  CHECK(!gone.transient);
  const auto busy = browse("/busy");
  CHECK(busy.transient);
  CHECK(busy.retry_after == 7s);
  CHECK(sink.captures.empty());
}

TEST_CASE_METHOD(BrowseFixture, "a page reaches nothing by itself, and nothing that was not allowed") {
  test::HttpServer trap("127.0.0.3");
  trap.handle("/", [](const auto&) { return test::HttpServer::Reply{200, "trapped"}; });
  const std::string at = trap.url("").substr(0, trap.url("").find('/', 8));
  server.handle("/page", [&, at](const auto&) {
    std::string html =
        R"(<!doctype html><link rel="preconnect" href="TRAP"><link rel="prefetch" href="TRAP/prefetch">
    <link rel="dns-prefetch" href="TRAP"><img src="TRAP/image.png"><iframe src="TRAP/frame.html"></iframe><p id="said">
    <script>
      const trap = "TRAP";
      const said = document.getElementById("said");
      fetch(trap + "/fetch").catch(() => said.append(" fetch refused"));
      fetch("/back", {method: "PUT"}).catch(() => said.append(" put refused"));
      navigator.sendBeacon(trap + "/beacon", "x");
      navigator.sendBeacon("/beacon", "x");
      new WebSocket(trap.replace("http", "ws") + "/socket").onerror = () => said.append(" socket refused");
      new WebSocket("ws://" + location.host + "/socket").onerror = () => said.append(" own socket refused");
      new EventSource(trap + "/events").onerror = () => said.append(" events refused");
      const peer = new RTCPeerConnection({iceServers: [{urls: "stun:" + new URL(trap).host}]});
      peer.createDataChannel("x");
      peer.createOffer().then((offer) => peer.setLocalDescription(offer));
      new Worker("/worker.js").onmessage = ({data}) => said.append(data);
      navigator.serviceWorker?.register("/service.js").then(() => said.append(" service"), () => {});
      window.open(trap + "/window");
    </script>)";
    for (auto found = html.find("TRAP"); found != std::string::npos; found = html.find("TRAP"))
      html.replace(found, 4, at);
    return test::HttpServer::Reply{200, html};
  });
  server.page("/worker.js", "fetch('/from-worker').then(r=>r.text()).then(t=>postMessage(' worker got '+t))",
              "text/javascript");
  server.page("/from-worker", "it", "text/plain");
  require_committed(browse("/page"));
  for (const char* const words :
       {"fetch refused", "put refused", "own socket refused", "events refused", "worker got it"}) {
    INFO(words);
    CHECK(shows(words));
  }
  CHECK(trap.requests().empty());
  CHECK(part(at + "/image.png")->status == "private_address");
  for (const char* const path : {"/back", "/beacon", "/socket"}) CHECK(server.count(path) == 0);
}

TEST_CASE_METHOD(BrowseFixture, "pages that bother their reader are kept all the same") {
  server.page("/",
              R"(<p>here<script>setTimeout(()=>{alert("a");document.body.append(confirm("b")?"yes":"no")},50);
    onbeforeunload=(e)=>{e.preventDefault();return "stay"};window.open("/popup")</script>)");
  require_committed(browse("/"));
  CHECK(shows("no"));
}

TEST_CASE_METHOD(BrowseFixture, "a job that is stopped ends soon and leaves nothing") {
  server.handle("/", [](const auto&) { return test::hanging(); });
  std::stop_source stop;
  std::jthread stopper([&] {
    server.wait_for("/");
    stop.request_stop();
  });
  const auto outcome = browse("/", stop.get_token());
  REQUIRE(!outcome.committed);
  CHECK(outcome.committed.error().code == ErrorCode::cancelled);
  CHECK(sink.captures.empty());
}

TEST_CASE_METHOD(BrowseFixture, "a page that hangs in the middle is kept as far as it came") {
  server.page("/", "<p>the words<img src=/never.png><iframe src=/never.html></iframe>");
  server.handle("/never.png", [](const auto&) { return test::hanging(); });
  server.handle("/never.html", [](const auto&) { return test::hanging(); });
  options.limits.page_time = 2s;
  options.limits.resource_time = 6s;
  require_committed(browse("/"));
  CHECK(shows("the words"));
  CHECK(status("/never.png") != "ok");
}

TEST_CASE("a browser that is not there is told as such, before anything is asked for") {
  test::PageFixture fixture;
  acquire::WarmBrowser none{{"/nonexistent/browser", "", "en"}};
  const auto outcome = acquire::browse_page(fixture.server.url("/"), fixture.sink, fixture.options, none, {});
  REQUIRE(!outcome.committed);
  CHECK(outcome.committed.error().code == ErrorCode::unsupported);
  CHECK(outcome.committed.error().next.find("config set browser") != std::string::npos);
  CHECK(fixture.server.requests().empty());
  CHECK(fixture.sink.captures.empty());
}

TEST_CASE("a browser that does not speak is given up, with what it said") {
  test::PageFixture fixture;
  acquire::WarmBrowser mute{{"/bin/false", "", "en"}};
  const auto outcome = acquire::browse_page(fixture.server.url("/"), fixture.sink, fixture.options, mute, {});
  REQUIRE(!outcome.committed);
  CHECK(outcome.committed.error().code == ErrorCode::unsupported);
  CHECK(outcome.committed.error().message.find("did not start") != std::string::npos);
}
