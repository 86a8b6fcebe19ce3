#include "net/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace keepleaf::net {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::array<std::uint8_t, 12> kNat64 = {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

struct V4Range {
  std::uint32_t network;
  unsigned bits;
};
constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return (a << 24) | (b << 16) | (c << 8) | d;
}
constexpr std::array<V4Range, 15> kNotPublicV4 = {{
    {v4(0, 0, 0, 0), 8},        // this network; 0.0.0.0 reaches the machine itself
    {v4(10, 0, 0, 0), 8},       // private
    {v4(100, 64, 0, 0), 10},    // carrier-grade NAT
    {v4(127, 0, 0, 0), 8},      // loopback
    {v4(169, 254, 0, 0), 16},   // link-local; cloud metadata services
    {v4(172, 16, 0, 0), 12},    // private
    {v4(192, 0, 0, 0), 24},     // IETF protocol assignments
    {v4(192, 0, 2, 0), 24},     // documentation
    {v4(192, 88, 99, 0), 24},   // 6to4 relays, deprecated
    {v4(192, 168, 0, 0), 16},   // private
    {v4(198, 18, 0, 0), 15},    // benchmarks
    {v4(198, 51, 100, 0), 24},  // documentation
    {v4(203, 0, 113, 0), 24},   // documentation
    {v4(224, 0, 0, 0), 4},      // multicast
    {v4(240, 0, 0, 0), 4},      // reserved, and the broadcast address
}};

struct V6Range {
  std::array<std::uint8_t, 4> prefix;
  unsigned bits;  // at most 32
};
// Inside 2000::/3, the only block that global unicast addresses are given out from.
constexpr std::array<V6Range, 4> kNotPublicV6 = {{
    {{0x20, 0x01, 0x00, 0x00}, 23},  // IETF protocol assignments: Teredo, ORCHID, benchmarks
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x20, 0x02, 0x00, 0x00}, 16},  // 6to4: carries an IPv4 address to a relay that is nobody's
    {{0x3f, 0xff, 0x00, 0x00}, 20},  // documentation
}};

std::uint32_t big_endian(const std::uint8_t* bytes) { return v4(bytes[0], bytes[1], bytes[2], bytes[3]); }

bool within(std::uint32_t value, std::uint32_t network, unsigned bits) {
  const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
  return (value & mask) == (network & mask);
}

bool is_public_v4(std::uint32_t address) {
  return std::none_of(kNotPublicV4.begin(), kNotPublicV4.end(),
                      [&](const V4Range& range) { return within(address, range.network, range.bits); });
}

bool begins_with(const IpAddress& address, const std::array<std::uint8_t, 12>& prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.bytes.begin());
}

}  // namespace

bool IpAddress::is_v4() const { return begins_with(*this, kMapped); }

std::string IpAddress::str() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_v4())
    inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
  else
    inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return text.data();
}

std::optional<IpAddress> IpAddress::parse(const std::string& text) {
  IpAddress address;
  std::copy(kMapped.begin(), kMapped.end(), address.bytes.begin());
  if (inet_pton(AF_INET, text.c_str(), address.bytes.data() + 12) == 1) return address;
  if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::from_sockaddr(const ::sockaddr& address) {
  IpAddress result;
  if (address.sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    std::copy(kMapped.begin(), kMapped.end(), result.bytes.begin());
    std::memcpy(result.bytes.data() + 12, &in.sin_addr, 4);
    return result;
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address, sizeof in);
    std::memcpy(result.bytes.data(), &in.sin6_addr, 16);
    return result;
  }
  return std::nullopt;
}

bool is_public(const IpAddress& address) {
  if (address.is_v4() || begins_with(address, kNat64))
    return is_public_v4(big_endian(address.bytes.data() + 12));
  const std::uint32_t head = big_endian(address.bytes.data());
  if (!within(head, 0x20000000U, 3))
    return false;  // ::, ::1, fc00::/7, fe80::/10, ff00::/8 and all that is unassigned
  return std::none_of(kNotPublicV6.begin(), kNotPublicV6.end(), [&](const V6Range& range) {
    return within(head, big_endian(range.prefix.data()), range.bits);
  });
}

}  // namespace keepleaf::net
