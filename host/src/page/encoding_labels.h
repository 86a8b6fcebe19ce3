// The WHATWG Encoding Standard's names and labels (section 4.2), and what the C library's iconv calls them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace keepleaf::page {

struct Encoding {
  std::string_view name;
  const char* iconv;  // the nearest converter of glibc
  bool single_byte;
};

struct EncodingLabel {
  std::string_view label;  // lower case
  std::uint8_t encoding;   // index into encodings()
};

std::span<const Encoding> encodings();
std::span<const EncodingLabel> encoding_labels();  // in the order of their labels

}  // namespace keepleaf::page
