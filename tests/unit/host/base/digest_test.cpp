// SHA-256 against FIPS 180-4's examples, CRC-32C against RFC 3720's.
#include "base/digest.h"

#include <unordered_set>
#include <vector>

#include "support/catch.h"

using namespace keepleaf;

TEST_CASE("SHA-256 gives the published digests") {
  CHECK(sha256(as_bytes("")).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256(as_bytes("abc")).hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).hex() ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256(as_bytes(std::string(1'000'000, 'a'))).hex() ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 does not depend on how the bytes arrive") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>(i * 7);
  for (const std::size_t step : {1U, 3U, 63U, 64U, 65U, 999U}) {
    Sha256 hash;
    for (std::size_t at = 0; at < text.size(); at += step)
      hash.update(std::string_view(text).substr(at, step));
    CHECK(hash.finish() == sha256(as_bytes(text)));
  }
}

TEST_CASE("a SHA-256 that was moved goes on") {
  Sha256 first;
  first.update("a");
  Sha256 second(std::move(first));
  second.update("bc");
  CHECK(second.finish() == sha256(as_bytes("abc")));
}

TEST_CASE("a digest is read from 64 lower-case digits and nothing else") {
  const Sha256Digest digest = sha256(as_bytes("abc"));
  CHECK(Sha256Digest::from_hex(digest.hex()) == digest);
  std::string upper = digest.hex();
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  CHECK_FALSE(Sha256Digest::from_hex(upper));
  CHECK_FALSE(Sha256Digest::from_hex(""));
  CHECK_FALSE(Sha256Digest::from_hex(digest.hex().substr(1)));
  CHECK_FALSE(Sha256Digest::from_hex(digest.hex() + "0"));
  CHECK_FALSE(Sha256Digest::from_hex(std::string(63, '0') + "/"));
}

TEST_CASE("a digest is read from exactly 32 bytes") {
  const Sha256Digest digest = sha256(as_bytes("abc"));
  CHECK(Sha256Digest::from_bytes(digest.view()) == digest);
  CHECK_FALSE(Sha256Digest::from_bytes(digest.view().first(31)));
  CHECK_FALSE(Sha256Digest::from_bytes(Bytes(33)));
  CHECK_FALSE(Sha256Digest::from_bytes({}));
}

TEST_CASE("digests can be keys") {
  std::unordered_set<Sha256Digest> set = {sha256(as_bytes("a")), sha256(as_bytes("b")),
                                          sha256(as_bytes("a"))};
  CHECK(set.size() == 2);
  CHECK(set.contains(sha256(as_bytes("b"))));
}

TEST_CASE("CRC-32C gives the values of RFC 3720 appendix B.4") {
  Bytes ascending(32);
  Bytes descending(32);
  for (std::uint8_t i = 0; i < 32; ++i) {
    ascending[i] = i;
    descending[i] = static_cast<std::uint8_t>(31 - i);
  }
  CHECK(crc32c(Bytes(32, 0x00)) == 0x8A9136AAU);
  CHECK(crc32c(Bytes(32, 0xFF)) == 0x62A8AB43U);
  CHECK(crc32c(ascending) == 0x46DD794EU);
  CHECK(crc32c(descending) == 0x113FDB5CU);
  CHECK(crc32c(as_bytes("123456789")) == 0xE3069283U);
  CHECK(crc32c({}) == 0U);
}

TEST_CASE("CRC-32C continues from any place, aligned or not") {
  Bytes bytes(1000);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 31);
  const std::uint32_t whole = crc32c(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); cut += 7) {
    const BytesView view(bytes);
    CHECK(crc32c(view.subspan(cut), crc32c(view.first(cut))) == whole);
  }
}

TEST_CASE("CRC-32C sees every flipped bit of a chunk") {
  Bytes bytes(64, 0x5A);
  const std::uint32_t whole = crc32c(bytes);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << (bit % 8)));
    CHECK(crc32c(bytes) != whole);
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << (bit % 8)));
  }
}
