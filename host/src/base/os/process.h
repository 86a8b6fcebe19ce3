// Child processes: one that is run to its end and listened to, and one that is let go. Both are started with
// exactly the arguments and environment that are given, without a shell.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace keepleaf::os {

struct RunOptions {
  std::filesystem::path program;
  std::vector<std::string> arguments;    // without argv[0], which is the program's path
  std::vector<std::string> environment;  // NAME=value; nothing is inherited
  std::filesystem::path folder;          // working folder; empty: this process's
  std::string input;                     // at most 32 KiB; stdin stays open after it until `enough`
  // Given what stdout said so far, whether that will do; then stdin is closed. Empty: stdin is closed at
  // once.
  std::function<bool(std::string_view out)> enough;
  std::chrono::milliseconds deadline{5000};  // for everything; then the child and its children are killed
  std::size_t output_limit = 1 << 20;        // bytes kept of stdout and of stderr; more is read and dropped
};

struct RunResult {
  std::string out;
  std::string err;
  bool timed_out = false;
  std::optional<int> exit_code;  // none when a signal ended it
  std::optional<int> signal;
};

// Errors: those of os/file.h when the program can't be started, io.
Result<RunResult> run(const RunOptions& options);

// Starts a program in a session of its own, with stdin, stdout and stderr at /dev/null and this process's
// environment; it outlives us, and its end is nobody's to wait for.
Status start_detached(const std::filesystem::path& program, const std::vector<std::string>& arguments);

// Why a file can't be started, without starting it.
enum class Startable : unsigned char {
  yes,
  missing,
  not_a_file,      // a folder, a device
  not_executable,  // no x for us
  noexec,          // it has the x, but its file system is mounted noexec
};
Startable startable(const std::filesystem::path& program);

// Absolute path of the running program, symbolic links resolved.
Result<std::filesystem::path> own_program();

}  // namespace keepleaf::os
