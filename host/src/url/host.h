// The host of a URL in its one spelling. For this module only; the public door is url.h.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace keepleaf::url {

// Lower-case IDNA ASCII, dotted IPv4 for any way of writing one (URL Standard, "host parsing"), or an IPv6
// address in brackets (RFC 5952). Errors: bad_request.
Result<std::string> normalise_host(std::string_view raw);

bool is_ip_address(std::string_view normalised_host);

}  // namespace keepleaf::url
