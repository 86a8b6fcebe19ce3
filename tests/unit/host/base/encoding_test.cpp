// Hexadecimal and base64: what is written is read back, and nothing else is read.
#include <array>
#include <cctype>

#include "base/base64.h"
#include "base/hex.h"
#include "support/catch.h"
#include "support/samples.h"

using namespace keepleaf;
using keepleaf::test::bytes_of;

TEST_CASE("hexadecimal writes two lower-case digits a byte and reads them back") {
  Bytes all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
  const std::string text = to_hex(all);
  CHECK(text.size() == 512);
  CHECK(text.starts_with("000102"));
  CHECK(text.ends_with("fdfeff"));
  Bytes back(256);
  REQUIRE(from_hex(text, back));
  CHECK(back == all);
  CHECK(to_hex({}).empty());
}

TEST_CASE("hexadecimal refuses other lengths and other characters") {
  std::array<std::uint8_t, 2> out{};
  CHECK(from_hex("00ff", out));
  for (const std::string_view text :
       {"", "0", "00f", "00fff", "00FF", "00fg", "0x0f", " 0ff", "00f ", "00f\xff"}) {
    INFO(text);
    CHECK_FALSE(from_hex(text, out));
  }
}

TEST_CASE("base64 gives the examples of RFC 4648 section 10") {
  const std::array<std::pair<std::string_view, std::string_view>, 7> cases = {{{"", ""},
                                                                               {"f", "Zg=="},
                                                                               {"fo", "Zm8="},
                                                                               {"foo", "Zm9v"},
                                                                               {"foob", "Zm9vYg=="},
                                                                               {"fooba", "Zm9vYmE="},
                                                                               {"foobar", "Zm9vYmFy"}}};
  for (const auto& [plain, encoded] : cases) {
    CHECK(base64_encode(as_bytes(plain)) == encoded);
    Bytes out = {1, 2, 3};
    REQUIRE(base64_decode(encoded, out));
    CHECK(out == bytes_of(plain));
  }
}

TEST_CASE("base64 reads back every length and every byte") {
  Bytes bytes;
  for (std::size_t size = 0; size < 300; ++size) {
    Bytes out;
    const std::string text = base64_encode(bytes);
    CHECK(text.size() == (size + 2) / 3 * 4);
    REQUIRE(base64_decode(text, out));
    CHECK(out == bytes);
    bytes.push_back(static_cast<std::uint8_t>(size * 89 + 13));
  }
}

TEST_CASE("base64 refuses whatever the encoder would not write") {
  for (const std::string_view text : {"Z",    "Zg",      "Zg=",      "Zg===",    "=",
                                      "==",   "===",     "====",     "Zg==Zg==", "Zm8=Zm8=",
                                      "Z===", "Z=g=",    "=Zg=",     "Zh==",  // unused bits
                                      "Zm9=", "Zm9v\n",  "Zm9v\r\n", " Zm9v",    "Zm 9v",
                                      "Zm-v", "Zm_v",    "Zm9*",     "Zm9\xff",  "\xff\xff\xff\xff",
                                      "Zg=A", "Zm9v===="}) {
    INFO(text);
    Bytes out;
    CHECK_FALSE(base64_decode(text, out));
  }
  CHECK_FALSE(base64_decode(std::string_view("Zm\0v", 4), *std::make_unique<Bytes>()));
}

TEST_CASE("base64 refuses one wrong character wherever it stands") {
  const std::string good = base64_encode(Bytes(48, 0xA5));
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char wrong : {'=', '!', '\0', '\x80', ' '}) {
      std::string bad = good;
      bad[at] = wrong;
      Bytes out;
      if (wrong == '=' && at == good.size() - 1)
        continue;  // padding, if the bits before it are zero; tested above
      CHECK_FALSE(base64_decode(bad, out));
    }
  }
}

TEST_CASE("decoding again keeps the buffer") {
  Bytes out;
  REQUIRE(base64_decode(base64_encode(Bytes(3000)), out));
  const std::uint8_t* before = out.data();
  REQUIRE(base64_decode("Zm9v", out));
  CHECK(out.data() == before);
  CHECK(out.size() == 3);
}
