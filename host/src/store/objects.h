// ObjectStore: byte strings, each stored once, named by the SHA-256 of its raw bytes. Small ones lie in the
// database, large ones are files (docs/store-format.md, "Objects").
//
// Functions that name a transaction throw SQLite::Exception and belong into guard(); the others return
// Errors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/result.h"
#include "store/compression.h"
#include "store/database.h"

namespace keepleaf::store {

inline constexpr std::uint64_t kLargestRow = 256U << 10;  // stored bytes; more becomes a file

enum class Encoding : std::uint8_t { raw, zstd, zstd_delta };
const char* encoding_name(Encoding encoding);

struct ObjectRow {
  std::int64_t n = 0;
  std::uint64_t size = 0;
  std::uint64_t stored_size = 0;
  Encoding encoding = Encoding::raw;
  bool in_file = false;
  std::optional<std::int64_t> base;
};

class ObjectStore {
 public:
  // `folder` is the library's.
  ObjectStore(Database& database, std::filesystem::path folder);

  // Throws: inside guard().
  std::optional<ObjectRow> find(const Sha256Digest& digest);

  // Inside a transaction. `stored` is raw or zstd; the caller has the digest from the raw bytes. Returns
  // object.n.
  std::int64_t insert_row(const Sha256Digest& digest, std::uint64_t size, Encoding encoding, BytesView stored,
                          UnixMs now);
  std::int64_t insert_file(const Sha256Digest& digest, std::uint64_t size, Encoding encoding,
                           std::uint64_t stored_size, UnixMs now);

  // Compresses where that helps, and inserts (as a row, or as a file that is durable before this returns)
  // unless the object is there. Inside a transaction; for bytes that are at hand as a whole, such as
  // extracted texts.
  struct Added {
    std::int64_t n = 0;
    std::uint64_t stored_size = 0;  // 0 when it was there
  };
  Result<Added> add(const Sha256Digest& digest, BytesView raw, Compressor& compressor, UnixMs now);

  // Stores a delta again without its base, in its row, whatever its size: a file could not be replaced in the
  // same transaction. Inside a transaction. Errors: corrupt, and those of reading.
  Status make_independent(const Sha256Digest& digest, Compressor& compressor);

  // Whether a published file is there with this size. Inside a transaction it stays so until the end of it.
  bool has_file(const Sha256Digest& digest, std::uint64_t stored_size) const;

  // Gives the file at `staged` its name in objects/, durably (file, name and folders). The staged name stays,
  // so that a transaction that fails afterwards has lost nothing; where the file system has no hard links it
  // is moved.
  Status publish(const std::filesystem::path& staged, const Sha256Digest& digest);

  // The whole object, checked against its digest. Errors: not_found, corrupt, io.
  Result<Bytes> read(const Sha256Digest& digest);

  // The same in pieces, without holding it; the digest is known to be right only when this has returned.
  Status stream(const Sha256Digest& digest, const std::function<Status(BytesView raw)>& take);

  std::filesystem::path file_of(const Sha256Digest& digest) const;
  const std::filesystem::path& folder() const { return objects_; }

 private:
  struct Packed {
    Encoding encoding = Encoding::raw;
    Bytes compressed;  // unless it is raw
  };
  static Packed pack(BytesView raw, Compressor& compressor);
  struct Stored {
    ObjectRow row;
    Bytes bytes;  // empty for files
  };
  Result<Stored> load(const Sha256Digest& digest);
  Status pieces(const Sha256Digest& digest, const Stored& stored, std::uint32_t depth,
                const std::function<Status(BytesView)>& take);
  Result<Bytes> read_base(std::int64_t n, std::uint32_t depth);
  std::int64_t insert(const Sha256Digest& digest, std::uint64_t size, Encoding encoding,
                      std::uint64_t stored_size, const char* place, UnixMs now);

  Database& database_;
  std::filesystem::path objects_;
};

}  // namespace keepleaf::store
