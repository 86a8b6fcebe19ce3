// The few things that setup does with small text files: read them whole, replace them atomically, and make
// folders while remembering which of them are new.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/file.h"
#include "base/result.h"

namespace keepleaf::setup {

inline constexpr std::uintmax_t kSmallFile = 1U << 20;  // larger files are none of ours

// Nothing when there is no such file. Errors: too_large, io (unreadable, a folder).
Result<std::optional<std::string>> read_small_file(const std::filesystem::path& path);

// Writes beside the file, flushes it to the disk and renames, so that a reader sees the old text or the new
// one. A symbolic link is followed: its target is replaced. Errors: no_space, read_only, io.
Status replace_file(const std::filesystem::path& path, std::string_view text, std::filesystem::perms mode);

// Makes a folder and those above it. Appends those that were not there before, outermost first.
Status make_folders(const std::filesystem::path& folder, std::vector<std::filesystem::path>& made);

// Holds a folder (made when it is missing) for as long as what is returned lives; waits for whoever holds it.
// For what is read, changed and written back: of two processes that do so at once, neither's change may be
// lost. Readers need it not. Errors: read_only, io.
Result<os::File> hold_folder(const std::filesystem::path& folder);

// Removes a file; true when it was there. Errors: read_only, io.
Result<bool> remove_file(const std::filesystem::path& path);

// A folder of one's own in the system's temporary folder (0700), removed with everything in it.
class ScratchFolder {
 public:
  static Result<ScratchFolder> make();
  ~ScratchFolder();
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace keepleaf::setup
