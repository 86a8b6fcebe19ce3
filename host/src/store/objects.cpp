#include "store/objects.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "base/os/file.h"
#include "store/query.h"

namespace keepleaf::store {
namespace {

constexpr std::size_t kPiece = 256U << 10;
constexpr std::uint32_t kLongestChain = 16;

std::optional<Encoding> encoding_from(std::string_view name) {
  if (name == "raw") return Encoding::raw;
  if (name == "zstd") return Encoding::zstd;
  if (name == "zstd-delta") return Encoding::zstd_delta;
  return std::nullopt;
}

ObjectRow row_of(const Query& query) {
  const auto encoding = encoding_from(query.text(3));
  if (!encoding)
    throw SQLite::Exception("an object has an encoding that this Keepleaf does not know", SQLITE_CORRUPT);
  ObjectRow row;
  row.n = query.integer(0);
  row.size = static_cast<std::uint64_t>(query.integer(1));
  row.stored_size = static_cast<std::uint64_t>(query.integer(2));
  row.encoding = *encoding;
  row.in_file = query.text(4) == "file";
  row.base = query.maybe_integer(5);
  return row;
}

Error wrong(const Sha256Digest& digest, const std::string& how) {
  return Error{ErrorCode::corrupt, "The object " + digest.hex() + " " + how + ".",
               "The other objects are unaffected.",
               "Run 'keepleaf verify --deep' to see what else is damaged, and take the snapshot again."};
}

}  // namespace

const char* encoding_name(Encoding encoding) {
  switch (encoding) {
    case Encoding::raw:
      return "raw";
    case Encoding::zstd:
      return "zstd";
    case Encoding::zstd_delta:
      return "zstd-delta";
  }
  return "raw";
}

ObjectStore::ObjectStore(Database& database, std::filesystem::path folder)
    : database_(database), objects_(std::move(folder) / "objects") {}

std::optional<ObjectRow> ObjectStore::find(const Sha256Digest& digest) {
  Query query(database_, "SELECT n, size, stored_size, encoding, place, base FROM object WHERE digest = ?");
  query.bind(digest);
  if (!query.step()) return std::nullopt;
  return row_of(query);
}

std::int64_t ObjectStore::insert(const Sha256Digest& digest, std::uint64_t size, Encoding encoding,
                                 std::uint64_t stored_size, const char* place, UnixMs now) {
  Query query(database_,
              "INSERT INTO object (digest, size, encoding, stored_size, place, created_at) VALUES (?, ?, ?, "
              "?, ?, ?)");
  query.bind(digest, size, encoding_name(encoding), stored_size, place, now).run();
  return sqlite3_last_insert_rowid(database_.sql().getHandle());
}

std::int64_t ObjectStore::insert_row(const Sha256Digest& digest, std::uint64_t size, Encoding encoding,
                                     BytesView stored, UnixMs now) {
  const std::int64_t n = insert(digest, size, encoding, stored.size(), "row", now);
  Query query(database_, "INSERT INTO object_bytes (object, bytes) VALUES (?, ?)");
  query.bind(n, StaticBytes{stored}).run();
  return n;
}

std::int64_t ObjectStore::insert_file(const Sha256Digest& digest, std::uint64_t size, Encoding encoding,
                                      std::uint64_t stored_size, UnixMs now) {
  return insert(digest, size, encoding, stored_size, "file", now);
}

ObjectStore::Packed ObjectStore::pack(BytesView raw, Compressor& compressor) {
  Packed packed;
  for (std::size_t at = 0; at < raw.size(); at += kFrameBytes) {
    const BytesView frame = compressor.frame(raw.subspan(at, std::min(kFrameBytes, raw.size() - at)));
    packed.compressed.insert(packed.compressed.end(), frame.begin(), frame.end());
  }
  if (packed.compressed.size() < raw.size()) packed.encoding = Encoding::zstd;
  return packed;
}

Status ObjectStore::make_independent(const Sha256Digest& digest, Compressor& compressor) {
  KL_ASSIGN(const Bytes raw, read(digest));
  const Packed packed = pack(raw, compressor);
  const BytesView stored = packed.encoding == Encoding::raw ? BytesView(raw) : BytesView(packed.compressed);
  const auto row = find(digest);
  Query bytes(database_, "INSERT OR REPLACE INTO object_bytes (object, bytes) VALUES (?, ?)");
  bytes.bind(row->n, StaticBytes{stored}).run();
  // What depends on it has a chain that is shorter by as much as its own was long.
  Query below(database_,
              "WITH RECURSIVE below (n) AS (SELECT n FROM object WHERE base = ?1 UNION ALL"
              " SELECT object.n FROM object JOIN below ON object.base = below.n)"
              " UPDATE object SET depth = depth - (SELECT depth FROM object WHERE n = ?1) WHERE n IN below");
  below.bind(row->n).run();
  Query query(
      database_,
      "UPDATE object SET encoding = ?, base = NULL, depth = 0, stored_size = ?, place = 'row' WHERE n = ?");
  query.bind(encoding_name(packed.encoding), stored.size(), row->n).run();
  return {};
}

bool ObjectStore::has_file(const Sha256Digest& digest, std::uint64_t stored_size) const {
  std::error_code error;
  const auto size = std::filesystem::file_size(file_of(digest), error);
  return !error && size == stored_size;
}

Result<ObjectStore::Added> ObjectStore::add(const Sha256Digest& digest, BytesView raw, Compressor& compressor,
                                            UnixMs now) {
  if (const auto known = find(digest)) return Added{known->n, 0};
  const Packed packed = pack(raw, compressor);
  const Encoding encoding = packed.encoding;
  const BytesView stored = encoding == Encoding::raw ? raw : BytesView(packed.compressed);
  if (stored.size() <= kLargestRow)
    return Added{insert_row(digest, raw.size(), encoding, stored, now), stored.size()};

  const auto path = file_of(digest);
  KL_TRY(os::make_folder(path.parent_path()));
  KL_TRY(os::write_file(path, stored));
  KL_TRY(os::sync_folder(objects_));
  return Added{insert_file(digest, raw.size(), encoding, stored.size(), now), stored.size()};
}

std::filesystem::path ObjectStore::file_of(const Sha256Digest& digest) const {
  const std::string name = digest.hex();
  return objects_ / name.substr(0, 2) / name;
}

Status ObjectStore::publish(const std::filesystem::path& staged, const Sha256Digest& digest) {
  const auto target = file_of(digest);
  const auto folder = target.parent_path();
  {
    KL_ASSIGN(auto file, os::File::open(staged, os::FileMode::read));
    KL_TRY(file.sync());
  }
  KL_TRY(os::make_folder(folder));
  // A file of this name may be left from a commit that was cut off; it may even be damaged. The second name
  // replaces it whatever it holds.
  const std::filesystem::path second = staged.string() + ".link";
  KL_TRY(os::remove_file(second));
  if (auto linked = os::hard_link(staged, second)) {
    KL_TRY(os::rename(second, target));
    KL_TRY(os::remove_file(second));  // rename does nothing when both names are already this very file
  } else if (linked.error().code == ErrorCode::unsupported) {
    KL_TRY(os::rename(staged, target));
  } else {
    return linked;
  }
  KL_TRY(os::sync_folder(folder));
  return os::sync_folder(objects_);
}

Result<ObjectStore::Stored> ObjectStore::load(const Sha256Digest& digest) {
  return guard("read the object " + digest.hex(), [&]() -> Result<Stored> {
    Stored stored;
    const auto row = find(digest);
    if (!row) return fail(ErrorCode::not_found, "There is no object " + digest.hex() + " in this library.");
    stored.row = *row;
    if (row->in_file) return stored;
    Query query(database_, "SELECT bytes FROM object_bytes WHERE object = ?");
    query.bind(row->n);
    if (!query.step()) return fail(wrong(digest, "has lost its bytes"));
    const BytesView bytes = query.bytes(0);
    if (bytes.size() != row->stored_size) return fail(wrong(digest, "does not have its recorded size"));
    stored.bytes.assign(bytes.begin(), bytes.end());
    return stored;
  });
}

Result<Bytes> ObjectStore::read_base(std::int64_t n, std::uint32_t depth) {
  KL_ASSIGN(const auto digest, guard("read an object", [&]() -> Result<Sha256Digest> {
              Query query(database_, "SELECT digest FROM object WHERE n = ?");
              query.bind(n);
              if (!query.step()) return fail(ErrorCode::corrupt, "An object refers to another that is gone.");
              return query.digest(0);
            }));
  KL_ASSIGN(const Stored stored, load(digest));
  Bytes raw;
  KL_TRY(pieces(digest, stored, depth, [&](BytesView piece) -> Status {
    raw.insert(raw.end(), piece.begin(), piece.end());
    return {};
  }));
  return raw;
}

Status ObjectStore::pieces(const Sha256Digest& digest, const Stored& stored, std::uint32_t depth,
                           const std::function<Status(BytesView)>& take) {
  if (depth > kLongestChain) return fail(wrong(digest, "is part of a chain that is too long"));
  Bytes prefix;
  if (stored.row.base) {
    KL_ASSIGN(prefix, read_base(*stored.row.base, depth + 1));
  }
  Sha256 hash;
  std::uint64_t size = 0;
  const auto checked = [&](BytesView piece) -> Status {
    size += piece.size();
    if (size > stored.row.size) return fail(wrong(digest, "unpacks to more than its recorded size"));
    hash.update(piece);
    return take(piece);
  };
  Decompressor decompressor;
  KL_TRY(decompressor.begin(prefix));
  const auto unpacked = [&](BytesView piece) -> Status {
    if (stored.row.encoding == Encoding::raw) return checked(piece);
    auto status = decompressor.feed(piece, checked);
    if (!status && status.error().code == ErrorCode::corrupt && status.error().kept.empty())
      return fail(wrong(digest, "can't be unpacked"));
    return status;
  };

  if (stored.row.in_file) {
    auto file = os::File::open(file_of(digest), os::FileMode::read);
    if (!file && file.error().code == ErrorCode::not_found) return fail(wrong(digest, "has lost its file"));
    if (!file) return fail(file.error());
    Bytes buffer(kPiece);
    for (std::uint64_t at = 0;;) {
      KL_ASSIGN(const std::size_t got, file->read_at(at, buffer));
      if (got == 0) break;
      KL_TRY(unpacked({buffer.data(), got}));
      at += got;
    }
  } else {
    KL_TRY(unpacked(stored.bytes));
  }
  if (size != stored.row.size || !decompressor.at_frame_end())
    return fail(wrong(digest, "is shorter than its recorded size"));
  if (hash.finish() != digest) return fail(wrong(digest, "has other content than its name says"));
  return {};
}

Result<Bytes> ObjectStore::read(const Sha256Digest& digest) {
  KL_ASSIGN(const Stored stored, load(digest));
  Bytes raw;
  // A damaged row may claim any size: grow with what is really there.
  raw.reserve(std::min<std::uint64_t>(stored.row.size, stored.row.stored_size * 64));
  KL_TRY(pieces(digest, stored, 0, [&](BytesView piece) -> Status {
    raw.insert(raw.end(), piece.begin(), piece.end());
    return {};
  }));
  return raw;
}

Status ObjectStore::stream(const Sha256Digest& digest, const std::function<Status(BytesView raw)>& take) {
  KL_ASSIGN(const Stored stored, load(digest));
  return pieces(digest, stored, 0, take);
}

}  // namespace keepleaf::store
