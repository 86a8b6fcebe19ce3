// Bytes to store: the same for the same seed, on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace keepleaf::test {

// Bytes that do not compress.
Bytes noise(std::size_t size, std::uint32_t seed);
// Text that compresses as pages do.
Bytes prose(std::size_t size, std::uint32_t seed);
Bytes bytes_of(std::string_view text);

}  // namespace keepleaf::test
