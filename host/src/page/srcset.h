// The srcset attribute (HTML Standard 4.8.4.2.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keepleaf::page {

struct ImageCandidate {
  std::string url;
  std::string descriptor;  // "2x", "640w", "640w 480h" or empty
};

// Without candidates whose descriptor is none: no browser takes them. At most 256 candidates; no page has
// more, and each costs a resource.
std::vector<ImageCandidate> parse_srcset(std::string_view value);
std::string write_srcset(const std::vector<ImageCandidate>& candidates);

}  // namespace keepleaf::page
