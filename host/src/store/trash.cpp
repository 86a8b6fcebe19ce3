#include "store/trash.h"

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "store/query.h"

namespace keepleaf::store {
namespace {

// Both kinds in one order; `place` tells rows of the same moment apart.
#define KL_TRASHED                                                                                       \
  "SELECT 1 AS whole, link.n AS n, link.n * 2 + 1 AS place, link.id AS id, link.id AS link_id,"          \
  " link.url AS url, link.title AS title, link.trashed_at AS at FROM link WHERE trashed_at IS NOT NULL"  \
  " UNION ALL SELECT 0, snapshot.n, snapshot.n * 2, snapshot.id, link.id, snapshot.url, snapshot.title," \
  " snapshot.trashed_at FROM snapshot JOIN link ON link.n = snapshot.link"                               \
  " WHERE snapshot.trashed_at IS NOT NULL AND link.trashed_at IS NULL"

// Change rows of taggings begin with the link's id (ChangeLog::record_tagging).
using TaggingId = std::array<std::uint8_t, 32>;
TaggingId tagging_bound(const Uuid& link, std::uint8_t fill) {
  TaggingId id;
  id.fill(fill);
  std::copy(link.bytes.begin(), link.bytes.end(), id.begin());
  return id;
}

}  // namespace

TrashCursor cursor_of(const TrashRow& row) { return {row.trashed_at, row.n * 2 + (row.whole_link ? 1 : 0)}; }

std::vector<TrashRow> Trash::list(std::uint32_t limit, const std::optional<TrashCursor>& after) {
  std::vector<TrashRow> rows;
  const TrashCursor from = after.value_or(TrashCursor{INT64_MAX, INT64_MAX});
  {
    Query query(database_, "SELECT whole, n, id, link_id, url, title, at FROM (" KL_TRASHED
                           ") WHERE (at, place) < (?, ?) ORDER BY at DESC, place DESC LIMIT ?");
    query.bind(from.trashed_at, from.place, limit);
    while (query.step()) {
      TrashRow& row = rows.emplace_back();
      row.whole_link = query.integer(0) != 0;
      row.n = query.integer(1);
      row.id = query.uuid(2);
      row.link_id = query.uuid(3);
      row.url = query.text(4);
      row.title = query.text(5);
      row.trashed_at = query.integer(6);
    }
  }
  const auto weigh = [](TrashRow& row, Query&& query) {
    query.bind(row.n).step();
    row.snapshots = static_cast<std::uint32_t>(query.integer(0));
    row.size_stored = static_cast<std::uint64_t>(query.integer(1));
  };
  for (TrashRow& row : rows) {
    if (row.whole_link)
      weigh(row, {database_, "SELECT count(*), ifnull(sum(size_stored), 0) FROM snapshot WHERE link = ?"});
    else
      weigh(row, {database_, "SELECT 1, size_stored FROM snapshot WHERE n = ?"});
  }
  return rows;
}

std::uint64_t Trash::count() {
  Query query(database_, "SELECT count(*) FROM (" KL_TRASHED ")");
  query.step();
  return static_cast<std::uint64_t>(query.integer(0));
}

std::vector<Uuid> Trash::since_before(UnixMs until, std::uint32_t limit) {
  std::vector<Uuid> ids;
  Query query(database_,
              "SELECT id FROM link WHERE trashed_at <= ?1 UNION ALL"
              " SELECT id FROM snapshot WHERE trashed_at <= ?1 LIMIT ?2");
  query.bind(until, limit);
  while (query.step()) ids.push_back(query.uuid(0));
  return ids;
}

std::optional<UnixMs> Trash::oldest() {
  Query query(database_,
              "SELECT min(at) FROM (SELECT min(trashed_at) AS at FROM link UNION ALL"
              " SELECT min(trashed_at) FROM snapshot WHERE trashed_at IS NOT NULL)");
  query.step();
  return query.maybe_integer(0);
}

void Trash::forget_changes(Entity entity, BytesView id) {
  Query query(database_, "DELETE FROM change WHERE entity = ? AND id = ?");
  query.bind(entity_name(entity), id).run();
}

std::optional<std::int64_t> Trash::destroy(const Moment& moment, const SnapshotRow& snapshot) {
  {
    Query doom(database_,
               "INSERT OR IGNORE INTO doomed SELECT object.digest FROM object WHERE n IN"
               " (SELECT object FROM part WHERE snapshot = ?1 AND object IS NOT NULL"
               "  UNION SELECT object FROM picture WHERE snapshot = ?1)");
    doom.bind(snapshot.n).run();
  }
  {
    // Parts, pictures and measures go with it (ON DELETE CASCADE).
    Query query(database_, "DELETE FROM snapshot WHERE n = ?");
    query.bind(snapshot.n).run();
  }
  forget_changes(Entity::snapshot, snapshot.id.view());
  changes_->record(moment, Entity::snapshot, snapshot.id.view(), "destroyed", std::int64_t{moment.now});
  if (!snapshot.text) return std::nullopt;
  Query others(database_, "SELECT 1 FROM snapshot WHERE text = ? LIMIT 1");
  return others.bind(*snapshot.text).step() ? std::nullopt : snapshot.text;
}

void Trash::forget_text(std::int64_t text) {
  Query doom(
      database_,
      "INSERT OR IGNORE INTO doomed SELECT object.digest FROM text JOIN object ON object.n = text.object"
      " WHERE text.n = ?");
  doom.bind(text).run();
  Query query(database_, "DELETE FROM text WHERE n = ?");
  query.bind(text).run();
}

void Trash::destroy(const Moment& moment, const LinkRow& link) {
  std::vector<std::pair<std::int64_t, Uuid>> tags;
  {
    Query query(database_,
                "SELECT tag.n, tag.id FROM link_tag AS own JOIN tag ON tag.n = own.tag WHERE own.link = ?1"
                " AND NOT EXISTS (SELECT 1 FROM link_tag WHERE tag = own.tag AND link <> ?1)");
    query.bind(link.n);
    while (query.step()) tags.emplace_back(query.integer(0), query.uuid(1));
  }
  {
    // Its jobs and taggings go with it; a worker that runs one of the jobs takes that for a cancellation.
    Query query(database_, "DELETE FROM link WHERE n = ?");
    query.bind(link.n).run();
  }
  for (const auto& [n, id] : tags) {
    Query query(database_, "DELETE FROM tag WHERE n = ?");
    query.bind(n).run();
    forget_changes(Entity::tag, id.view());
  }
  forget_changes(Entity::link, link.id.view());
  {
    Query query(database_, "DELETE FROM change WHERE entity = 'tagging' AND id BETWEEN ? AND ?");
    const TaggingId first = tagging_bound(link.id, 0);
    const TaggingId last = tagging_bound(link.id, 0xFF);
    query.bind(BytesView(first), BytesView(last)).run();
  }
  changes_->record(moment, Entity::link, link.id.view(), "destroyed", std::int64_t{moment.now});
}

void Trash::forget_earlier_titles(const Moment& moment, const Uuid& link) {
  Query query(database_,
              "DELETE FROM change WHERE entity = 'link' AND id = ? AND field = 'title' AND hlc < ?");
  query.bind(link, moment.hlc).run();
}

}  // namespace keepleaf::store
