// A snapshot as a file: which snapshot is meant, what the file is called, and writing it without harming
// another.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "base/os/file.h"
#include "cli/context.h"
#include "cli/session.h"

namespace keepleaf::cli {

struct Meant {
  Uuid snapshot;
  std::string title;
  std::string url;
  UnixMs taken_at = 0;
};
// A snapshot's id means that one, a link's its newest that is not in the trash. Errors: not_found.
Result<Meant> meant_snapshot(Session& session, const Uuid& id);

// What a file of this type is called behind the dot; empty when it is none that a browser shows without
// running code.
std::string safe_extension(const std::string& media_type);
// "Title 2026-11-22 019aa9f0.html": readable, no separators or control characters, at most 120 bytes of
// title.
std::string file_name(const Meant& meant, const std::string& extension);

enum class Existing : unsigned char { refuse, replace };

// A file that comes into being as a whole or not at all, and is written piece by piece: beside its name until
// finish(), gone when that is not reached.
class DocumentFile {
 public:
  // Errors: conflict (it is there, and Existing::refuse), no_space, read_only, io.
  static Result<DocumentFile> create(const std::filesystem::path& path, Existing existing);
  ~DocumentFile();
  DocumentFile(DocumentFile&& other) noexcept;
  DocumentFile& operator=(DocumentFile&& other) = delete;

  Status write(BytesView bytes);
  Status finish();
  std::uint64_t size() const { return size_; }

 private:
  DocumentFile(os::File file, std::filesystem::path path, Existing existing)
      : file_(std::move(file)), path_(std::move(path)), existing_(existing) {}
  os::File file_;
  std::filesystem::path path_;
  Existing existing_;
  std::uint64_t size_ = 0;
  bool unfinished_ = true;
};

// Whether the name is free, or may be taken. Errors: conflict.
Status may_be_written(const std::filesystem::path& path, Existing existing);
// Where a file is written before it gets its name: beside it, under a name that nobody else has.
std::filesystem::path fresh_name(const std::filesystem::path& path);
// Gives what was written under `fresh` its name, or removes it. Errors: conflict (it is there, and
// Existing::refuse), read_only, io.
Status publish(const std::filesystem::path& fresh, const std::filesystem::path& path, Existing existing);
// Writes as a whole or not at all. Errors: conflict (it is there, and Existing::refuse), no_space, read_only,
// io.
Status write_document(const std::filesystem::path& path, BytesView bytes, Existing existing);

}  // namespace keepleaf::cli
