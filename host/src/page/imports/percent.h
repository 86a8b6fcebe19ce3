// Percent-encoding of a tag in a list whose separator it may hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keepleaf::page {

// Encodes "%", "," and control characters.
std::string percent_encoded_tag(std::string_view tag);
// The tags of a list that is separated by commas. Escapes that are none stay as they are.
std::vector<std::string> percent_decoded_list(std::string_view list);

}  // namespace keepleaf::page
