// Browsers in a Flatpak can start a program outside only through flatpak-spawn, and only when the person lets
// them.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "setup/browsers.h"
#include "setup/paths.h"

namespace keepleaf::setup {

// A script inside the browser's own folder, which its sandbox sees under the same path: the manifest names
// it.
std::filesystem::path flatpak_launcher(const Browser& browser, const MachinePaths& paths);
std::string flatpak_launcher_text(const std::filesystem::path& host);

// Whether the person granted the permission that flatpak-spawn needs.
bool flatpak_may_spawn(const Browser& browser, const MachinePaths& paths);
// The command that grants it. It lets the browser start anything: only the person can decide that.
std::string flatpak_grant(const Browser& browser);

}  // namespace keepleaf::setup
