// What `browser install` wrote, so that `browser uninstall` removes exactly that: installed.json in the state
// folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace keepleaf::setup {

struct InstallRecord {
  struct File {
    std::filesystem::path path;
    std::string sha256;  // of what was written; a file that differs now is somebody else's
  };
  std::vector<File> files;
  std::vector<std::filesystem::path> folders;  // that did not exist before, outermost first

  void remember(const std::filesystem::path& path, std::string sha256);
};

// Empty when there is none. Errors: corrupt, io.
Result<InstallRecord> load_record(const std::filesystem::path& file);
// An empty record removes the file. Folders that the file itself needs are added to the record.
Status save_record(const std::filesystem::path& file, InstallRecord& record);

}  // namespace keepleaf::setup
