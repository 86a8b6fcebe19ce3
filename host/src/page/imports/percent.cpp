#include "page/imports/percent.h"

#include "page/chars.h"

namespace keepleaf::page {

std::string percent_encoded_tag(std::string_view tag) {
  std::string out;
  for (const char c : tag) {
    if (c == '%' || c == ',' || static_cast<unsigned char>(c) < 0x20) {
      append_percent_encoded(out, static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2])) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace keepleaf::page
