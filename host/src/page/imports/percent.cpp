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

std::vector<std::string> percent_decoded_list(std::string_view list) {
  std::vector<std::string> tags(1);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] == ',') {
      tags.emplace_back();
    } else if (list[i] == '%' && i + 2 < list.size() && is_hex(list[i + 1]) && is_hex(list[i + 2])) {
      tags.back() += static_cast<char>(hex_value(list[i + 1]) * 16 + hex_value(list[i + 2]));
      i += 2;
    } else {
      tags.back() += list[i];
    }
  }
  std::erase_if(tags, [](const std::string& tag) { return tag.empty(); });
  return tags;
}

}  // namespace keepleaf::page
