// What the head of a fetched page says to the one who fetches it, before scripts and refreshes are taken out:
// where it sends its reader at once, and its language. A scan of tags, not a parser: what it misses only
// costs a redirect.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace keepleaf::acquire {

struct HeadScan {
  // The address of a <meta http-equiv=refresh> that acts within a second, as written (relative, entities
  // undone). One inside <noscript> is for readers without scripts and does not count.
  std::optional<std::string> refresh;
  std::string language;  // lang of <html>, at most 35 characters of BCP 47; empty when there is none
};

// Reads at most the first 256 KiB. `html` is UTF-8.
HeadScan scan_head(std::string_view html);

}  // namespace keepleaf::acquire
