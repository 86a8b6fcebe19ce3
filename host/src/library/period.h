// How often, as people and messages say it: "daily", "weekly", "monthly" (30 days), "6h", "3d".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace keepleaf::library {

// Milliseconds. Errors: bad_request, which tells the words that are known.
Result<std::int64_t> parse_period(std::string_view text);
std::string period_text(std::int64_t ms);

}  // namespace keepleaf::library
