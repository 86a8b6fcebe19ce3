// ZipReader: what a ZIP archive holds (APPNOTE 6.3; ZIP64), by libzip. Nothing of it is believed that was not
// checked, and a stored name is a key to look things up by: it never becomes a path on disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "archive/content.h"
#include "archive/limits.h"
#include "base/clock.h"

struct zip;

namespace keepleaf::archive {

struct ZipEntry {
  std::string name;  // UTF-8, with "/" between folders; unique
  std::uint64_t size = 0;
  std::uint64_t packed = 0;
  UnixMs modified = 0;  // local time of wherever it was packed
  std::uint64_t index = 0;
};

class ZipReader : public std::enable_shared_from_this<ZipReader> {
 public:
  // The archive may stand anywhere in the file: before it a program or a page that unpacks it, behind it the
  // page's end. Errors: unsupported (there is none), corrupt (cut off, names that climb or are there twice,
  // symbolic links, entries that overlap), too_large (a limit; what unpacks to too much), io.
  static Result<std::shared_ptr<const ZipReader>> open(const std::filesystem::path& path,
                                                       const Limits& limits = kLimits);
  ~ZipReader();
  ZipReader(const ZipReader&) = delete;
  ZipReader& operator=(const ZipReader&) = delete;

  // Files only, in the order of the archive.
  const std::vector<ZipEntry>& entries() const { return entries_; }
  const ZipEntry* find(std::string_view name) const;
  // Reading checks size and CRC. unsupported: encrypted, or packed by a method that libzip lacks.
  ContentPtr content(const ZipEntry& entry) const;

 private:
  explicit ZipReader(zip* archive) : archive_(archive) {}
  Status list(std::uint64_t archive_size, const Limits& limits);

  zip* archive_;
  std::vector<ZipEntry> entries_;
  std::unordered_map<std::string, std::size_t> by_name_;
};

}  // namespace keepleaf::archive
