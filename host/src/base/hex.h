// Lower-case hexadecimal, strict: nothing else is accepted.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace keepleaf {

std::string to_hex(BytesView bytes);

// Fills `out` from exactly 2 × out.size() lower-case digits; false (out unspecified) for anything else.
bool from_hex(std::string_view hex, std::span<std::uint8_t> out);

}  // namespace keepleaf
