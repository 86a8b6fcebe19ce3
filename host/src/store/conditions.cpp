#include "store/conditions.h"

#include "store/query.h"

namespace keepleaf::store {
namespace {

constexpr std::uint32_t kFirstFormat = 5;  // an older library that is only read has no place for them

}  // namespace

std::optional<ConditionRow> Conditions::find(std::int64_t link) {
  if (database_.format() < kFirstFormat) return std::nullopt;
  Query query(database_, "SELECT state, signs, target, since, checked_at FROM condition WHERE link = ?");
  if (!query.bind(link).step()) return std::nullopt;
  return ConditionRow{query.text(0), query.text(1), query.text(2), query.integer(3), query.integer(4)};
}

void Conditions::put(std::int64_t link, const ConditionRow& row) {
  Query query(
      database_,
      "INSERT INTO condition (link, state, signs, target, since, checked_at) VALUES (?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (link) DO UPDATE SET state = excluded.state, signs = excluded.signs,"
      " target = excluded.target, since = excluded.since, checked_at = excluded.checked_at");
  query.bind(link, row.state, row.signs, row.target, row.since, row.checked_at).run();
}

}  // namespace keepleaf::store
