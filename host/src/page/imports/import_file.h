// A file or folder that a person wants imported, opened for reading. Its content is hostile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/os/file.h"
#include "base/result.h"

namespace keepleaf::page {

class ImportFile {
 public:
  // `encoding` is a label of the Encoding Standard, for text that does not name its own; empty: none was
  // given. Errors: not_found, read_only (may not be read), io, bad_request (no such encoding).
  static Result<ImportFile> open(const std::filesystem::path& path, const std::string& encoding);

  // What lies inside of another file, as a list in an archive does.
  static ImportFile of_bytes(Bytes bytes);

  const std::filesystem::path& path() const { return path_; }
  bool is_folder() const { return !file_ && !bytes_; }
  const std::string& encoding() const { return encoding_; }  // its name in the standard, or empty

  // In bytes; 0 of a folder.
  std::uint64_t size() const { return size_; }
  // Reads until `out` is full or the file ends, and returns how many bytes that were; 0 of a folder.
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const;

 private:
  ImportFile() = default;
  std::filesystem::path path_;
  std::optional<os::File> file_;
  std::optional<Bytes> bytes_;
  std::uint64_t size_ = 0;
  std::string encoding_;
};

}  // namespace keepleaf::page
