// Archives as `export` writes them: which formats there are, and writing one without harming another file.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "cli/context.h"
#include "cli/documents.h"

namespace keepleaf::cli {

struct ArchiveFile {
  std::string_view name;  // of --format
  library::ArchiveFormat format;
  std::string_view extension;
  std::string_view media_type;
  bool several;  // one file takes any number of pages
};
// Null: the word names no archive.
const ArchiveFile* archive_format(std::string_view name);

// Writes as a whole or not at all. Errors: conflict (it is there, and Existing::refuse), those of
// Library::export_archive.
Status write_archive(const Context& context, const ArchiveFile& archive, const std::vector<Uuid>& snapshots,
                     const std::filesystem::path& path, Existing existing);

}  // namespace keepleaf::cli
