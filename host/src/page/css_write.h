// Writing pieces of CSS so that they are safe wherever a rewritten sheet is.
#pragma once

#include <string>
#include <string_view>

#include "page/css_rewrite.h"

namespace keepleaf::page {

// `css`, the rewritten text of the imported sheet, inside the blocks that say the same as the import's
// conditions.
std::string wrapped_import(const Import& import, std::string_view css);

// An @import rule for another address.
std::string written_import(const Import& import, std::string_view url);

// A quoted CSS string, and url(…), quoted only where it must be.
std::string css_string(std::string_view value);
std::string css_url_token(std::string_view url);

}  // namespace keepleaf::page
