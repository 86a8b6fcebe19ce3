#include "net/address_policy.h"

#include "support/catch.h"

using namespace keepleaf;
using net::AddressPolicy;

namespace {
const net::IpAddress kLoopback = *net::IpAddress::parse("127.0.0.1");
const net::IpAddress kPublic = *net::IpAddress::parse("9.9.9.9");
}  // namespace

TEST_CASE("without anything allowed, public addresses alone may be connected to") {
  const AddressPolicy policy;
  CHECK(policy.allows("example.org", 443, kPublic));
  CHECK_FALSE(policy.allows("example.org", 443, kLoopback));
  CHECK_FALSE(policy.allows("localhost", 80, kLoopback));
}

TEST_CASE("an allowed host with a port is allowed at that port alone") {
  const auto policy = AddressPolicy::allowing({"127.0.0.1:8080"});
  REQUIRE(policy);
  CHECK(policy->allows("127.0.0.1", 8080, kLoopback));
  CHECK_FALSE(policy->allows("127.0.0.1", 8081, kLoopback));
  CHECK_FALSE(policy->allows("localhost", 8080, kLoopback));
  CHECK(policy->allows("example.org", 443, kPublic));
}

TEST_CASE("an allowed host without a port is allowed at every port") {
  const auto policy = AddressPolicy::allowing({"Wiki.Home"});
  REQUIRE(policy);
  CHECK(policy->allows("wiki.home", 80, kLoopback));
  CHECK(policy->allows("wiki.home", 9000, kLoopback));
  CHECK_FALSE(policy->allows("sub.wiki.home", 80, kLoopback));
  CHECK_FALSE(policy->allows("wiki.home.example.org", 80, kLoopback));
}

TEST_CASE("IPv6 addresses are allowed with and without brackets") {
  const auto loopback = *net::IpAddress::parse("::1");
  const auto policy = AddressPolicy::allowing({"[::1]:8080", "fd00::2"});
  REQUIRE(policy);
  CHECK(policy->allows("::1", 8080, loopback));
  CHECK_FALSE(policy->allows("::1", 8081, loopback));
  CHECK(policy->allows("fd00::2", 5, *net::IpAddress::parse("fd00::2")));
}

TEST_CASE("what is not exactly a host is refused and named") {
  for (const char* entry :
       {"", "http://127.0.0.1", "127.0.0.1/8", "*.home", "user@host", "host:", "host:0", "host:65536",
        "host:http", "a b", "::1]:80", "[::1", "host?x", "host#x", "a\nb"}) {
    CAPTURE(entry);
    const auto policy = AddressPolicy::allowing({"fine.example", entry});
    REQUIRE_FALSE(policy);
    CHECK(policy.error().code == ErrorCode::bad_request);
    CHECK(policy.error().message.find(entry) != std::string::npos);
  }
}
