#include "store/tags.h"

#include <sqlite3.h>

#include "base/digest.h"
#include "store/query.h"

namespace keepleaf::store {
namespace {

// Path order: a tag, then what is below it, then its next sibling. '/' must sort before every other character
// for that; control characters can't occur in a path.
#define KL_PATH_ORDER(column) "replace(" column ", '/', char(1))"
// Below `?1`: everything between "x/" and "x0", '0' being the character after '/'.
#define KL_SUBTREE(column) "(" column " = ?1 OR (" column " > ?1 || '/' AND " column " < ?1 || '0'))"
#define KL_BEGINS_A_LEVEL \
  "(?1 = '' OR substr(tag.folded, 1, length(?1)) = ?1 OR instr(tag.folded, '/' || ?1) > 0)"
#define KL_USED                                                        \
  "EXISTS (SELECT 1 FROM link_tag JOIN link ON link.n = link_tag.link" \
  " WHERE link_tag.tag = tag.n AND link.trashed_at IS NULL)"

TagRow row_of(const Query& query) { return {query.integer(0), query.uuid(1), query.text(2), query.text(3)}; }

}  // namespace

Uuid tag_id(std::string_view folded) {
  return Uuid::v8(Sha256().update("keepleaf tag 1").update(folded).finish());
}

std::optional<TagRow> Tags::find(const std::string& folded) {
  Query query(database_, "SELECT n, id, path, folded FROM tag WHERE folded = ?");
  query.bind(folded);
  if (!query.step()) return std::nullopt;
  return row_of(query);
}

std::vector<TagRow> Tags::subtree(const std::string& folded) {
  std::vector<TagRow> rows;
  Query query(database_, "SELECT n, id, path, folded FROM tag WHERE " KL_SUBTREE(
                             "folded") " ORDER BY " KL_PATH_ORDER("folded"));
  query.bind(folded);
  while (query.step()) rows.push_back(row_of(query));
  return rows;
}

std::vector<std::string> Tags::of_link(std::int64_t link) {
  std::vector<std::string> paths;
  Query query(database_,
              "SELECT path FROM link_tag JOIN tag ON tag.n = link_tag.tag WHERE link_tag.link = ?"
              " ORDER BY " KL_PATH_ORDER("folded"));
  query.bind(link);
  while (query.step()) paths.push_back(query.text(0));
  return paths;
}

std::uint32_t Tags::count_of_link(std::int64_t link) {
  Query query(database_, "SELECT count(*) FROM link_tag WHERE link = ?");
  query.bind(link).step();
  return static_cast<std::uint32_t>(query.integer(0));
}

std::vector<std::int64_t> Tags::links(std::int64_t tag) {
  std::vector<std::int64_t> list;
  Query query(database_, "SELECT link FROM link_tag WHERE tag = ? ORDER BY link");
  query.bind(tag);
  while (query.step()) list.push_back(query.integer(0));
  return list;
}

std::uint64_t Tags::count_links(const std::string& folded) {
  Query query(database_,
              "SELECT count(DISTINCT link_tag.link) FROM tag JOIN link_tag ON link_tag.tag = tag.n"
              " JOIN link ON link.n = link_tag.link"
              " WHERE link.trashed_at IS NULL AND " KL_SUBTREE("tag.folded"));
  query.bind(folded).step();
  return static_cast<std::uint64_t>(query.integer(0));
}

std::vector<TagCount> Tags::list(const std::string& prefix, std::uint32_t limit, const std::string& after) {
  std::vector<TagCount> tags;
  {
    Query query(database_, "SELECT path, folded FROM tag WHERE " KL_BEGINS_A_LEVEL " AND " KL_USED
                           " AND (?2 = '' OR " KL_PATH_ORDER("folded") " > " KL_PATH_ORDER("?2") ")"
                           " ORDER BY " KL_PATH_ORDER("folded") " LIMIT ?3");
    query.bind(prefix, after, limit);
    while (query.step()) tags.push_back({query.text(0), query.text(1), 0});
  }
  for (TagCount& tag : tags) tag.links = count_links(tag.folded);
  return tags;
}

std::uint64_t Tags::count(const std::string& prefix) {
  Query query(database_, "SELECT count(*) FROM tag WHERE " KL_BEGINS_A_LEVEL " AND " KL_USED);
  query.bind(prefix).step();
  return static_cast<std::uint64_t>(query.integer(0));
}

TagRow Tags::ensure(const Moment& moment, const std::string& path, const std::string& folded) {
  if (auto known = find(folded)) return *known;
  TagRow row{0, tag_id(folded), path, folded};
  Query query(database_, "INSERT INTO tag (id, path, folded, created_at) VALUES (?, ?, ?, ?)");
  query.bind(row.id, path, folded, moment.now).run();
  row.n = sqlite3_last_insert_rowid(database_.sql().getHandle());
  changes_->record(moment, Entity::tag, row.id.view(), "path", std::string_view(path));
  return row;
}

void Tags::set_path(const Moment& moment, TagRow& tag, const std::string& path) {
  Query query(database_, "UPDATE tag SET path = ? WHERE n = ?");
  query.bind(path, tag.n).run();
  changes_->record(moment, Entity::tag, tag.id.view(), "path", std::string_view(path));
  tag.path = path;
}

bool Tags::add(const Moment& moment, std::int64_t link, const Uuid& link_id, const TagRow& tag) {
  Query query(database_, "INSERT OR IGNORE INTO link_tag (link, tag, added_at) VALUES (?, ?, ?)");
  query.bind(link, tag.n, moment.now).run();
  if (sqlite3_changes(database_.sql().getHandle()) == 0) return false;
  changes_->record_tagging(moment, link_id, tag.id, true);
  return true;
}

bool Tags::remove(const Moment& moment, std::int64_t link, const Uuid& link_id, const TagRow& tag) {
  Query query(database_, "DELETE FROM link_tag WHERE link = ? AND tag = ?");
  query.bind(link, tag.n).run();
  if (sqlite3_changes(database_.sql().getHandle()) == 0) return false;
  changes_->record_tagging(moment, link_id, tag.id, false);
  return true;
}

void Tags::forget(const TagRow& tag) {
  Query query(database_, "DELETE FROM tag WHERE n = ?");
  query.bind(tag.n).run();
}

}  // namespace keepleaf::store
