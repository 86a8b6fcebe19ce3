// What the system's resolver says of a host name.
#pragma once

#include <cstdint>
#include <string>

namespace keepleaf::net {

enum class HostName : std::uint8_t {
  known,
  unknown,  // the name servers say that there is none
  no_word,  // nobody could say: most of all, that this machine is offline
};

// Asks as any request to the host would. May take as long as the resolver likes.
HostName look_up(const std::string& host);

}  // namespace keepleaf::net
