// Target: a URL taken apart as far as a connection needs it. Written on libcurl's URL parser, the same that
// connects.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace keepleaf::net {

struct Target {
  std::string url;       // what is requested: no userinfo, no fragment
  std::string fragment;  // without '#', empty when there is none
  std::string host;      // lower case; an IPv6 address without brackets
  std::uint16_t port = 0;

  // The URL with its fragment again.
  std::string with_fragment() const { return fragment.empty() ? url : url + '#' + fragment; }
};

// Errors: bad_request (not an absolute URL), unsupported (neither http nor https).
Result<Target> parse_target(const std::string& url);

// Where a redirect leads: `location` seen from `from`, with from's fragment when it has none of its own
// (RFC 9110 section 10.2.2). Errors: as parse_target.
Result<Target> redirect_target(const Target& from, const std::string& location);

}  // namespace keepleaf::net
