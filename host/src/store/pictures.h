// Pictures of what was seen, beside the immutable rows (docs/store-format.md, "Pictures"). Throws
// SQLite::Exception: use it inside guard(). Mutations belong into a transaction and write their change rows
// themselves.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/uuid.h"
#include "store/changes.h"
#include "store/database.h"

namespace keepleaf::store {

inline constexpr std::uint32_t kFirstFormatOfPictures = 3;

struct PictureRow {
  std::string kind;          // "thumbnail", "page"
  std::int64_t object = 0;   // object.n
  Sha256Digest digest;       // of that object
  std::uint64_t size = 0;    // of that object
  std::string media_type;    // "image/png", "image/jpeg", "image/webp"
  std::uint32_t width = 0;   // pixels of the picture
  std::uint32_t height = 0;  // pixels of the picture
  bool partial = false;      // the page goes on below it
  UnixMs taken_at = 0;
};

class Pictures {
 public:
  Pictures(Database& database, ChangeLog* changes) : database_(database), changes_(changes) {}

  // In the order of their kinds; none when the library is read in a format that has no place for them.
  std::vector<PictureRow> of_snapshot(std::int64_t snapshot);
  std::optional<PictureRow> find(std::int64_t snapshot, std::string_view kind);
  // Which kinds there are of the snapshots of a link; those without any are not named.
  std::map<Uuid, std::vector<std::string>> kinds_of_link(std::int64_t link);
  // Replaces an earlier one of the kind; `row.digest` and `row.size` are not looked at. Saying the same again
  // changes nothing.
  void put(const Moment& moment, std::int64_t snapshot, const Uuid& id, const PictureRow& row);

 private:
  Database& database_;
  ChangeLog* changes_;
};

}  // namespace keepleaf::store
