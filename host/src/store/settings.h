// Key and value tables: `meta` (what the library is) and `setting` (how the person wants it; synced). Throws
// SQLite::Exception: use it inside guard(); set() and remove() inside a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/uuid.h"
#include "store/database.h"

namespace keepleaf::store {

// meta 'library_id': made once, with the library. In a read-only library that lacks it: absent.
std::optional<Uuid> library_id(Database& database);
// Inside a transaction.
void set_library_id(Database& database, const Uuid& id);

class Settings {
 public:
  explicit Settings(Database& database) : database_(database) {}

  std::optional<std::string> get(const std::string& key);
  std::vector<std::pair<std::string, std::string>> all();  // in order of the keys
  void set(const std::string& key, const std::string& value);
  bool remove(const std::string& key);

 private:
  Database& database_;
};

}  // namespace keepleaf::store
