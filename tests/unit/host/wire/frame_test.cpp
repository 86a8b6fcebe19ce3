#include "wire/frame.h"

#include "fakes.h"
#include "support/catch.h"

namespace keepleaf::test {
namespace {

constexpr std::size_t kPadding = 64;

std::string head(std::uint32_t length) {
  std::string out(4, '\0');
  std::memcpy(out.data(), &length, 4);
  return out;
}

}  // namespace

TEST_CASE("frames are read whole, in whatever portions they come") {
  for (const std::size_t portion : {1U, 2U, 3U, 5U, 64U, 100000U}) {
    FedSource source(portion);
    source.feed(raw_frame("one") + raw_frame(std::string(70000, 'x')) + raw_frame("3"));
    source.end();
    wire::FrameReader reader(source, kPadding);
    for (const std::string& expected : {std::string("one"), std::string(70000, 'x'), std::string("3")}) {
      const auto read = reader.next();
      REQUIRE(read);
      REQUIRE(read->kind == wire::FrameKind::message);
      CHECK(std::string_view(read->text, read->length) == expected);
      std::memset(read->text + read->length, 0, kPadding);  // must be there to be written to
    }
    CHECK(reader.next()->kind == wire::FrameKind::end);
  }
}

TEST_CASE("frames without bytes are ignored, as Firefox sends them for nothing") {
  FedSource source;
  source.feed(head(0) + head(0) + raw_frame("x") + head(0));
  source.end();
  wire::FrameReader reader(source, kPadding);
  CHECK(reader.next()->length == 1);
  CHECK(reader.next()->kind == wire::FrameKind::end);
}

TEST_CASE("the end of input is a normal end at every byte of a frame") {
  const std::string whole = raw_frame("hello");
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    FedSource source;
    source.feed(whole.substr(0, cut));
    source.end();
    const auto read = wire::FrameReader(source, kPadding).next();
    REQUIRE(read);
    CHECK(read->kind == wire::FrameKind::end);
  }
}

TEST_CASE("a frame at the limit is read, one byte more is skipped and what follows is read") {
  FedSource source;
  source.feed(raw_frame(std::string(100, 'a')) + raw_frame(std::string(101, 'b')) + raw_frame("c"));
  source.end();
  wire::FrameReader reader(source, kPadding, 100);
  CHECK(reader.next()->length == 100);
  const auto large = reader.next();
  CHECK(large->kind == wire::FrameKind::too_large);
  CHECK(large->length == 101);
  CHECK(std::string_view(reader.next()->text, 1) == "c");
}

TEST_CASE("a skipped frame that never ends is a normal end") {
  FedSource source;
  source.feed(head(200) + std::string(150, 'b'));
  source.end();
  CHECK(wire::FrameReader(source, kPadding, 100).next()->kind == wire::FrameKind::end);
}

TEST_CASE("a length that no browser sends loses the stream, one below it does not") {
  FedSource source;
  source.feed(head(wire::kStreamLost + 1));
  CHECK(wire::FrameReader(source, kPadding).next()->kind == wire::FrameKind::lost);
  FedSource text;
  text.feed("Loading configuration...\n");  // what a wrapper script might print: its letters are a length
  CHECK(wire::FrameReader(text, kPadding).next()->kind == wire::FrameKind::lost);
  FedSource largest;
  largest.feed(head(wire::kStreamLost));
  largest.end();
  CHECK(wire::FrameReader(largest, kPadding).next()->kind == wire::FrameKind::end);
}

TEST_CASE("an interrupt ends the reading in the middle of a frame") {
  FedSource source;
  source.feed(head(50) + "half");
  source.interrupt();
  CHECK(wire::FrameReader(source, kPadding).next()->kind == wire::FrameKind::end);
}

TEST_CASE("a frame over the reply limit is never written") {
  KeptSink sink;
  wire::FrameWriter writer(sink);
  const std::string text = "\"" + std::string(protocol::kLimits.reply - 2, 'x') + "\"";
  CHECK(writer.write(text));
  const auto refused = writer.write(text + " ");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::internal);
  CHECK(sink.messages().size() == 1);
}

}  // namespace keepleaf::test
