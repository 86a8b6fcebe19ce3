#include <algorithm>

#include "acquire/acquire.h"
#include "net/address_policy.h"

namespace keepleaf::acquire {

const std::vector<std::string>& engines() {
  static const std::vector<std::string> kEngines = {"auto", "browser", "fetch"};
  return kEngines;
}

Status check_engine(const std::string& name) {
  const auto& known = engines();
  if (std::find(known.begin(), known.end(), name) != known.end()) return {};
  return fail(ErrorCode::bad_request, "There is no engine \"" + name.substr(0, 64) + "\".", "",
              "The engines are \"auto\", \"browser\" and \"fetch\".");
}

Status check_allowed_hosts(const std::vector<std::string>& hosts) {
  KL_TRY(net::AddressPolicy::allowing(hosts));
  return {};
}

std::shared_ptr<net::HostSlots> shared_host_slots() {
  return std::make_shared<net::HostSlots>(net::kRequestsPerHost);
}

}  // namespace keepleaf::acquire
