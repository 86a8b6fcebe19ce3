// Which IP addresses are public: what a page on the internet may make us connect to. Sources: the IANA
// special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its successors), RFC 6052 (NAT64), RFC
// 4291.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

struct sockaddr;

namespace keepleaf::net {

// An IPv4 address is held as its IPv4-mapped IPv6 form (::ffff:a.b.c.d), so that one address has one form.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  bool operator==(const IpAddress&) const = default;
  bool is_v4() const;
  std::string str() const;

  // "192.0.2.1", "2001:db8::1"; no brackets, no zone. Nothing for anything else.
  static std::optional<IpAddress> parse(const std::string& text);
  // Nothing for a family other than AF_INET and AF_INET6.
  static std::optional<IpAddress> from_sockaddr(const ::sockaddr& address);
};

// True only for addresses that are globally reachable unicast. An address that carries an IPv4 address on to
// a translator (NAT64) is judged by that address. Whatever is not known to be public is not.
bool is_public(const IpAddress& address);

}  // namespace keepleaf::net
