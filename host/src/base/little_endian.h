// Numbers in our own small files: least significant byte first, as many bytes as the span has (at most
// eight).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace keepleaf {

inline void put_number(std::span<std::uint8_t> out, std::uint64_t value) {
  for (std::uint8_t& byte : out) {
    byte = static_cast<std::uint8_t>(value & 0xFFU);
    value >>= 8;
  }
}

inline std::uint64_t get_number(BytesView in) {
  std::uint64_t value = 0;
  for (std::size_t i = in.size(); i-- > 0;) value = (value << 8) | in[i];
  return value;
}

}  // namespace keepleaf
