#include "setup/files.h"

#include <cerrno>
#include <utility>

#include "base/clock.h"
#include "base/os/file.h"
#include "base/uuid.h"

namespace keepleaf::setup {
namespace fs = std::filesystem;

Result<std::optional<std::string>> read_small_file(const fs::path& path) {
  auto bytes = os::read_file(path, kSmallFile);
  if (bytes) return std::string(as_text(*bytes));
  if (bytes.error().code == ErrorCode::not_found) return std::nullopt;
  return fail(std::move(bytes).error());
}

Status replace_file(const fs::path& path, std::string_view text, fs::perms mode) {
  std::error_code error;
  fs::path target = path;
  if (fs::is_symlink(path, error)) {
    target = fs::weakly_canonical(path, error);
    if (error) return fail(os::system_error(error.value(), "follow the link " + path.string()));
  }
  KL_TRY(os::write_file(target, as_bytes(text)));
  fs::permissions(target, mode, error);
  if (error) return fail(os::system_error(error.value(), "set the rights of " + target.string()));
  return {};
}

Status make_folders(const fs::path& folder, std::vector<fs::path>& made) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return {};
  if (folder.has_relative_path()) KL_TRY(make_folders(folder.parent_path(), made));
  KL_TRY(os::make_folder(folder));
  made.push_back(folder);
  return {};
}

Result<os::File> hold_folder(const fs::path& folder) {
  for (;;) {
    KL_TRY(os::make_folder(folder));
    auto held = os::File::open_folder(folder);
    if (!held && held.error().code == ErrorCode::not_found) continue;
    if (!held) return fail(std::move(held).error());
    KL_TRY(held->lock());
    // Its holder may have removed it meanwhile: then it is nobody's, and the next one makes another.
    if (held->still_at_path()) return std::move(*held);
  }
}

Result<bool> remove_file(const fs::path& path) {
  std::error_code error;
  const bool there = fs::exists(fs::symlink_status(path, error));
  KL_TRY(os::remove_file(path));
  return there;
}

Result<ScratchFolder> ScratchFolder::make() {
  std::error_code error;
  const auto parent = fs::temp_directory_path(error);
  if (error) return fail(os::system_error(error.value(), "find the temporary folder"));
  auto path = parent / ("keepleaf-" + Uuid::v7(system_clock().now()).str());
  // create_directory answers false for a folder that somebody else made: then it isn't ours to use.
  if (!fs::create_directory(path, error) || error)
    return fail(os::system_error(error ? error.value() : EEXIST, "make the folder " + path.string()));
  ScratchFolder folder(path);
  fs::permissions(path, fs::perms::owner_all, error);
  if (error) return fail(os::system_error(error.value(), "set the rights of " + path.string()));
  return folder;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

}  // namespace keepleaf::setup
