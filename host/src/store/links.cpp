#include "store/links.h"

#include <sqlite3.h>

#include "store/query.h"

namespace keepleaf::store {
namespace {

// The columns that row_of reads; a macro because a Query takes literals only.
#define KL_LINK_COLUMNS "n, id, canonical_url, url, host, title, note, created_at, updated_at, trashed_at"

LinkRow row_of(const Query& query) {
  LinkRow row;
  row.n = query.integer(0);
  row.id = query.uuid(1);
  row.canonical_url = query.text(2);
  row.url = query.text(3);
  row.host = query.text(4);
  row.title = query.text(5);
  row.note = query.text(6);
  row.created_at = query.integer(7);
  row.updated_at = query.integer(8);
  row.trashed_at = query.maybe_integer(9);
  return row;
}

std::optional<LinkRow> one(Query& query) {
  if (!query.step()) return std::nullopt;
  return row_of(query);
}

}  // namespace

std::optional<LinkRow> Links::find(const Uuid& id) {
  Query query(database_, "SELECT " KL_LINK_COLUMNS " FROM link WHERE id = ?");
  return one(query.bind(id));
}

std::optional<LinkRow> Links::find(std::int64_t n) {
  Query query(database_, "SELECT " KL_LINK_COLUMNS " FROM link WHERE n = ?");
  return one(query.bind(n));
}

std::vector<LinkRow> Links::list(bool trashed, std::uint32_t limit, const std::optional<LinkCursor>& after) {
  std::vector<LinkRow> rows;
  const LinkCursor from = after.value_or(LinkCursor{INT64_MAX, INT64_MAX});
  const auto collect = [&](Query&& query) {
    query.bind(from.time, from.n, limit);
    while (query.step()) rows.push_back(row_of(query));
  };
  if (trashed) {
    collect(Query(database_, "SELECT " KL_LINK_COLUMNS
                             " FROM link WHERE trashed_at IS NOT NULL AND (trashed_at, n) < (?, ?)"
                             " ORDER BY trashed_at DESC, n DESC LIMIT ?"));
  } else {
    collect(Query(database_,
                  "SELECT " KL_LINK_COLUMNS " FROM link WHERE trashed_at IS NULL AND (created_at, n) < (?, ?)"
                  " ORDER BY created_at DESC, n DESC LIMIT ?"));
  }
  return rows;
}

std::uint64_t Links::count(bool trashed) {
  // Whole indexes are counted by their pages; a condition would make SQLite look at each entry.
  const auto one_number = [](Query&& query) {
    query.step();
    return static_cast<std::uint64_t>(query.integer(0));
  };
  return trashed ? one_number(Query(database_, "SELECT count(*) FROM link WHERE trashed_at IS NOT NULL"))
                 : one_number(Query(database_,
                                    "SELECT (SELECT count(*) FROM link) -"
                                    " (SELECT count(*) FROM link WHERE trashed_at IS NOT NULL)"));
}

std::vector<std::int64_t> Links::following(std::int64_t n, std::uint32_t limit) {
  std::vector<std::int64_t> list;
  Query query(database_, "SELECT n FROM link WHERE trashed_at IS NULL AND n > ? ORDER BY n LIMIT ?");
  query.bind(n, limit);
  while (query.step()) list.push_back(query.integer(0));
  return list;
}

void Links::insert(const Moment& moment, LinkRow& row, std::optional<UnixMs> created_at) {
  row.created_at = created_at.value_or(moment.now);
  row.updated_at = moment.now;
  row.trashed_at.reset();
  Query query(database_,
              "INSERT INTO link (id, canonical_url, url, host, title, note, created_at, updated_at)"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  query
      .bind(row.id, row.canonical_url, row.url, row.host, row.title, row.note, row.created_at, row.updated_at)
      .run();
  row.n = sqlite3_last_insert_rowid(database_.sql().getHandle());
  changes_->record(moment, Entity::link, row.id.view(), "url", std::string_view(row.url));
  if (!row.title.empty())
    changes_->record(moment, Entity::link, row.id.view(), "title", std::string_view(row.title));
  if (!row.note.empty())
    changes_->record(moment, Entity::link, row.id.view(), "note", std::string_view(row.note));
  if (created_at) changes_->record(moment, Entity::link, row.id.view(), "created", *created_at);
}

void Links::set_title(const Moment& moment, LinkRow& row, const std::string& title) {
  Query query(database_, "UPDATE link SET title = ?, updated_at = ? WHERE n = ?");
  query.bind(title, moment.now, row.n).run();
  changes_->record(moment, Entity::link, row.id.view(), "title", std::string_view(title));
  row.title = title;
  row.updated_at = moment.now;
}

void Links::set_note(const Moment& moment, LinkRow& row, const std::string& note) {
  Query query(database_, "UPDATE link SET note = ?, updated_at = ? WHERE n = ?");
  query.bind(note, moment.now, row.n).run();
  changes_->record(moment, Entity::link, row.id.view(), "note", std::string_view(note));
  row.note = note;
  row.updated_at = moment.now;
}

void Links::set_created(const Moment& moment, LinkRow& row, UnixMs created_at) {
  Query query(database_, "UPDATE link SET created_at = ?, updated_at = ? WHERE n = ?");
  query.bind(created_at, moment.now, row.n).run();
  changes_->record(moment, Entity::link, row.id.view(), "created", created_at);
  row.created_at = created_at;
  row.updated_at = moment.now;
}

void Links::set_trashed(const Moment& moment, LinkRow& row, std::optional<UnixMs> at) {
  Query query(database_, "UPDATE link SET trashed_at = ?, updated_at = ? WHERE n = ?");
  query.bind(at, moment.now, row.n).run();
  changes_->record(moment, Entity::link, row.id.view(), "trashed", at ? ChangeValue(*at) : ChangeValue());
  row.trashed_at = at;
  row.updated_at = moment.now;
}

void Links::touch(const Moment& moment, LinkRow& row) {
  Query query(database_, "UPDATE link SET updated_at = ? WHERE n = ?");
  query.bind(moment.now, row.n).run();
  row.updated_at = moment.now;
}

}  // namespace keepleaf::store
