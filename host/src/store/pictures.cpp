#include "store/pictures.h"

#include <algorithm>

#include "store/query.h"

namespace keepleaf::store {
namespace {

bool same(const PictureRow& a, const PictureRow& b) {
  return a.object == b.object && a.media_type == b.media_type && a.width == b.width && a.height == b.height &&
         a.partial == b.partial && a.taken_at == b.taken_at;
}

}  // namespace

std::vector<PictureRow> Pictures::of_snapshot(std::int64_t snapshot) {
  std::vector<PictureRow> rows;
  if (database_.format() < kFirstFormatOfPictures) return rows;
  Query query(database_,
              "SELECT kind, object, digest, size, media_type, width, height, partial, taken_at"
              " FROM picture JOIN object ON object.n = picture.object WHERE snapshot = ? ORDER BY kind");
  query.bind(snapshot);
  while (query.step()) {
    PictureRow& row = rows.emplace_back();
    row.kind = query.text(0);
    row.object = query.integer(1);
    row.digest = query.digest(2);
    row.size = static_cast<std::uint64_t>(query.integer(3));
    row.media_type = query.text(4);
    row.width = static_cast<std::uint32_t>(query.integer(5));
    row.height = static_cast<std::uint32_t>(query.integer(6));
    row.partial = query.integer(7) != 0;
    row.taken_at = query.integer(8);
  }
  return rows;
}

std::optional<PictureRow> Pictures::find(std::int64_t snapshot, std::string_view kind) {
  const auto rows = of_snapshot(snapshot);
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const PictureRow& row) { return row.kind == kind; });
  if (found == rows.end()) return std::nullopt;
  return *found;
}

std::map<Uuid, std::vector<std::string>> Pictures::kinds_of_link(std::int64_t link) {
  std::map<Uuid, std::vector<std::string>> kinds;
  if (database_.format() < kFirstFormatOfPictures) return kinds;
  Query query(database_,
              "SELECT snapshot.id, picture.kind FROM snapshot JOIN picture ON picture.snapshot = snapshot.n"
              " WHERE snapshot.link = ? ORDER BY picture.kind");
  query.bind(link);
  while (query.step()) kinds[query.uuid(0)].push_back(query.text(1));
  return kinds;
}

void Pictures::put(const Moment& moment, std::int64_t snapshot, const Uuid& id, const PictureRow& row) {
  const auto before = find(snapshot, row.kind);
  if (before && same(*before, row)) return;
  Query query(database_,
              "INSERT OR REPLACE INTO picture (snapshot, kind, object, media_type, width, height, partial,"
              " taken_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  query
      .bind(snapshot, row.kind, row.object, row.media_type, row.width, row.height, row.partial ? 1 : 0,
            row.taken_at)
      .run();
  changes_->record(moment, Entity::snapshot, id.view(), "picture_" + row.kind, std::int64_t{row.taken_at});
}

}  // namespace keepleaf::store
