#include "net/address_policy.h"

#include <algorithm>

#include "net/target.h"

namespace keepleaf::net {

Result<AddressPolicy> AddressPolicy::allowing(const std::vector<std::string>& hosts) {
  AddressPolicy policy;
  for (const std::string& entry : hosts) {
    const auto refuse = [&] {
      return fail(ErrorCode::bad_request,
                  "\"" + entry.substr(0, 300) + "\" is not a host that can be allowed.", "",
                  "Write HOST or HOST:PORT, for example 127.0.0.1:8080, [::1]:8080 or wiki.home.");
    };
    // Whatever can't be in a host would be read as another part of the URL below.
    if (entry.empty() || entry.find_first_of("/\\?#@ \t\r\n%*") != std::string::npos) return refuse();
    const auto colons = std::count(entry.begin(), entry.end(), ':');
    const bool bare_v6 = entry.front() != '[' && colons > 1;
    const std::string host = bare_v6 ? '[' + entry + ']' : entry;
    auto target = parse_target("http://" + host + "/");
    if (!target || entry.back() == ':') return refuse();
    const bool has_port =
        !bare_v6 && (entry.front() == '[' ? entry.find("]:") != std::string::npos : colons == 1);
    Allowed allowed{target->host, std::nullopt};
    if (has_port) allowed.port = target->port;
    policy.allowed_.push_back(std::move(allowed));
  }
  return policy;
}

bool AddressPolicy::allows(std::string_view host, std::uint16_t port, const IpAddress& address) const {
  if (is_public(address)) return true;
  return std::any_of(allowed_.begin(), allowed_.end(), [&](const Allowed& allowed) {
    return allowed.host == host && (!allowed.port || *allowed.port == port);
  });
}

}  // namespace keepleaf::net
