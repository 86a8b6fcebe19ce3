// Percent-encoding of a tag in a list whose separator it may hold.
#pragma once

#include <string>
#include <string_view>

namespace keepleaf::page {

// Encodes "%", "," and control characters.
std::string percent_encoded_tag(std::string_view tag);
// Escapes that are none stay as they are.
std::string percent_decoded(std::string_view text);

}  // namespace keepleaf::page
