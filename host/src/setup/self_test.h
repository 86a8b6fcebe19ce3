// Starts a host as a browser does, says hello, and listens: the proof that the whole chain works.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "setup/browsers.h"

namespace keepleaf::setup {

struct HostAnswer {
  std::string version;
  std::filesystem::path library;
  bool read_only = false;
  std::optional<Error> library_error;  // why the library can't be opened or written
  std::uint64_t free_bytes = 0;
};

struct HostCall {
  std::filesystem::path host;
  Family family = Family::chromium;
  std::string id;                        // the extension that seems to call
  std::filesystem::path manifest;        // Firefox passes its path
  std::vector<std::string> environment;  // NAME=value; a browser's is bare, so ours should be
  std::chrono::milliseconds deadline{5000};
};

// Errors: not_found, io (not a file, not executable, noexec), forbidden_caller is not told from a crash by
// the browser, so neither here: internal (it ended, with its last words), bad_frame (it printed something
// else), timeout.
Result<HostAnswer> ask_host(const HostCall& call);

// What a browser started from the desktop has: HOME, the XDG folders that are set, a plain PATH. With
// `scratch` the library and the device identity are put there, so that a test leaves no trace.
std::vector<std::string> browser_environment(const Environment& environment, const MachinePaths& paths,
                                             const std::optional<std::filesystem::path>& scratch);

}  // namespace keepleaf::setup
