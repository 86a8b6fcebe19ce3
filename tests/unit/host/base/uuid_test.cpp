// UUIDs: their forms, their order, and what is refused.
#include "base/uuid.h"

#include <thread>
#include <unordered_set>
#include <vector>

#include "support/catch.h"

using namespace keepleaf;

namespace {

int version(const Uuid& uuid) { return uuid.bytes[6] >> 4; }
int variant(const Uuid& uuid) { return uuid.bytes[8] >> 6; }

}  // namespace

TEST_CASE("a UUID is written as 36 lower-case characters and read back") {
  const std::string text = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";  // RFC 9562 appendix A.6
  const auto uuid = Uuid::parse(text);
  REQUIRE(uuid);
  CHECK(uuid->str() == text);
  CHECK(version(*uuid) == 7);
  CHECK(uuid->bytes[0] == 0x01);
  CHECK(uuid->bytes[15] == 0x8f);
  CHECK(Uuid{}.str() == "00000000-0000-0000-0000-000000000000");
}

TEST_CASE("what is no UUID in that form is refused, so that one may be a file name") {
  for (const std::string_view text :
       {"", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "017f22e279b07cc398c4dc0c0c07398f",
        "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e2079b0-7cc3-98c4-dc0c0c07398f", "../../../../../../../../etc/passwd0",
        "017f22e2-79b0-7cc3-98c4-dc0c0c0/../x", "017f22e2-79b0-7cc3-98c4-dc0c0c07398 ",
        "-17f22e2-79b0-7cc3-98c4-dc0c0c07398f"}) {
    INFO(text);
    CHECK_FALSE(Uuid::parse(text));
  }
}

TEST_CASE("a UUID is read from exactly 16 bytes") {
  CHECK(Uuid::from_bytes(Bytes(16, 7))->bytes[3] == 7);
  CHECK_FALSE(Uuid::from_bytes(Bytes(15)));
  CHECK_FALSE(Uuid::from_bytes(Bytes(17)));
}

TEST_CASE("a version 7 UUID carries its time") {
  const Uuid uuid = Uuid::v7(0x7FFF'1234'5678);  // later than any other in this process
  CHECK(uuid.str().starts_with("7fff1234-5678-7"));
  CHECK(version(uuid) == 7);
  CHECK(variant(uuid) == 2);
}

TEST_CASE("version 7 UUIDs of one process ascend, within a millisecond and when the clock is set back") {
  Uuid last = Uuid::v7(0x7FFF'2000'0000);
  for (int i = 0; i < 20'000; ++i) {  // more than the 12 bits of the counter hold
    const Uuid next = Uuid::v7(0x7FFF'2000'0000 - (i % 3));
    REQUIRE(last < next);
    CHECK(version(next) == 7);
    CHECK(variant(next) == 2);
    last = next;
  }
}

TEST_CASE("version 7 UUIDs made by several threads differ") {
  std::vector<std::vector<Uuid>> made(4);
  {
    std::vector<std::jthread> threads;
    for (auto& own : made)
      threads.emplace_back([&own] {
        for (int i = 0; i < 2000; ++i) own.push_back(Uuid::v7(1));
      });
  }
  std::unordered_set<Uuid> all;
  for (const auto& own : made) all.insert(own.begin(), own.end());
  CHECK(all.size() == 8000);
}

TEST_CASE("a version 8 UUID is the front of the digest with version and variant set") {
  const Sha256Digest digest = sha256(as_bytes("abc"));  // ba7816bf8f01cfea414140de5dae2223…
  CHECK(Uuid::v8(digest).str() == "ba7816bf-8f01-8fea-8141-40de5dae2223");
  CHECK(Uuid::v8(digest) == Uuid::v8(digest));
  CHECK(Uuid::v8(digest) != Uuid::v8(sha256(as_bytes("abd"))));
}
