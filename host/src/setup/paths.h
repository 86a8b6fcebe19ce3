// Where this person's files lie on this machine: the XDG Base Directory Specification 0.8, read once from the
// environment. A relative XDG path is ignored, as the specification asks.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"

namespace keepleaf::setup {

// The value of an environment variable; nothing when it is unset or empty. Tests pass their own.
using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment process_environment();

struct MachinePaths {
  std::filesystem::path home;
  std::filesystem::path config_home;  // browsers keep their profiles here
  std::filesystem::path data_home;
  std::filesystem::path config;  // config_home/keepleaf: config.json
  std::filesystem::path
      library;  // data_home/keepleaf/library: where a library lies when nobody said otherwise
  std::filesystem::path
      state;  // device identity, the record of installed manifests; never synced or backed up
  std::filesystem::path
      runtime;                 // short-lived private files: $XDG_RUNTIME_DIR/keepleaf, else the cache folder
  std::filesystem::path root;  // prefix of system folders: "/", or where a packager assembles a system

  std::filesystem::path config_file() const { return config / "config.json"; }
  // A system folder ("/etc/…") below `root`.
  std::filesystem::path system(const std::filesystem::path& absolute) const;

  // Errors: unsupported, when HOME is missing or relative.
  static Result<MachinePaths> from(const Environment& environment, const std::filesystem::path& root = "/");
};

}  // namespace keepleaf::setup
