#include "net/host_name.h"

#include <netdb.h>
#include <sys/socket.h>

namespace keepleaf::net {

HostName look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (found != nullptr) ::freeaddrinfo(found);
  if (code == 0) return HostName::known;
#ifdef EAI_NODATA
  if (code == EAI_NODATA) return HostName::unknown;
#endif
  return code == EAI_NONAME ? HostName::unknown : HostName::no_word;
}

}  // namespace keepleaf::net
