#include "setup/files.h"

#include "base/os/file.h"

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

Result<bool> remove_file(const fs::path& path) {
  std::error_code error;
  const bool there = fs::exists(fs::symlink_status(path, error));
  KL_TRY(os::remove_file(path));
  return there;
}

}  // namespace keepleaf::setup
