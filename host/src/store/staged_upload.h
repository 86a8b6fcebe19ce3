// StagedUpload: one byte stream of a capture under way. It is hashed and compressed while it arrives, kept in
// memory as long as it is small, and otherwise appended to a file of its own:
//
//   <upload>.zst, .raw             still open: zstd frames of at most kFrameBytes, or the bytes themselves
//   <upload>.mark                  for .raw: how far it is durable, and the CRC-32C of what lies before
//   <upload>.<sha256>.zst, .raw    ended
//
// `.raw` is chosen when the first frame does not shrink: what is compressed already. Every frame carries a
// checksum and the mark carries one, so that after a crash what is whole can be told from what is torn.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/os/file.h"
#include "base/result.h"
#include "store/compression.h"
#include "store/objects.h"

namespace keepleaf::store {

class StagedUpload {
 public:
  // `folder` need not exist before spill() or sync(); the caller makes it.
  StagedUpload(std::filesystem::path folder, std::uint32_t number, Compressor& compressor);

  // Takes up what a killed process left: checks it, cuts a torn tail off, makes the rest durable. Nothing
  // when no usable byte is left (the files are gone then).
  static Result<std::unique_ptr<StagedUpload>> recover(const std::filesystem::path& folder,
                                                       std::uint32_t number, Compressor& compressor);

  std::uint32_t number() const { return number_; }
  std::uint64_t received() const { return framed_ + pending_.size(); }
  std::uint64_t durable() const { return durable_; }
  const std::optional<Sha256Digest>& object() const { return object_; }
  std::uint64_t size() const { return received(); }
  // Bytes that it keeps in memory.
  std::size_t buffered() const { return pending_.size() + held_.size(); }
  bool in_memory() const { return !file_; }

  // Appends at `offset`; what was received before is ignored. `may_spill` is asked for before the first byte
  // goes to the folder, which it makes. Errors: gap, conflict (it was ended), no_space, io; what was received
  // stays received.
  using Prepare = std::function<Status()>;
  Status write(std::uint64_t offset, BytesView bytes, const Prepare& may_spill);

  // Moves what is in memory to the file.
  Status spill(const Prepare& may_spill);
  // Makes everything durable (the caller syncs the folder). After a failure the upload is empty: what the
  // kernel could not write it may have dropped.
  Status sync(const Prepare& may_spill);

  // Ends it. Errors: digest_mismatch (it is empty again).
  Status finish(std::uint64_t size, const std::optional<Sha256Digest>& expected);

  // As it will be stored; after finish() alone.
  Encoding encoding() const { return raw_ ? Encoding::raw : Encoding::zstd; }
  std::uint64_t stored_size() const { return stored_ + held_.size(); }
  // The stored bytes, when they are few.
  Result<Bytes> stored_bytes() const;
  // Where they lie; after spill().
  std::filesystem::path path() const { return name(); }
  // The raw bytes, checked against the digest.
  Result<Bytes> read() const;

  // Forgets everything, on disk too.
  Status reset();

 private:
  std::filesystem::path name() const;
  std::filesystem::path mark_name() const;
  Status flush(const Prepare& may_spill, bool all);
  Status put(BytesView stored, const Prepare& may_spill);
  BytesView encode(BytesView raw);
  Status write_mark();
  Status store_unpacked();
  Status recover_frames();
  Status recover_raw();
  Status each_raw_piece(const std::function<Status(BytesView)>& take) const;

  std::filesystem::path folder_;
  std::uint32_t number_;
  Compressor* compressor_;

  Sha256 hash_;
  Bytes pending_;  // raw, received, not encoded yet
  Bytes held_;     // encoded, not in the file
  std::unique_ptr<os::File> file_;
  std::uint64_t framed_ = 0;   // raw bytes that are encoded (in held_ or the file)
  std::uint64_t stored_ = 0;   // encoded bytes in the file
  std::uint64_t durable_ = 0;  // raw
  bool decided_ = false;       // whether raw_ is settled
  bool raw_ = false;
  std::uint32_t raw_crc_ = 0;  // of the raw file up to stored_
  std::unique_ptr<os::File> mark_file_;
  bool mark_turn_ = false;  // whether the next mark goes to the second place
  std::optional<Sha256Digest> object_;
};

// What the name of a file in a capture's folder says.
struct StagedName {
  std::uint32_t number = 0;
  bool raw = false;
  std::optional<Sha256Digest> object;
};
std::optional<StagedName> parse_staged_name(std::string_view name);

}  // namespace keepleaf::store
