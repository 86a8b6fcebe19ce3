#include "base/display_width.h"

#include <utf8proc.h>

#include "base/unicode.h"

namespace keepleaf {

std::size_t display_width(char32_t c) {
  const int width = utf8proc_charwidth(static_cast<utf8proc_int32_t>(c));
  return width < 0 ? 0 : static_cast<std::size_t>(width);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (const auto& point : CodePoints(text)) width += display_width(point.value);
  return width;
}

}  // namespace keepleaf
