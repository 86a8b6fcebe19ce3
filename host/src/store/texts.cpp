#include "store/texts.h"

#include <sqlite3.h>

#include "store/query.h"

namespace keepleaf::store {
namespace {

#define KL_TEXT_COLUMNS                                          \
  "text.n, text.key, object.digest, text.length, text.truncated" \
  " FROM text JOIN object ON object.n = text.object"

TextRow row_of(const Query& query) {
  return {query.integer(0), query.digest(1), query.digest(2), static_cast<std::uint64_t>(query.integer(3)),
          query.integer(4) != 0};
}

std::optional<TextRow> one(Query& query) {
  if (!query.step()) return std::nullopt;
  return row_of(query);
}

std::vector<std::int64_t> numbers(Query& query) {
  std::vector<std::int64_t> list;
  while (query.step()) list.push_back(query.integer(0));
  return list;
}

}  // namespace

std::optional<TextRow> Texts::find(const Sha256Digest& key) {
  Query query(database_, "SELECT " KL_TEXT_COLUMNS " WHERE text.key = ?");
  return one(query.bind(key));
}

std::optional<TextRow> Texts::find(std::int64_t n) {
  Query query(database_, "SELECT " KL_TEXT_COLUMNS " WHERE text.n = ?");
  return one(query.bind(n));
}

std::vector<std::int64_t> Texts::of_link(std::int64_t link) {
  Query query(
      database_,
      "SELECT DISTINCT text FROM snapshot WHERE link = ? AND text IS NOT NULL AND trashed_at IS NULL");
  return numbers(query.bind(link));
}

bool Texts::in_use(std::int64_t text) {
  Query query(database_,
              "SELECT 1 FROM snapshot JOIN link ON link.n = snapshot.link"
              " WHERE snapshot.text = ? AND snapshot.trashed_at IS NULL AND link.trashed_at IS NULL LIMIT 1");
  return query.bind(text).step();
}

std::vector<std::int64_t> Texts::in_use_after(std::int64_t n, std::uint32_t limit) {
  Query query(database_,
              "SELECT DISTINCT snapshot.text FROM snapshot JOIN link ON link.n = snapshot.link"
              " WHERE snapshot.text > ? AND snapshot.trashed_at IS NULL AND link.trashed_at IS NULL"
              " ORDER BY snapshot.text LIMIT ?");
  return numbers(query.bind(n, limit));
}

std::int64_t Texts::insert(const Sha256Digest& key, std::int64_t object, std::uint64_t length,
                           bool truncated) {
  Query query(database_, "INSERT INTO text (key, object, length, truncated) VALUES (?, ?, ?, ?)");
  query.bind(key, object, length, truncated ? 1 : 0).run();
  return sqlite3_last_insert_rowid(database_.sql().getHandle());
}

}  // namespace keepleaf::store
