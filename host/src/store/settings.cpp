#include "store/settings.h"

#include <sqlite3.h>

#include "store/query.h"

namespace keepleaf::store {

std::optional<Uuid> library_id(Database& database) {
  Query query(database, "SELECT value FROM meta WHERE key = 'library_id'");
  if (!query.step()) return std::nullopt;
  return query.uuid(0);
}

void set_library_id(Database& database, const Uuid& id) {
  Query query(database, "INSERT INTO meta (key, value) VALUES ('library_id', ?)");
  query.bind(id).run();
}

std::optional<std::string> Settings::get(const std::string& key) {
  Query query(database_, "SELECT value FROM setting WHERE key = ?");
  if (!query.bind(key).step()) return std::nullopt;
  return query.text(0);
}

std::vector<std::pair<std::string, std::string>> Settings::all() {
  std::vector<std::pair<std::string, std::string>> list;
  Query query(database_, "SELECT key, value FROM setting ORDER BY key");
  while (query.step()) list.emplace_back(query.text(0), query.text(1));
  return list;
}

void Settings::set(const std::string& key, const std::string& value) {
  Query query(database_,
              "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2");
  query.bind(key, value).run();
}

bool Settings::remove(const std::string& key) {
  Query query(database_, "DELETE FROM setting WHERE key = ?");
  query.bind(key).run();
  return sqlite3_changes(database_.sql().getHandle()) > 0;
}

}  // namespace keepleaf::store
