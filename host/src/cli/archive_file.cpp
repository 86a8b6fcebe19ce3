#include "cli/archive_file.h"

#include <algorithm>
#include <array>

#include "base/os/file.h"

namespace keepleaf::cli {

const ArchiveFile* archive_format(std::string_view name) {
  using library::ArchiveFormat;
  static constexpr std::array<ArchiveFile, 4> kArchives = {
      {{"zip", ArchiveFormat::zip, "zip", "application/zip", false},
       {"mhtml", ArchiveFormat::mhtml, "mhtml", "multipart/related", false},
       {"warc", ArchiveFormat::warc, "warc.gz", "application/warc", true},
       {"wacz", ArchiveFormat::wacz, "wacz", "application/wacz", true}}};
  const auto* const found = std::find_if(kArchives.begin(), kArchives.end(),
                                         [&](const ArchiveFile& archive) { return archive.name == name; });
  return found == kArchives.end() ? nullptr : found;
}

Status write_archive(const Context& context, const ArchiveFile& archive, const std::vector<Uuid>& snapshots,
                     const std::filesystem::path& path, Existing existing) {
  KL_TRY(may_be_written(path, existing));
  const auto fresh = fresh_name(path);
  if (auto written = context.write_archive(context, snapshots, archive.format, fresh); !written) {
    static_cast<void>(os::remove_file(fresh));
    return written;
  }
  return publish(fresh, path, existing);
}

}  // namespace keepleaf::cli
