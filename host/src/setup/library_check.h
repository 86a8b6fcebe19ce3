// What doctor says of a library: from the host's own answer, and from the folder.
#pragma once

#include <filesystem>
#include <vector>

#include "setup/doctor.h"
#include "setup/self_test.h"

namespace keepleaf::setup {

inline constexpr std::uint64_t kLowSpace = 256ULL << 20;  // less than this is soon full

// What the host told when it opened the library.
void check_library(const HostAnswer& answer, std::vector<Finding>& findings);
// What can be seen from outside: that there is one, or that one can be made.
void check_folder(const std::filesystem::path& folder, std::vector<Finding>& findings);

}  // namespace keepleaf::setup
