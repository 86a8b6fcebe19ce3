// Times as other programs write them for people.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace keepleaf::archive {

// "Wed, 22 Nov 2026 05:55:01 +0100" (RFC 5322), "Sun Nov 22 2026 05:55:01 GMT+0100 (CET)" (JavaScript's
// Date), RFC 3339: by month name, numbers and zone, wherever they stand. Without a zone: UTC. Nothing when a
// part is missing or impossible.
std::optional<UnixMs> parse_date(std::string_view text);

// "20261122055501250": year to millisecond in UTC, as WebScrapBook and web archives write it; at least the
// date.
std::optional<UnixMs> parse_digits(std::string_view digits);

}  // namespace keepleaf::archive
