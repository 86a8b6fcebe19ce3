#include "setup/install_record.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "setup/files.h"

namespace keepleaf::setup {
namespace fs = std::filesystem;
using nlohmann::ordered_json;

void InstallRecord::remember(const fs::path& path, std::string sha256) {
  const auto at =
      std::find_if(files.begin(), files.end(), [&](const File& file) { return file.path == path; });
  if (at == files.end())
    files.push_back({path, std::move(sha256)});
  else
    at->sha256 = std::move(sha256);
}

Result<InstallRecord> load_record(const fs::path& file) {
  InstallRecord record;
  KL_ASSIGN(const auto text, read_small_file(file));
  if (!text) return record;
  try {
    const auto document = ordered_json::parse(*text);
    for (const auto& entry : document.at("files"))
      record.files.push_back({entry.at("path").get<std::string>(), entry.at("sha256").get<std::string>()});
    for (const auto& entry : document.at("folders")) record.folders.emplace_back(entry.get<std::string>());
    return record;
  } catch (const ordered_json::exception&) {
    return fail(ErrorCode::corrupt, "the record of installed manifests can't be read: " + file.string(),
                "nothing was installed or removed",
                "move the file away; then manifests must be removed by hand");
  }
}

Status save_record(const fs::path& file, InstallRecord& record) {
  if (record.files.empty() && record.folders.empty()) {
    KL_TRY(remove_file(file));
    return {};
  }
  KL_TRY(make_folders(file.parent_path(), record.folders));
  ordered_json document = {{"files", ordered_json::array()}, {"folders", ordered_json::array()}};
  for (const auto& entry : record.files)
    document["files"].push_back({{"path", entry.path.string()}, {"sha256", entry.sha256}});
  for (const auto& folder : record.folders) document["folders"].push_back(folder.string());
  return replace_file(file, document.dump(2) + "\n", fs::perms::owner_read | fs::perms::owner_write);
}

}  // namespace keepleaf::setup
