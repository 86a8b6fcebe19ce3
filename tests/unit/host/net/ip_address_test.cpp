#include "net/ip_address.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "support/catch.h"

using keepleaf::net::IpAddress;
using keepleaf::net::is_public;

namespace {
bool public_text(const std::string& text) {
  const auto address = IpAddress::parse(text);
  REQUIRE(address);
  return is_public(*address);
}
}  // namespace

TEST_CASE("addresses of the public internet are public") {
  for (const char* text : {"1.1.1.1",
                           "8.8.8.8",
                           "9.255.255.255",
                           "11.0.0.0",
                           "100.63.255.255",
                           "100.128.0.0",
                           "126.255.255.255",
                           "128.0.0.1",
                           "169.253.255.255",
                           "169.255.0.0",
                           "172.15.255.255",
                           "172.32.0.0",
                           "192.0.1.1",
                           "192.167.255.255",
                           "192.169.0.0",
                           "198.17.255.255",
                           "198.20.0.0",
                           "223.255.255.255",
                           "2606:4700::1111",
                           "2a00:1450:4001:800::200e",
                           "2001:4860:4860::8888",
                           "2001:200::1",
                           "64:ff9b::808:808",
                           "::ffff:8.8.8.8"}) {
    CAPTURE(text);
    CHECK(public_text(text));
  }
}

TEST_CASE("addresses that are private, local, reserved or not unicast are not public") {
  for (const char* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "10.255.255.255",
                           "100.64.0.0",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.254",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.0.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.7",
                           "203.0.113.9",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::7f00:1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.1.2.3",
                           "::ffff:169.254.169.254",
                           "64:ff9b::7f00:1",
                           "64:ff9b::a00:1",
                           "64:ff9b:1::1",
                           "100::1",
                           "2001::1",
                           "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                           "2001:10::1",
                           "2001:20::1",
                           "2001:db8::1",
                           "2002:7f00:1::",
                           "2002:808:808::1",
                           "3fff::1",
                           "5f00::1",
                           "fc00::1",
                           "fd12:3456:789a::1",
                           "fe80::1",
                           "febf::1",
                           "fec0::1",
                           "ff02::1",
                           "ff0e::1",
                           "4000::1",
                           "e000::1"}) {
    CAPTURE(text);
    CHECK_FALSE(public_text(text));
  }
}

TEST_CASE("an address is written as it is usually read") {
  CHECK(IpAddress::parse("127.0.0.1")->str() == "127.0.0.1");
  CHECK(IpAddress::parse("::ffff:127.0.0.1")->str() == "127.0.0.1");
  CHECK(IpAddress::parse("2001:DB8:0:0::1")->str() == "2001:db8::1");
}

TEST_CASE("what is not an address is not read as one") {
  for (const char* text :
       {"", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "0x7f.1", "[::1]", "fe80::1%eth0", " 1.2.3.4"}) {
    CAPTURE(text);
    CHECK_FALSE(IpAddress::parse(text));
  }
}

TEST_CASE("a socket address of another family has no IP address") {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  CHECK_FALSE(IpAddress::from_sockaddr(reinterpret_cast<const sockaddr&>(local)));
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(IpAddress::from_sockaddr(reinterpret_cast<const sockaddr&>(v4))->str() == "127.0.0.1");
}
