// Which functions of CSS take addresses.
#pragma once

#include <string_view>

namespace keepleaf::page {

// Functions whose strings are addresses.
bool takes_addresses(std::string_view function);

// What may stand inside those. Anything else, such as var(), could bring in a string from elsewhere as an
// address.
bool harmless_among_addresses(std::string_view function);

}  // namespace keepleaf::page
