// `keepleaf browser install` and `uninstall`: which manifests there are to be, writing them, and taking them
// away.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "setup/browsers.h"
#include "setup/machine_config.h"
#include "setup/paths.h"

namespace keepleaf::setup {

enum class Level : unsigned char { user, system };

struct InstallRequest {
  std::vector<std::string> browsers;  // names; empty: those that are found
  Level level = Level::user;
  std::optional<std::filesystem::path> folder;  // an explicit folder of manifests, with `family`
  Family family = Family::chromium;
  std::filesystem::path host;  // the stable path of keepleaf-host
  bool dry_run = false;
};

enum class Outcome : unsigned char {
  written,
  unchanged,  // already just so
  planned,    // dry run
  skipped,    // `error` says why; not a failure
  failed,     // `error` says why
};
std::string_view outcome_name(Outcome outcome);

struct InstallStep {
  std::string browser;  // title
  Family family = Family::chromium;
  Sandbox sandbox = Sandbox::none;
  std::filesystem::path manifest;  // empty when nothing is to be written
  std::filesystem::path host;      // what the manifest names
  Outcome outcome = Outcome::planned;
  std::optional<Error> error;
  std::string hint;  // what the person still has to do
};

// Errors: not_found (no such browser), unsupported (an untested platform's row, a sandbox that can't work),
// io when the record can't be kept; then nothing was written.
Result<std::vector<InstallStep>> install(const InstallRequest& request, const Table& table,
                                         const MachineConfig& config, const MachinePaths& paths);

struct RemovedFile {
  std::filesystem::path path;
  bool removed = false;
  std::string why;  // it is still there
};
// Removes what install wrote and nobody changed since, then the folders that install made and that are empty
// now.
Result<std::vector<RemovedFile>> uninstall(const MachinePaths& paths, bool dry_run);

// The path that manifests name: the link keepleaf-host beside the real program, so that a moved or second
// link of the program doesn't matter. Errors: not_found.
Result<std::filesystem::path> host_path(const std::filesystem::path& program);

std::filesystem::path record_file(const MachinePaths& paths);

}  // namespace keepleaf::setup
