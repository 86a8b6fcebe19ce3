// What is done without anybody asking. Internal to the library module.
#pragma once

#include <cstdint>

#include "library/core.h"
#include "library/types.h"

namespace keepleaf::library {

inline constexpr UnixMs kDayMs = 24LL * 3600 * 1000;

// Inside Core::view or act. Errors: corrupt (a value that no Keepleaf writes).
Result<LibrarySettings> read_settings(Core& core);

// Destroys what was in the trash for its days, so many of them.
Result<Destroyed> end_trash(Core& core, std::uint32_t at_most);

}  // namespace keepleaf::library
