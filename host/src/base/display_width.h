// Columns of a terminal that text takes: two for wide characters (Unicode Standard Annex 11, by libutf8proc),
// none for marks that combine with the character before them and for control characters.
#pragma once

#include <cstddef>
#include <string_view>

namespace keepleaf {

std::size_t display_width(char32_t c);
std::size_t display_width(std::string_view text);

}  // namespace keepleaf
