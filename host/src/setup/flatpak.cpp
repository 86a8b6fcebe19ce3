#include "setup/flatpak.h"

#include "setup/files.h"

namespace keepleaf::setup {
namespace fs = std::filesystem;

namespace {

// For sh: everything between single quotes is literal.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

}  // namespace

fs::path flatpak_launcher(const Browser& browser, const MachinePaths& paths) {
  return paths.home / ".var/app" / browser.flatpak_app / "keepleaf/keepleaf-host";
}

std::string flatpak_launcher_text(const fs::path& host) {
  return "#!/bin/sh\n# Written by keepleaf browser install.\nexec flatpak-spawn --host " +
         quoted(host.string()) + " \"$@\"\n";
}

bool flatpak_may_spawn(const Browser& browser, const MachinePaths& paths) {
  for (const auto& folder :
       {paths.data_home / "flatpak/overrides", paths.system("/var/lib/flatpak/overrides")}) {
    for (const auto& name : {browser.flatpak_app, std::string("global")}) {
      const auto text = read_small_file(folder / name);
      if (text && *text && (*text)->find("org.freedesktop.Flatpak=talk") != std::string::npos) return true;
    }
  }
  return false;
}

std::string flatpak_grant(const Browser& browser) {
  return "flatpak override --user --talk-name=org.freedesktop.Flatpak " + browser.flatpak_app;
}

}  // namespace keepleaf::setup
