// What the machine's administrator decided about native messaging and our extension, as the browsers read it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "setup/browsers.h"

namespace keepleaf::setup {

struct PolicyView {
  bool user_level_hosts = true;    // NativeMessagingUserLevelHosts
  bool host_blocked = false;       // NativeMessagingBlocklist without NativeMessagingAllowlist
  bool extension_blocked = false;  // ExtensionSettings, ExtensionInstallBlocklist
  std::filesystem::path source;    // the file that decided the last of these
  std::vector<std::filesystem::path> unreadable;
};

// Chromium: <folder>/managed/*.json, where the last file in name order decides. Firefox:
// <folder>/policies.json.
PolicyView read_policies(const Browser& browser, const Table& table);

}  // namespace keepleaf::setup
