// Saved HTML on disk: one file, or a folder of them.
#include <algorithm>

#include "archive/named_files.h"
#include "archive/readers.h"

namespace keepleaf::archive {
namespace {

namespace fs = std::filesystem;

std::string file_address(const fs::path& path) {
  std::error_code error;
  const fs::path whole = fs::absolute(path, error);
  return error ? std::string() : address_of(whole.lexically_normal().generic_string().substr(1));
}

// "Page_files" beside "Page.html". The sign differs between browsers and languages, the beginning does not.
std::vector<std::string> companions(const fs::path& path) {
  std::vector<std::string> names{path.filename().string()};
  const std::string stem = path.stem().string();
  std::error_code error;
  for (fs::directory_iterator at(path.parent_path().empty() ? "." : path.parent_path(), error);
       !error && at != fs::directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    const bool beside = name.size() > stem.size() + 1 && name.starts_with(stem) &&
                        std::string_view("_.- ").find(name[stem.size()]) != std::string_view::npos;
    if (beside && fs::is_directory(at->symlink_status(error))) names.push_back(name);
  }
  return names;
}

}  // namespace

Result<SavedArchive> read_html(const fs::path& path) {
  const fs::path folder = path.parent_path().empty() ? fs::path(".") : path.parent_path();
  KL_ASSIGN(const auto files, NamedFiles::of_folder(folder, companions(path)));
  SavedArchive archive;
  KL_ASSIGN(SavedPage page, page_of(*files, path.filename().string(), file_address(path), &archive.format));
  archive.pages.push_back(std::move(page));
  archive.files = files;
  return archive;
}

Result<SavedArchive> read_folder(const fs::path& path) {
  KL_ASSIGN(const auto files, NamedFiles::of_folder(path, {}));
  SavedArchive archive;
  archive.format = "html-folder";
  KL_ASSIGN(archive.pages,
            pages_of(*files, [&](const std::string& name) { return file_address(path / fs::path(name)); }));
  archive.files = files;
  if (archive.pages.empty()) return fail(ErrorCode::unsupported, "there is no saved page in the folder");
  return archive;
}

}  // namespace keepleaf::archive
