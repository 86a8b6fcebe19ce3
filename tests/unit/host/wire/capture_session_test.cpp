#include "wire/capture_session.h"

#include "fakes.h"
#include "protocol/codec.h"
#include "support/catch.h"

namespace keepleaf::test {
namespace {

using namespace std::chrono_literals;
using protocol::CaptureAck;
using protocol::CaptureFailed;
using wire::CaptureSession;

struct Port {
  FakeHandler handler;
  std::vector<protocol::Event> events;
  CaptureSession session{handler, [this](const protocol::Event& event) { events.push_back(event); }};
  CaptureSession::TimePoint now{};

  Port() { begin(); }
  void begin() { REQUIRE(session.handle(protocol::CaptureBegin{kCapture, "https://a.example/", 0})); }
  void chunk(std::uint64_t offset, std::size_t bytes, std::uint32_t upload = 0) {
    session.chunk({kCapture, upload, offset, Bytes(bytes, 'x')}, now);
  }
  const CaptureAck& ack(std::size_t i) const { return std::get<CaptureAck>(events.at(i)); }
  const CaptureFailed& failed(std::size_t i) const { return std::get<CaptureFailed>(events.at(i)); }
};

constexpr std::size_t kChunk = protocol::kLimits.chunk;

}  // namespace

TEST_CASE("bytes are acknowledged after 50 milliseconds, once") {
  Port port;
  CHECK_FALSE(port.session.next_deadline().has_value());
  port.chunk(0, 10);
  port.now += 20ms;
  port.chunk(10, 5);
  REQUIRE(port.session.next_deadline().has_value());
  CHECK(*port.session.next_deadline() == CaptureSession::TimePoint{} + wire::kAckTime);
  port.session.on_time(CaptureSession::TimePoint{} + 49ms);
  CHECK(port.events.empty());
  port.session.on_time(CaptureSession::TimePoint{} + 50ms);
  REQUIRE(port.events.size() == 1);
  CHECK(port.ack(0).uploads.at(0).received == 15);
  CHECK(port.ack(0).uploads.at(0).durable == 0);
  port.session.on_time(CaptureSession::TimePoint{} + 60ms);
  CHECK(port.events.size() == 1);
}

TEST_CASE("bytes are acknowledged after each MiB, without waiting") {
  Port port;
  for (std::size_t i = 0; i < 8; ++i) port.chunk(i * kChunk, kChunk);  // 3 MiB
  REQUIRE(port.events.size() == 2);
  CHECK(port.ack(0).uploads.at(0).received == 3 * kChunk);
  CHECK(port.ack(1).uploads.at(0).received == 6 * kChunk);
}

TEST_CASE("staged bytes are synced after 8 MiB, and when no more come for a quarter of a second") {
  Port port;
  for (std::size_t i = 0; i < 22; ++i) port.chunk(i * kChunk, kChunk);  // 8.25 MiB
  CHECK(port.handler.sink.syncs == 1);
  port.now += 100ms;
  port.chunk(22 * kChunk, kChunk);
  port.session.on_time(port.now + 50ms);
  const auto due = port.session.next_deadline();
  REQUIRE(due.has_value());
  CHECK(*due == port.now + wire::kSyncIdle);
  port.session.on_time(*due - 1ms);
  CHECK(port.handler.sink.syncs == 1);
  port.session.on_time(*due);
  CHECK(port.handler.sink.syncs == 2);
  CHECK(std::get<CaptureAck>(port.events.back()).uploads.at(0).durable == 23 * kChunk);
  CHECK_FALSE(port.session.next_deadline().has_value());
}

TEST_CASE("the end of the port syncs what was staged, and nothing when there is nothing") {
  Port idle;
  idle.session.finish();
  CHECK(idle.handler.sink.syncs == 0);
  Port port;
  port.chunk(0, 10);
  port.session.finish();
  CHECK(port.handler.sink.uploads.at(0).durable == 10);
}

TEST_CASE("a gap is told once, and the sender goes on where it is told to") {
  Port port;
  port.chunk(0, 4);
  port.chunk(8, 4);
  port.chunk(12, 4);
  port.chunk(16, 4);
  REQUIRE(port.events.size() == 1);
  CHECK(port.failed(0).error.code == ErrorCode::gap);
  CHECK(port.failed(0).uploads.at(0).received == 4);
  port.chunk(4, 4);
  port.chunk(8, 4);
  CHECK(port.handler.sink.uploads.at(0).bytes.size() == 12);
  CHECK(port.events.size() == 1);
  port.chunk(40, 4);
  REQUIRE(port.events.size() == 2);  // another gap, told again
}

TEST_CASE(
    "a chunk that was damaged on the way is asked for again, and the others of its upload are ignored") {
  Port port;
  port.chunk(0, 4);
  port.session.broken_chunk(kCapture, 0, Error{ErrorCode::checksum_mismatch, "differs"});
  port.chunk(8, 4);
  port.chunk(0, 7, 1);  // another upload goes on
  REQUIRE(port.events.size() == 1);
  CHECK(port.failed(0).error.code == ErrorCode::checksum_mismatch);
  CHECK(port.failed(0).uploads.at(0).received == 4);
  CHECK(port.handler.sink.uploads.at(0).bytes.size() == 4);
  CHECK(port.handler.sink.uploads.at(1).bytes.size() == 7);
  port.chunk(4, 4);
  CHECK(port.handler.sink.uploads.at(0).bytes.size() == 8);
}

TEST_CASE("a full disk is told once for all uploads, until the capture begins again") {
  Port port;
  port.handler.sink.fail_writes = Error{ErrorCode::no_space, "the disk is full"};
  port.chunk(0, 4, 0);
  port.chunk(4, 4, 0);
  port.chunk(0, 4, 1);
  REQUIRE(port.events.size() == 1);
  CHECK(port.failed(0).error.code == ErrorCode::no_space);
  port.handler.sink.fail_writes.reset();
  port.chunk(0, 4, 0);  // ignored: the sender has to begin again
  CHECK(port.handler.sink.uploads.empty());
  port.begin();
  port.chunk(0, 4, 0);
  CHECK(port.handler.sink.uploads.at(0).bytes.size() == 4);
}

TEST_CASE("a sync that fails is told, and nothing is called durable") {
  Port port;
  port.handler.sink.fail_syncs = Error{ErrorCode::io, "the disk is gone"};
  port.chunk(0, 4);
  port.session.on_time(port.now + 1s);
  REQUIRE(port.events.size() == 2);
  CHECK(port.failed(0).error.code == ErrorCode::io);
  CHECK(port.ack(1).uploads.at(0).durable == 0);
}

TEST_CASE("chunks of a capture that was aborted or committed are ignored without a word") {
  Port aborted;
  REQUIRE(aborted.session.handle(protocol::CaptureAbort{kCapture}));
  aborted.chunk(0, 4);
  aborted.session.broken_chunk(kCapture, 0, Error{ErrorCode::checksum_mismatch, "differs"});
  aborted.session.on_time(aborted.now + 1s);
  CHECK(aborted.events.empty());
  CHECK(aborted.handler.sink.uploads.empty());

  Port committed;
  committed.chunk(0, 4);
  REQUIRE(committed.session.handle(protocol::CaptureCommit{kCapture, {}, 1}));
  committed.chunk(4, 4);
  committed.session.on_time(committed.now + 1s);
  CHECK(committed.events.empty());
}

TEST_CASE("a chunk of a capture that was never begun is not_found, once") {
  Port port;
  port.session.chunk({kOtherCapture, 0, 0, Bytes(4)}, port.now);
  port.session.chunk({kOtherCapture, 0, 4, Bytes(4)}, port.now);
  port.session.chunk({kOtherCapture, 1, 0, Bytes(4)}, port.now);
  REQUIRE(port.events.size() == 1);
  CHECK(port.failed(0).error.code == ErrorCode::not_found);
  CHECK(port.failed(0).capture == kOtherCapture);
}

TEST_CASE("interleaved captures are acknowledged each for itself") {
  Port port;
  REQUIRE(port.session.handle(protocol::CaptureBegin{kOtherCapture, "https://b.example/", 0}));
  port.chunk(0, 4);
  port.session.chunk({kOtherCapture, 5, 0, Bytes(9)}, port.now);
  port.session.on_time(port.now + wire::kAckTime);
  REQUIRE(port.events.size() == 2);
  CHECK(port.ack(0).capture == kCapture);
  CHECK(port.ack(0).uploads.size() == 1);
  CHECK(port.ack(1).capture == kOtherCapture);
  CHECK(port.ack(1).uploads.at(0).upload == 5);
}

TEST_CASE("an upload that was emptied for its digest begins at zero again") {
  Port port;
  port.chunk(0, 4);
  CHECK_FALSE(port.session.handle(protocol::CaptureEndUpload{kCapture, 0, 99, std::nullopt}));
  port.chunk(0, 4);
  CHECK(port.handler.sink.uploads.at(0).bytes.size() == 4);
  CHECK(port.session.handle(protocol::CaptureEndUpload{kCapture, 0, 4, std::nullopt}));
}

TEST_CASE("of very many staged uploads the largest are told, within the reply's limit") {
  Port port;
  for (std::uint32_t i = 0; i < 5000; ++i) port.handler.sink.uploads[i].bytes = std::string(i % 100, 'x');
  for (auto& [number, upload] : port.handler.sink.uploads) upload.complete = true;
  const auto reply = port.session.handle(protocol::CaptureBegin{kCapture, "https://a.example/", 0});
  REQUIRE(reply);
  const auto& uploads = std::get<protocol::CaptureBeginReply>(*reply).outcome.uploads;
  CHECK(uploads.size() == 1500);
  for (const auto& upload : uploads) CHECK(upload.received >= 70);
  CHECK(protocol::encode(protocol::Response{1, "capture.begin", *reply}).find("\"error\"") ==
        std::string::npos);
}

TEST_CASE("every request of a capture gets the error of a library that could not be opened") {
  FakeHandler handler;
  handler.cannot_open = Error{ErrorCode::newer_format, "from a newer Keepleaf"};
  std::vector<protocol::Event> events;
  CaptureSession session(handler, [&](const protocol::Event& event) { events.push_back(event); });
  const auto begun = session.handle(protocol::CaptureBegin{kCapture, "https://a.example/", 0});
  REQUIRE_FALSE(begun);
  CHECK(begun.error().code == ErrorCode::newer_format);
  session.chunk({kCapture, 0, 0, Bytes(4)}, {});
  REQUIRE(events.size() == 1);
  CHECK(std::get<CaptureFailed>(events[0]).error.code == ErrorCode::newer_format);
}

}  // namespace keepleaf::test
