#include "store/fidelities.h"

#include "store/query.h"

namespace keepleaf::store {
namespace {

constexpr std::uint32_t kFirstFormat = 2;

bool same(const FidelityRow& a, const FidelityRow& b) {
  return a.score == b.score && a.method == b.method && a.viewport_width == b.viewport_width &&
         a.viewport_height == b.viewport_height && a.viewport_scale == b.viewport_scale &&
         a.regions == b.regions;
}

}  // namespace

std::optional<FidelityRow> Fidelities::find(std::int64_t snapshot) {
  if (database_.format() < kFirstFormat) return std::nullopt;
  FidelityRow row;
  {
    Query query(database_,
                "SELECT score, method, viewport_width, viewport_height, viewport_scale, measured_at"
                " FROM fidelity WHERE snapshot = ?");
    if (!query.bind(snapshot).step()) return std::nullopt;
    row.score = query.real(0);
    row.method = query.text(1);
    row.viewport_width = static_cast<std::uint32_t>(query.integer(2));
    row.viewport_height = static_cast<std::uint32_t>(query.integer(3));
    row.viewport_scale = query.real(4);
    row.measured_at = query.integer(5);
  }
  Query query(database_,
              "SELECT part, kind, x, y, width, height FROM fidelity_region WHERE snapshot = ? ORDER BY n");
  query.bind(snapshot);
  while (query.step()) {
    const auto number = [&](int column) { return static_cast<std::int32_t>(query.integer(column)); };
    row.regions.push_back({static_cast<std::uint32_t>(query.integer(0)), query.text(1), number(2), number(3),
                           number(4), number(5)});
  }
  return row;
}

void Fidelities::put(const Moment& moment, std::int64_t snapshot, const Uuid& id, const FidelityRow& row) {
  const auto before = find(snapshot);
  if (before && same(*before, row)) return;
  Query remove(database_, "DELETE FROM fidelity WHERE snapshot = ?");
  remove.bind(snapshot).run();
  Query insert(database_,
               "INSERT INTO fidelity (snapshot, score, method, viewport_width, viewport_height,"
               " viewport_scale, measured_at) VALUES (?, ?, ?, ?, ?, ?, ?)");
  insert
      .bind(snapshot, row.score, row.method, row.viewport_width, row.viewport_height, row.viewport_scale,
            moment.now)
      .run();
  Query insert_region(
      database_,
      "INSERT INTO fidelity_region (snapshot, n, part, kind, x, y, width, height) VALUES (?, ?, ?, ?, ?, ?, "
      "?, ?)");
  std::int64_t n = 0;
  for (const FidelityRegion& region : row.regions) {
    insert_region
        .bind(snapshot, n++, region.part, region.kind, region.x, region.y, region.width, region.height)
        .run();
  }
  changes_->record(moment, Entity::snapshot, id.view(), "fidelity", std::int64_t{moment.now});
}

}  // namespace keepleaf::store
