// Files with the durability that the store promises: an open file, folders, locks. The only place of the host
// that speaks POSIX about them. Sizes and offsets in bytes.
//
// Errors of everything here: no_space (ENOSPC, EDQUOT, EFBIG), read_only (EROFS, EACCES, EPERM), not_found
// (ENOENT), io (the rest). The message names the path and the system's reason.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"

namespace keepleaf::os {

// The Error for errno `number` (errno itself must be read before anything else runs). `what` completes "Could
// not …".
Error system_error(int number, const std::string& what);

enum class FileMode : std::uint8_t {
  read,        // must exist
  read_write,  // must exist
  create,      // made (0600) when it does not exist, kept when it does
  create_new,  // conflict when it exists
};

// An open file or folder; closes with it. Not to be shared between threads.
class File {
 public:
  static Result<File> open(const std::filesystem::path& path, FileMode mode);
  // For sync() and try_lock() only.
  static Result<File> open_folder(const std::filesystem::path& path);
  ~File();
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;

  const std::filesystem::path& path() const { return path_; }

  Result<std::uint64_t> size() const;
  // Reads until `out` is full or the file ends; returns how many bytes that were.
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const;
  // All of it or an error; after an error an unknown part may have been written.
  Status write_at(std::uint64_t offset, BytesView bytes);
  Status truncate(std::uint64_t size);

  // Content and size survive power loss when this returns. A failed sync must not be repeated: the kernel may
  // have dropped what it could not write (the caller gives the file up).
  Status sync_data();
  // The same with all attributes; for a folder: its entries.
  Status sync();

  // An exclusive advisory lock (flock) that lasts as long as this object. False when another holder has it.
  Result<bool> try_lock();
  // Waits for it.
  Status lock();
  Status unlock();
  // Whether path() still names this very file: false once somebody removed or replaced it.
  bool still_at_path() const;

 private:
  File(int descriptor, std::filesystem::path path) : descriptor_(descriptor), path_(std::move(path)) {}
  int descriptor_ = -1;
  std::filesystem::path path_;
};

// Makes the folder and its parents (0700) when they don't exist.
Status make_folder(const std::filesystem::path& path);
// Entries made, renamed or removed in the folder survive power loss when this returns.
Status sync_folder(const std::filesystem::path& path);

Status rename(const std::filesystem::path& from, const std::filesystem::path& to);
// A second name for the same file. `unsupported` where the file system has no such thing, conflict when `to`
// exists.
Status hard_link(const std::filesystem::path& from, const std::filesystem::path& to);
// Absent is fine.
Status remove_file(const std::filesystem::path& path);
Status remove_tree(const std::filesystem::path& path);

// The whole file; not more than `limit` bytes (too_large).
Result<Bytes> read_file(const std::filesystem::path& path, std::uint64_t limit);
// Replaces the file as a whole (0600): a reader sees the old or the new content, also after power loss.
Status write_file(const std::filesystem::path& path, BytesView bytes);

std::uint64_t free_bytes(const std::filesystem::path& path);  // 0 when it can't be told
// When the file last changed; 0 when it can't be told.
UnixMs modified_at(const std::filesystem::path& path);

}  // namespace keepleaf::os
