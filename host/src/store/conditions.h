// Conditions: how the page behind a link was when Keepleaf last looked by itself. Throws SQLite::Exception:
// use it inside guard(); put() belongs into a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "store/database.h"

namespace keepleaf::store {

struct ConditionRow {
  std::string state;   // ok, gone, moved, parked, error_page, paywalled, changed, unreachable
  std::string signs;   // a line each: a name, a space, what was found (page/link_rot.h)
  std::string target;  // where it moved to, or empty
  UnixMs since = 0;    // in this state
  UnixMs checked_at = 0;
};

class Conditions {
 public:
  explicit Conditions(Database& database) : database_(database) {}

  std::optional<ConditionRow> find(std::int64_t link);
  void put(std::int64_t link, const ConditionRow& row);

 private:
  Database& database_;
};

}  // namespace keepleaf::store
