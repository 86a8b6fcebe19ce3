#include "page/imports/import_file.h"

#include <algorithm>

#include "page/encoding.h"

namespace keepleaf::page {

Result<ImportFile> ImportFile::open(const std::filesystem::path& path, const std::string& encoding) {
  ImportFile opened;
  opened.path_ = path;
  if (!encoding.empty()) {
    const auto name = encoding_name(encoding);
    if (!name) {
      return fail(ErrorCode::bad_request, "there is no encoding \"" + encoding + "\"", "nothing was imported",
                  "name one as web pages do: utf-8, shift_jis, gbk, big5, windows-1252 …");
    }
    opened.encoding_ = *name;
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return opened;
  // Opening a pipe or a device could wait for ever.
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored)) {
    return fail(ErrorCode::unsupported, "it is neither a file nor a folder", "nothing was imported",
                "save what it gives into a file, and import that");
  }
  KL_ASSIGN(opened.file_, os::File::open(path, os::FileMode::read));
  KL_ASSIGN(opened.size_, opened.file_->size());
  return opened;
}

ImportFile ImportFile::of_bytes(Bytes bytes) {
  ImportFile opened;
  opened.size_ = bytes.size();
  opened.bytes_ = std::move(bytes);
  return opened;
}

Result<std::size_t> ImportFile::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (file_) return file_->read_at(offset, out);
  if (!bytes_ || offset >= bytes_->size()) return 0;
  const auto rest = BytesView(*bytes_).subspan(offset);
  const auto size = std::min(rest.size(), out.size());
  std::copy_n(rest.begin(), size, out.begin());
  return size;
}

}  // namespace keepleaf::page
