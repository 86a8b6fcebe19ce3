// Time as a value that can be passed in, so that tests own it. Milliseconds since 1970-01-01T00:00:00Z.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keepleaf {

using UnixMs = std::int64_t;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual UnixMs now() const = 0;
};

// The machine's wall clock. One for the process, safe from any thread.
const Clock& system_clock();

// RFC 3339 in UTC with milliseconds: 2026-11-22T05:55:01.250Z
std::string format_time(UnixMs time);
// Accepts RFC 3339 with any offset and 0 to 9 fractional digits (digits past the third are dropped); years
// 1970 to 9999. Nothing for anything else.
std::optional<UnixMs> parse_time(std::string_view text);

}  // namespace keepleaf
