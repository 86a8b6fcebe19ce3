#include "store/snapshots.h"

#include <sqlite3.h>

#include "store/query.h"

namespace keepleaf::store {
namespace {

#define KL_SNAPSHOT_COLUMNS                                                                            \
  "snapshot.n, snapshot.id, snapshot.link, link.id, snapshot.url, snapshot.title, snapshot.taken_at,"  \
  " snapshot.engine, snapshot.redirects, snapshot.language, snapshot.viewport, snapshot.text, "        \
  "snapshot.part_count,"                                                                               \
  " snapshot.size_raw, snapshot.size_stored, snapshot.digest, snapshot.stored_at, snapshot.trashed_at" \
  " FROM snapshot JOIN link ON link.n = snapshot.link"

SnapshotRow row_of(const Query& query) {
  SnapshotRow row;
  row.n = query.integer(0);
  row.id = query.uuid(1);
  row.link = query.integer(2);
  row.link_id = query.uuid(3);
  row.url = query.text(4);
  row.title = query.text(5);
  row.taken_at = query.integer(6);
  row.engine = query.text(7);
  row.redirects = query.text(8);
  row.language = query.text(9);
  row.viewport = query.text(10);
  row.text = query.maybe_integer(11);
  row.part_count = static_cast<std::uint32_t>(query.integer(12));
  row.size_raw = static_cast<std::uint64_t>(query.integer(13));
  row.size_stored = static_cast<std::uint64_t>(query.integer(14));
  row.digest = query.digest(15);
  row.stored_at = query.integer(16);
  row.trashed_at = query.maybe_integer(17);
  return row;
}

// Fields are separated by TAB and lines by LF, so neither may stand in a text as itself.
void escape_into(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace

Sha256Digest snapshot_digest(const SnapshotRow& snapshot, const std::vector<PartRow>& parts) {
  std::string lines = "keepleaf snapshot 1\n";
  const auto field = [&](std::string_view text, char end) {
    escape_into(lines, text);
    lines += end;
  };
  field(snapshot.id.str(), '\t');
  field(snapshot.link_id.str(), '\t');
  field(std::to_string(snapshot.taken_at), '\t');
  field(snapshot.engine, '\t');
  field(snapshot.language, '\t');
  field(snapshot.viewport, '\n');
  field(snapshot.url, '\t');
  field(snapshot.title, '\n');
  for (std::string_view rest = snapshot.redirects; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    field("redirect", '\t');
    field(rest.substr(0, end), '\n');
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  Sha256 hash;
  for (const PartRow& part : parts) {
    field("part", '\t');
    field(std::to_string(part.n), '\t');
    field(part.parent ? std::to_string(*part.parent) : "-", '\t');
    field(part.role, '\t');
    field(part.status, '\t');
    field(part.digest ? part.digest->hex() : "-", '\t');
    field(part.media_type, '\t');
    field(part.url, '\n');
    if (lines.size() > 64U << 10) {
      hash.update(lines);
      lines.clear();
    }
  }
  return hash.update(lines).finish();
}

std::optional<SnapshotRow> Snapshots::find(const Uuid& id) {
  Query query(database_, "SELECT " KL_SNAPSHOT_COLUMNS " WHERE snapshot.id = ?");
  query.bind(id);
  if (!query.step()) return std::nullopt;
  return row_of(query);
}

std::optional<SnapshotRow> Snapshots::newest_of_link(std::int64_t link, const std::string& engine) {
  Query query(database_, "SELECT " KL_SNAPSHOT_COLUMNS
                         " WHERE snapshot.link = ?1 AND snapshot.trashed_at IS NULL"
                         " AND (?2 = '' OR snapshot.engine = ?2)"
                         " ORDER BY snapshot.taken_at DESC, snapshot.n DESC LIMIT 1");
  if (!query.bind(link, engine).step()) return std::nullopt;
  return row_of(query);
}

std::vector<PartRow> Snapshots::parts(std::int64_t snapshot) {
  std::vector<PartRow> parts;
  Query query(database_,
              "SELECT part.n, part.parent, part.role, part.url, part.media_type, part.status, part.object,"
              " object.digest, object.size FROM part LEFT JOIN object ON object.n = part.object"
              " WHERE part.snapshot = ? ORDER BY part.n");
  query.bind(snapshot);
  while (query.step()) {
    PartRow part;
    part.n = static_cast<std::uint32_t>(query.integer(0));
    if (const auto parent = query.maybe_integer(1)) part.parent = static_cast<std::uint32_t>(*parent);
    part.role = query.text(2);
    part.url = query.text(3);
    part.media_type = query.text(4);
    part.status = query.text(5);
    part.object = query.maybe_integer(6);
    if (!query.is_null(7)) {
      part.digest = query.digest(7);
      part.size = static_cast<std::uint64_t>(query.integer(8));
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

std::optional<std::string> Snapshots::newest_title(std::int64_t link) {
  Query query(database_, "SELECT title FROM snapshot WHERE link = ? ORDER BY taken_at DESC, n DESC LIMIT 1");
  query.bind(link);
  if (!query.step()) return std::nullopt;
  return query.text(0);
}

std::vector<SnapshotSummary> Snapshots::of_link(std::int64_t link, Trashed trashed, std::uint32_t limit) {
  std::vector<SnapshotSummary> list;
  Query query(database_,
              "SELECT id, taken_at, engine, trashed_at,"
              " EXISTS (SELECT 1 FROM part WHERE part.snapshot = snapshot.n AND part.object IS NULL)"
              " FROM snapshot WHERE link = ?1 AND (?2 OR trashed_at IS NULL)"
              " ORDER BY taken_at DESC, n DESC LIMIT ?3");
  query.bind(link, trashed == Trashed::include ? 1 : 0, limit);
  while (query.step()) {
    list.push_back(
        {query.uuid(0), query.integer(1), query.text(2), query.integer(4) != 0, query.maybe_integer(3)});
  }
  return list;
}

std::vector<SnapshotRow> Snapshots::all_of_link(std::int64_t link) {
  std::vector<SnapshotRow> rows;
  Query query(database_, "SELECT " KL_SNAPSHOT_COLUMNS " WHERE snapshot.link = ? ORDER BY snapshot.n");
  query.bind(link);
  while (query.step()) rows.push_back(row_of(query));
  return rows;
}

std::uint32_t Snapshots::count_of_link(std::int64_t link) {
  Query query(database_, "SELECT count(*) FROM snapshot WHERE link = ? AND trashed_at IS NULL");
  query.bind(link).step();
  return static_cast<std::uint32_t>(query.integer(0));
}

std::vector<SnapshotRow> Snapshots::trashed_with(std::int64_t link, UnixMs at) {
  std::vector<SnapshotRow> rows;
  Query query(database_,
              "SELECT " KL_SNAPSHOT_COLUMNS " WHERE snapshot.link = ? AND snapshot.trashed_at = ?");
  query.bind(link, at);
  while (query.step()) rows.push_back(row_of(query));
  return rows;
}

std::optional<Uuid> Snapshots::with_text(std::int64_t link, std::int64_t text) {
  Query query(database_,
              "SELECT id FROM snapshot WHERE text = ? AND link = ? AND trashed_at IS NULL"
              " ORDER BY taken_at DESC, n DESC LIMIT 1");
  query.bind(text, link);
  if (!query.step()) return std::nullopt;
  return query.uuid(0);
}

Snapshots::Receipt Snapshots::receipt(const SnapshotRow& snapshot) {
  Receipt receipt;
  {
    Query query(
        database_,
        "SELECT link.created_at = ?2 AND NOT EXISTS (SELECT 1 FROM snapshot WHERE link = ?1 AND n < ?3),"
        " (SELECT count(*) FROM snapshot WHERE link = ?1 AND n < ?3 AND trashed_at IS NULL)"
        " FROM link WHERE link.n = ?1");
    query.bind(snapshot.link, snapshot.stored_at, snapshot.n).step();
    receipt.new_link = query.integer(0) != 0;
    receipt.versions = static_cast<std::uint32_t>(query.integer(1)) + 1;
  }
  // An object is this snapshot's when it came with it: in the same moment, and no earlier snapshot has it.
  Query query(database_,
              "SELECT count(*), ifnull(sum(object.created_at = ?2 AND NOT EXISTS"
              "  (SELECT 1 FROM part AS other WHERE other.object = object.n AND other.snapshot < ?1)), 0)"
              " FROM object WHERE n IN (SELECT object FROM part WHERE snapshot = ?1 AND object IS NOT NULL)");
  query.bind(snapshot.n, snapshot.stored_at).step();
  receipt.objects_new = static_cast<std::uint32_t>(query.integer(1));
  receipt.objects_known = static_cast<std::uint32_t>(query.integer(0)) - receipt.objects_new;
  return receipt;
}

void Snapshots::insert(const Moment& moment, SnapshotRow& row, const std::vector<PartRow>& parts) {
  row.stored_at = moment.now;
  Query query(
      database_,
      "INSERT INTO snapshot (id, link, url, title, taken_at, engine, redirects, language, viewport, text,"
      " part_count, size_raw, size_stored, digest, stored_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query
      .bind(row.id, row.link, row.url, row.title, row.taken_at, row.engine, row.redirects, row.language,
            row.viewport, row.text, row.part_count, row.size_raw, row.size_stored, row.digest, row.stored_at)
      .run();
  row.n = sqlite3_last_insert_rowid(database_.sql().getHandle());
  Query insert_part(database_,
                    "INSERT INTO part (snapshot, n, parent, role, url, object, media_type, status)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  for (const PartRow& part : parts) {
    insert_part
        .bind(row.n, part.n, part.parent, part.role, part.url, part.object, part.media_type, part.status)
        .run();
  }
  changes_->record(moment, Entity::snapshot, row.id.view(), "link", row.link_id.view());
}

void Snapshots::set_trashed(const Moment& moment, SnapshotRow& row, std::optional<UnixMs> at) {
  Query query(database_, "UPDATE snapshot SET trashed_at = ? WHERE n = ?");
  query.bind(at, row.n).run();
  changes_->record(moment, Entity::snapshot, row.id.view(), "trashed", at ? ChangeValue(*at) : ChangeValue());
  row.trashed_at = at;
}

}  // namespace keepleaf::store
