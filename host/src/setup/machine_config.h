// config.json: what this machine decides, and what is never synced or exported (docs/cli.md, "Settings of
// this machine"). Unknown keys are refused, so that a misspelt one is noticed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "setup/paths.h"

namespace keepleaf::setup {

struct MachineConfig {
  std::string library;                          // absolute; empty: MachinePaths::library
  std::vector<std::string> allowed_hosts;       // HOST[:PORT] that may be fetched though private or loopback
  std::vector<std::string> extra_chromium_ids;  // further extensions that may start the host
  std::vector<std::string> extra_gecko_ids;
  std::string browser;              // absolute path of the one that renders pages; empty: the first on PATH
  std::string browser_account;      // as whom it runs when the worker is root; empty: nobody
  std::uint32_t parallel_jobs = 3;  // pages that the worker fetches at once
  std::uint32_t host_pause_ms = 1000;  // between two visits of the worker to one host

  bool operator==(const MachineConfig&) const = default;
};

// One key, as `keepleaf config` shows and documents it.
struct ConfigKey {
  std::string_view name;
  std::string_view help;
  bool list;  // takes any number of values
};
const std::vector<ConfigKey>& config_keys();

// A missing file is the default. Errors: bad_json, bad_request (an unknown key or a bad value, named), io.
Result<MachineConfig> load_config(const std::filesystem::path& file);
// Makes the folder (0700); replaces the file atomically, 0600. A configuration equal to the default removes
// it.
Status save_config(const std::filesystem::path& file, const MachineConfig& config);

// The values of a key; one or none unless the key is a list. Errors: not_found (no such key, the message
// lists them).
Result<std::vector<std::string>> config_values(const MachineConfig& config, std::string_view key);
// Replaces the values; none means: back to the default. Errors: not_found, bad_request.
Status set_config(MachineConfig& config, std::string_view key, const std::vector<std::string>& values);

bool valid_chromium_id(std::string_view id);  // 32 letters a to p
bool valid_gecko_id(std::string_view id);     // name@domain, or {a UUID}

// Which library is open, and who said so.
struct LibraryChoice {
  std::filesystem::path folder;
  std::string source;  // "--library", "KEEPLEAF_LIBRARY", the path of config.json, or "default"
};
// In that order; `flag` may be empty. Relative paths of the first two count from `current`.
LibraryChoice choose_library(std::string_view flag, const Environment& environment,
                             const MachineConfig& config, const MachinePaths& paths,
                             const std::filesystem::path& current);

}  // namespace keepleaf::setup
