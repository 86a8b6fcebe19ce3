#include "store/compression.h"

#include "fixture.h"

using namespace keepleaf;
using namespace keepleaf::store;
using namespace keepleaf::test;

namespace {
Bytes pack(Compressor& compressor, BytesView raw) {
  const BytesView frame = compressor.frame(raw);
  return {frame.begin(), frame.end()};
}
}  // namespace

TEST_CASE("what was packed unpacks to the same bytes, whatever their size") {
  Compressor compressor;
  for (const std::size_t size : {0U, 1U, 2U, 127U, 128U << 10U, 1U << 20U, 2U << 20U}) {
    const Bytes raw = prose(size, static_cast<std::uint32_t>(size));
    const Bytes packed = pack(compressor, raw);
    CHECK(must(decompress(packed, raw.size())) == raw);
    const auto frame = frame_size(packed);
    REQUIRE(frame);
    CHECK(frame->stored == packed.size());
    CHECK(frame->raw == raw.size());
  }
}

TEST_CASE("frames one after another are one stream") {
  Compressor compressor;
  const Bytes raw = prose(5000, 1);
  Bytes packed = pack(compressor, BytesView(raw).first(1234));
  const Bytes rest = pack(compressor, BytesView(raw).subspan(1234));
  packed.insert(packed.end(), rest.begin(), rest.end());
  CHECK(must(decompress(packed, raw.size())) == raw);

  SECTION("also when they arrive byte by byte") {
    Decompressor decompressor;
    must(decompressor.begin());
    Bytes out;
    for (const std::uint8_t byte : packed) {
      must(decompressor.feed({&byte, 1}, [&](BytesView piece) -> Status {
        out.insert(out.end(), piece.begin(), piece.end());
        return {};
      }));
    }
    CHECK(decompressor.at_frame_end());
    CHECK(out == raw);
  }
}

TEST_CASE("packed bytes that were cut off anywhere are not taken for whole") {
  Compressor compressor;
  const Bytes raw = prose(600, 2);
  const Bytes packed = pack(compressor, raw);
  for (std::size_t size = 0; size < packed.size(); ++size) {
    CHECK_FALSE(decompress(BytesView(packed).first(size), raw.size()).has_value());
    CHECK_FALSE(frame_size(BytesView(packed).first(size)).has_value());
  }
}

TEST_CASE("a changed bit in packed bytes is found, wherever it is") {
  Compressor compressor;
  const Bytes raw = prose(400, 3);
  const Bytes packed = pack(compressor, raw);
  std::size_t found = 0;
  for (std::size_t bit = 0; bit < packed.size() * 8; ++bit) {
    Bytes damaged = packed;
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << (bit % 8)));
    const auto read = decompress(damaged, raw.size());
    // A bit that changes nothing of the content (an unused one of the header) may pass; changed content may
    // not.
    if (!read) ++found;
    if (read) CHECK(*read == raw);
  }
  CHECK(found > packed.size() * 7);
}

TEST_CASE("more or fewer bytes than recorded are refused") {
  Compressor compressor;
  const Bytes packed = pack(compressor, prose(1000, 4));
  CHECK(code_of(decompress(packed, 999)) == ErrorCode::corrupt);
  CHECK(code_of(decompress(packed, 1001)) == ErrorCode::corrupt);
  CHECK(code_of(decompress(as_bytes("this is no frame at all"), 10)) == ErrorCode::corrupt);
}
