// ZipWriter: a ZIP archive, written in one go at the end, an entry at a time in memory.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "archive/content.h"
#include "base/clock.h"

struct zip;

namespace keepleaf::archive {

enum class Packing : std::uint8_t { deflate, store };

class ZipWriter {
 public:
  // Writes to `path`, which must not exist.
  static Result<ZipWriter> create(const std::filesystem::path& path);
  ~ZipWriter();
  ZipWriter(ZipWriter&& other) noexcept;
  ZipWriter& operator=(ZipWriter&&) = delete;

  // `name`: made by us, with "/" between folders, unique. `content` is read when finish() comes to it.
  Status add(const std::string& name, ContentPtr content, Packing packing, UnixMs modified);
  // Errors: those of the contents; no_space, io.
  Status finish();

  // What is kept for libzip until it writes.
  struct Source {
    ContentPtr content;
    std::int64_t modified = 0;  // seconds since 1970
    std::unique_ptr<Input> input{};
    std::optional<Error> error{};
  };

 private:
  ZipWriter(zip* archive, std::filesystem::path path) : archive_(archive), path_(std::move(path)) {}
  zip* archive_;
  std::filesystem::path path_;
  std::vector<std::unique_ptr<Source>> sources_;
};

}  // namespace keepleaf::archive
