// Byte strings. Text is std::string (UTF-8 unless a comment says otherwise); everything else is Bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace keepleaf {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

inline BytesView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace keepleaf
