#include "store/schedules.h"

#include <sqlite3.h>

#include "store/query.h"

namespace keepleaf::store {
namespace {

constexpr std::uint32_t kFirstFormat = 5;  // an older library that is only read has no place for them

// Which period holds for which link. A link's own schedule stands above those of its tags.
#define KL_WANTED                                                                             \
  "SELECT s.link AS link, s.every AS every FROM schedule s JOIN link l ON l.n = s.link"       \
  " WHERE l.trashed_at IS NULL UNION ALL SELECT lt.link, min(s.every) FROM schedule s"        \
  " JOIN tag top ON top.n = s.tag JOIN tag t ON t.folded = top.folded"                        \
  " OR (t.folded > top.folded || '/' AND t.folded < top.folded || '0')"                       \
  " JOIN link_tag lt ON lt.tag = t.n JOIN link l ON l.n = lt.link WHERE l.trashed_at IS NULL" \
  " AND NOT EXISTS (SELECT 1 FROM schedule own WHERE own.link = lt.link) GROUP BY lt.link"

#define KL_SCHEDULE                                                                             \
  "SELECT s.n, l.id, coalesce(l.url, ''), coalesce(l.title, ''), coalesce(t.path, ''), s.every" \
  " FROM schedule s LEFT JOIN link l ON l.n = s.link LEFT JOIN tag t ON t.n = s.tag"

ScheduleRow row_of(const Query& query) {
  ScheduleRow row;
  row.n = query.integer(0);
  if (!query.is_null(1)) row.link = query.uuid(1);
  row.link_url = query.text(2);
  row.link_title = query.text(3);
  row.tag = query.text(4);
  row.every = query.integer(5);
  return row;
}

bool changed_any(Database& database) { return sqlite3_changes(database.sql().getHandle()) > 0; }

}  // namespace

UnixMs next_visit(const Uuid& link, std::int64_t every, UnixMs now) {
  // The last six bytes of a link's id are bits of a SHA-256: as good as chance, and always the same.
  std::uint64_t bits = 0;
  const BytesView bytes = link.view();
  for (std::size_t i = bytes.size() - 6; i < bytes.size(); ++i) bits = bits << 8 | bytes[i];
  const auto phase = static_cast<std::int64_t>(bits % static_cast<std::uint64_t>(every));
  const std::int64_t periods = now < phase ? -1 : (now - phase) / every;
  return phase + (periods + 1) * every;
}

void Schedules::add_uses(ScheduleRow& row) {
  Query uses(database_,
             "SELECT count(*), min(v.due_at) FROM schedule s JOIN visit v ON"
             " v.link = s.link OR (s.tag IS NOT NULL AND v.link IN (SELECT lt.link FROM tag top JOIN tag t"
             " ON t.folded = top.folded OR (t.folded > top.folded || '/' AND t.folded < top.folded || '0')"
             " JOIN link_tag lt ON lt.tag = t.n WHERE top.n = s.tag)) WHERE s.n = ?");
  if (!uses.bind(row.n).step()) return;
  row.links = static_cast<std::uint64_t>(uses.integer(0));
  row.next_at = uses.maybe_integer(1);
}

std::vector<ScheduleRow> Schedules::list(std::uint32_t limit, std::int64_t after_n) {
  std::vector<ScheduleRow> rows;
  if (database_.format() < kFirstFormat) return rows;
  {
    Query query(database_, KL_SCHEDULE " WHERE s.n > ? ORDER BY s.n LIMIT ?");
    query.bind(after_n, limit);
    while (query.step()) rows.push_back(row_of(query));
  }
  for (ScheduleRow& row : rows) add_uses(row);
  return rows;
}

std::optional<ScheduleRow> Schedules::of_tag(std::int64_t tag) {
  std::optional<ScheduleRow> row;
  {
    Query query(database_, KL_SCHEDULE " WHERE s.tag = ?");
    if (query.bind(tag).step()) row = row_of(query);
  }
  if (row) add_uses(*row);
  return row;
}

std::uint64_t Schedules::count() {
  if (database_.format() < kFirstFormat) return 0;
  Query query(database_, "SELECT count(*) FROM schedule");
  query.step();
  return static_cast<std::uint64_t>(query.integer(0));
}

std::optional<ScheduleRow> Schedules::of_link(std::int64_t link) {
  if (database_.format() < kFirstFormat) return std::nullopt;
  const auto with_visit = [&](ScheduleRow row) {
    row.links = 1;
    if (const auto next = visit(link)) row.next_at = next->due_at;
    return row;
  };
  {
    Query own(database_, KL_SCHEDULE " WHERE s.link = ?");
    if (own.bind(link).step()) return with_visit(row_of(own));
  }
  Query by_tag(database_, KL_SCHEDULE
               " JOIN tag own ON own.folded = t.folded"
               " OR (own.folded > t.folded || '/' AND own.folded < t.folded || '0')"
               " JOIN link_tag lt ON lt.tag = own.n WHERE lt.link = ? ORDER BY s.every, s.n LIMIT 1");
  if (by_tag.bind(link).step()) return with_visit(row_of(by_tag));
  return std::nullopt;
}

void Schedules::set_link(const Moment& moment, std::int64_t link, const Uuid& id, std::int64_t every) {
  Query query(database_,
              "INSERT INTO schedule (link, every, created_at) VALUES (?, ?, ?)"
              " ON CONFLICT (link) DO UPDATE SET every = excluded.every");
  query.bind(link, every, moment.now).run();
  changes_->record(moment, Entity::link, id.view(), "schedule", every);
}

void Schedules::set_tag(const Moment& moment, std::int64_t tag, const Uuid& id, std::int64_t every) {
  Query query(database_,
              "INSERT INTO schedule (tag, every, created_at) VALUES (?, ?, ?)"
              " ON CONFLICT (tag) DO UPDATE SET every = excluded.every");
  query.bind(tag, every, moment.now).run();
  changes_->record(moment, Entity::tag, id.view(), "schedule", every);
}

bool Schedules::clear_link(const Moment& moment, std::int64_t link, const Uuid& id) {
  Query query(database_, "DELETE FROM schedule WHERE link = ?");
  query.bind(link).run();
  if (!changed_any(database_)) return false;
  changes_->record(moment, Entity::link, id.view(), "schedule", std::monostate());
  return true;
}

bool Schedules::clear_tag(const Moment& moment, std::int64_t tag, const Uuid& id) {
  Query query(database_, "DELETE FROM schedule WHERE tag = ?");
  query.bind(tag).run();
  if (!changed_any(database_)) return false;
  changes_->record(moment, Entity::tag, id.view(), "schedule", std::monostate());
  return true;
}

bool Schedules::derive_visits(UnixMs now) {
  bool changed = false;
  {
    Query gone(database_, "DELETE FROM visit WHERE link NOT IN (SELECT link FROM (" KL_WANTED "))");
    gone.run();
    changed = changed_any(database_);
  }
  std::vector<VisitRow> fresh;
  {
    Query query(database_, "SELECT w.link, l.id, w.every FROM (" KL_WANTED
                           ") w JOIN link l ON l.n = w.link LEFT JOIN visit v ON v.link = w.link"
                           " WHERE v.link IS NULL OR v.every <> w.every");
    while (query.step()) fresh.push_back({query.integer(0), query.uuid(1), query.integer(2), 0});
  }
  Query put(database_,
            "INSERT INTO visit (link, every, due_at) VALUES (?, ?, ?)"
            " ON CONFLICT (link) DO UPDATE SET every = excluded.every, due_at = excluded.due_at");
  for (const VisitRow& row : fresh)
    put.bind(row.link, row.every, next_visit(row.link_id, row.every, now)).run();
  return changed || !fresh.empty();
}

std::optional<VisitRow> Schedules::visit(std::int64_t link) {
  Query query(
      database_,
      "SELECT v.link, l.id, v.every, v.due_at FROM visit v JOIN link l ON l.n = v.link WHERE v.link = ?");
  if (!query.bind(link).step()) return std::nullopt;
  return VisitRow{query.integer(0), query.uuid(1), query.integer(2), query.integer(3)};
}

std::optional<UnixMs> Schedules::next_due() {
  Query query(database_, "SELECT min(due_at) FROM visit");
  query.step();
  return query.maybe_integer(0);
}

std::vector<VisitRow> Schedules::due(UnixMs now, bool all, std::uint32_t limit, std::int64_t after_link) {
  std::vector<VisitRow> rows;
  const auto read = [&](Query& query) {
    while (query.step())
      rows.push_back({query.integer(0), query.uuid(1), query.integer(2), query.integer(3)});
  };
  if (all) {
    Query query(database_,
                "SELECT v.link, l.id, v.every, v.due_at FROM visit v JOIN link l ON l.n = v.link"
                " WHERE v.link > ? ORDER BY v.link LIMIT ?");
    read(query.bind(after_link, limit));
  } else {
    Query query(database_,
                "SELECT v.link, l.id, v.every, v.due_at FROM visit v JOIN link l ON l.n = v.link"
                " WHERE v.due_at <= ? ORDER BY v.due_at LIMIT ?");
    read(query.bind(now, limit));
  }
  return rows;
}

void Schedules::set_due(std::int64_t link, UnixMs at) {
  Query query(database_, "UPDATE visit SET due_at = ? WHERE link = ?");
  query.bind(at, link).run();
}

void Schedules::note_checked(std::int64_t link, const CheckedRow& row) {
  Query query(database_,
              "INSERT INTO checked (job, link, outcome, snapshot, checked_at) VALUES (?, ?, ?, ?, ?)"
              " ON CONFLICT (job) DO UPDATE SET outcome = excluded.outcome, snapshot = excluded.snapshot,"
              " checked_at = excluded.checked_at");
  query.bind(row.job, link, row.outcome, row.snapshot, row.checked_at).run();
}

std::vector<CheckedRow> Schedules::checks_of_link(std::int64_t link, std::uint32_t limit) {
  std::vector<CheckedRow> rows;
  if (database_.format() < kFirstFormat) return rows;
  Query query(
      database_,
      "SELECT job, outcome, snapshot, checked_at FROM checked WHERE link = ? ORDER BY n DESC LIMIT ?");
  query.bind(link, limit);
  while (query.step()) {
    CheckedRow row{query.uuid(0), query.text(1), std::nullopt, query.integer(3)};
    if (!query.is_null(2)) row.snapshot = query.uuid(2);
    rows.push_back(row);
  }
  return rows;
}

}  // namespace keepleaf::store
