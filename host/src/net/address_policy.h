// AddressPolicy: what may be connected to. Pages are hostile and name any address they like; what a person
// has not named themself must be on the public internet. Asked about the address that a name resolved to,
// when the socket is about to be opened, so that a name which changes its mind (DNS rebinding) gains nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/ip_address.h"

namespace keepleaf::net {

class AddressPolicy {
 public:
  // Public addresses only.
  AddressPolicy() = default;

  // Also the hosts that are named, whatever they resolve to. Each is HOST or HOST:PORT, exactly as it stands
  // in a URL (a name, an IPv4 address, an IPv6 address in brackets when a port follows); without a port,
  // every port. Errors: bad_request, naming the entry.
  static Result<AddressPolicy> allowing(const std::vector<std::string>& hosts);

  // May a connection for `host`:`port` (as in Target) be opened to `address`?
  bool allows(std::string_view host, std::uint16_t port, const IpAddress& address) const;

 private:
  struct Allowed {
    std::string host;
    std::optional<std::uint16_t> port;
  };
  std::vector<Allowed> allowed_;
};

}  // namespace keepleaf::net
