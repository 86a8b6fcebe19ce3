// Whether somebody sits at the other end, and how wide the screen is.
#pragma once

#include <cstddef>
#include <optional>

namespace keepleaf::os {

enum class Stream { in = 0, out = 1, err = 2 };

bool is_terminal(Stream stream);
// Columns; nothing when it is no terminal or does not say.
std::optional<std::size_t> terminal_width(Stream stream);

}  // namespace keepleaf::os
