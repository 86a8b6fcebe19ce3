#include "wire/serve.h"

#include <future>
#include <thread>

#include "fakes.h"
#include "support/catch.h"

namespace keepleaf::test {
namespace {

// A port that is served in a thread of its own, over a handler that outlives it so that tests can look into
// it.
class Served {
 public:
  FakeHandler handler;
  FedSource source;
  KeptSink sink;
  wire::ServeOptions options;

  explicit Served(std::size_t portion = 1U << 20) : source(portion) {
    options.make_handler = [this] { return std::make_unique<Borrowed>(handler); };
  }
  void start() {
    exit_code_ =
        std::async(std::launch::async, [this] { return wire::serve(source, sink, std::move(options)); });
  }
  int finish() {
    source.end();
    return exit_code_.get();
  }
  int wait() { return exit_code_.get(); }

 private:
  struct Borrowed final : protocol::Handler {
    explicit Borrowed(FakeHandler& handler) : to(handler) {}
    Result<protocol::ResponseBody> handle(const protocol::RequestBody& body) override {
      return to.handle(body);
    }
    Result<capture::CaptureSink*> captures() override { return to.captures(); }
    FakeHandler& to;
  };
  std::future<int> exit_code_;
};

std::string code_of(const Json& message) { return message.at("error").at("code").get<std::string>(); }

}  // namespace

TEST_CASE("requests are answered in the order in which they come, whatever the portions") {
  for (const std::size_t portion : {1U, 7U, 1U << 20}) {
    Served port(portion);
    port.source.feed(frame(hello(0)));
    for (int i = 1; i < 50; ++i) port.source.feed(frame(request(i, "ping")));
    port.start();
    CHECK(port.finish() == wire::kExitDone);
    const auto messages = port.sink.messages();
    REQUIRE(messages.size() == 50);
    for (int i = 0; i < 50; ++i) CHECK(messages[static_cast<std::size_t>(i)].at("re") == i);
    CHECK(messages[0].at("type") == "hello");
    CHECK(messages[1].at("type") == "ping");
  }
}

TEST_CASE("nothing is answered before hello, and hello after that") {
  Served port;
  port.source.feed(frame(request(1, "ping")) + frame(begin(2)) + frame(chunk(3, 0, 0, "abc")) +
                   frame(hello(4)) + frame(request(5, "ping")));
  port.start();
  CHECK(port.finish() == wire::kExitDone);
  const auto messages = port.sink.messages();
  REQUIRE(messages.size() == 5);
  for (std::size_t i = 0; i < 3; ++i) CHECK(code_of(messages[i]) == "bad_request");
  CHECK(messages[3].contains("body"));
  CHECK(messages[4].contains("body"));
  CHECK(port.handler.sink.uploads.empty());
}

TEST_CASE("a broken frame is answered in its place and costs nothing else") {
  Served port;
  port.source.feed(frame(hello(0)) + raw_frame("{not json") + frame(request(2, "no.such")) +
                   raw_frame(R"({"v":1,"id":3,"type":"link.show","body":{}})") + frame(request(4, "ping")));
  port.start();
  CHECK(port.finish() == wire::kExitDone);
  const auto messages = port.sink.messages();
  REQUIRE(messages.size() == 5);
  CHECK(code_of(messages[1]) == "bad_json");
  CHECK_FALSE(messages[1].contains("re"));
  CHECK(code_of(messages[2]) == "unknown_type");
  CHECK(messages[2].at("type") == "no.such");
  CHECK(code_of(messages[3]) == "bad_request");
  CHECK(messages[3].at("re") == 3);
  CHECK(messages[4].at("re") == 4);
}

TEST_CASE("a frame over the limit is answered and the port goes on") {
  Served port;
  port.source.feed(frame(hello(0)) + raw_frame(std::string(protocol::kLimits.frame_in + 1, ' ')) +
                   frame(request(2, "ping")));
  port.start();
  CHECK(port.finish() == wire::kExitDone);
  const auto messages = port.sink.messages();
  REQUIRE(messages.size() == 3);
  CHECK(code_of(messages[1]) == "too_large");
  CHECK_FALSE(messages[1].contains("re"));
  CHECK(messages[2].at("re") == 2);
}

TEST_CASE("a lost stream is told, what was staged is synced, and the exit code says so") {
  Served port;
  port.source.feed(frame(hello(0)) + frame(begin(1)) + frame(chunk(2, 0, 0, "abc")) + "Loading...");
  port.start();
  CHECK(port.wait() == wire::kExitStreamLost);  // without an end of input
  const auto messages = port.sink.messages();
  CHECK(code_of(messages.back().contains("error") ? messages.back() : messages[messages.size() - 2]) ==
        "bad_frame");
  CHECK(port.handler.sink.uploads.at(0).durable == 3);
}

TEST_CASE("the end of input at every byte of a session leaves staged what arrived whole, durable") {
  const std::string first = frame(hello(0)) + frame(begin(1)) + frame(chunk(2, 0, 0, "abc"));
  const std::string whole = first + frame(chunk(3, 0, 3, "defg"));
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    Served port;
    port.source.feed(whole.substr(0, cut));
    port.start();
    REQUIRE(port.finish() == wire::kExitDone);
    const std::size_t expected = cut == whole.size() ? 7 : (cut >= first.size() ? 3 : 0);
    const auto& uploads = port.handler.sink.uploads;
    CHECK((uploads.empty() ? 0 : uploads.at(0).bytes.size()) == expected);
    CHECK((uploads.empty() ? 0 : uploads.at(0).durable) == expected);
  }
}

TEST_CASE("acknowledgements come while the port is silent") {
  Served port;
  port.source.feed(frame(hello(0)) + frame(begin(1)) + frame(chunk(2, 0, 0, "abc")));
  port.start();
  const auto messages = port.sink.wait_for(4);  // hello, begin, received, durable: nothing more is sent to it
  CHECK(messages[2].at("event") == "capture.ack");
  CHECK(messages[2].at("body").at("uploads")[0].at("received") == 3);
  CHECK(messages[3].at("body").at("uploads")[0].at("durable") == 3);
  CHECK(port.finish() == wire::kExitDone);
}

TEST_CASE("a chunk that differs from its checksum is an event, and an unknown capture's id is a response") {
  Served port;
  Json broken = chunk(2, 0, 0, "abc");
  broken["body"]["crc32c"] = "00000000";
  Json nameless = broken;
  nameless["body"]["capture"] = "nobody";
  port.source.feed(frame(hello(0)) + frame(begin(1)) + frame(broken) + frame(nameless));
  port.start();
  CHECK(port.finish() == wire::kExitDone);
  const auto messages = port.sink.messages();
  REQUIRE(messages.size() == 4);
  CHECK(messages[2].at("event") == "capture.failed");
  CHECK(code_of(messages[2].at("body")) == "checksum_mismatch");
  CHECK(messages[3].at("re") == 2);
  CHECK(code_of(messages[3]) == "bad_request");
}

TEST_CASE("when the other side stops reading, the port ends and what arrived is kept") {
  Served port;
  port.source.feed(frame(hello(0)) + frame(begin(1)));
  port.start();
  port.sink.wait_for(2);
  port.sink.close();
  port.source.feed(frame(chunk(2, 0, 0, "abc")) + frame(request(3, "ping")));
  CHECK(port.wait() == wire::kExitDone);  // without an end of input
  CHECK(port.handler.sink.uploads.at(0).durable == 3);
}

TEST_CASE("an exception in a handler costs its request and nothing else") {
  Served port;
  port.handler.on_request = [](const protocol::RequestBody& body) -> Result<protocol::ResponseBody> {
    if (std::holds_alternative<protocol::LibraryStats>(body)) throw std::runtime_error("a bug");
    return protocol::Pong{};
  };
  port.source.feed(frame(hello(0)) + frame(request(1, "library.stats")) + frame(request(2, "ping")));
  port.start();
  CHECK(port.finish() == wire::kExitDone);
  const auto messages = port.sink.messages();
  CHECK(code_of(messages[1]) == "internal");
  CHECK(messages[2].contains("body"));
}

TEST_CASE("a request that does not end is abandoned after the grace, a capture's is waited for") {
  std::promise<void> release;
  auto released = release.get_future().share();
  std::promise<void> entered;
  Served port;
  port.handler.on_request = [&](const protocol::RequestBody&) -> Result<protocol::ResponseBody> {
    entered.set_value();
    released.wait();
    return protocol::Pong{};
  };
  port.options.grace = std::chrono::milliseconds(1);
  port.options.capture_grace = std::chrono::hours(1);
  int abandoned_with = -1;
  port.options.abandon = [&](int code) {
    abandoned_with = code;
    release.set_value();
  };
  port.source.feed(frame(hello(0)) + frame(begin(1)) + frame(request(2, "library.verify")) +
                   frame(chunk(3, 0, 0, "abc")) + frame(request(4, "ping")));
  port.start();
  entered.get_future().wait();
  CHECK(port.finish() == wire::kExitDone);
  CHECK(abandoned_with == wire::kExitDone);
  CHECK(port.handler.sink.uploads.at(0).durable == 3);  // captures are finished even then
}

TEST_CASE("a hello that takes long is waited for when a capture stands behind it") {
  // Opening a library on a slow disk may take longer than the grace; what arrived behind it must become
  // durable.
  Served port;
  std::promise<void> entered;
  std::promise<void> abandoned;
  auto given_up = abandoned.get_future().share();
  port.handler.on_hello = [&] {
    entered.set_value();
    given_up.wait_for(std::chrono::milliseconds(200));  // well past the grace, unless it is given up at once
  };
  port.options.grace = std::chrono::milliseconds(1);
  port.options.capture_grace = std::chrono::hours(1);
  bool was_abandoned = false;
  port.options.abandon = [&](int) {
    was_abandoned = true;
    abandoned.set_value();
  };
  port.source.feed(frame(hello(0)) + frame(begin(1)) + frame(chunk(2, 0, 0, "abc")));
  port.start();
  entered.get_future().wait();
  CHECK(port.finish() == wire::kExitDone);
  CHECK_FALSE(was_abandoned);
  CHECK(port.handler.sink.uploads.at(0).durable == 3);
}

TEST_CASE("however much is sent, no more than the queue's bytes wait") {
  std::promise<void> release;
  auto released = release.get_future().share();
  Served port;
  port.options.queue_bytes = 2U << 20;
  port.handler.on_request = [&](const protocol::RequestBody&) -> Result<protocol::ResponseBody> {
    released.wait();
    return protocol::Pong{};
  };
  port.source.feed(frame(hello(0)) + frame(begin(1)) + frame(request(2, "ping")));
  const std::string bytes(protocol::kLimits.chunk, 'x');
  std::uint64_t offset = 0;
  for (int i = 0; i < 64; ++i, offset += bytes.size()) port.source.feed(frame(chunk(3, 0, offset, bytes)));
  port.start();
  release.set_value();
  CHECK(port.finish() == wire::kExitDone);
  CHECK(port.handler.sink.uploads.at(0).bytes.size() == offset);
}

}  // namespace keepleaf::test
