// Library: how snapshots compare with what was seen.
#include <algorithm>
#include <cmath>

#include "library/assemble.h"
#include "library/state.h"

namespace keepleaf::library {
namespace {

constexpr std::size_t kMostRegions = 200;
constexpr std::size_t kLongestKind = 32;
constexpr double kMostScale = 100;

Error bad(const std::string& message) {
  return Error{ErrorCode::bad_request, message, "Nothing was changed."};
}

bool is_kind(std::string_view kind) {
  return !kind.empty() && kind.size() <= kLongestKind &&
         std::all_of(kind.begin(), kind.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

// What does not need the snapshot.
Status check(const Fidelity& fidelity) {
  if (!(fidelity.score >= 0 && fidelity.score <= 1)) return fail(bad("The score is not from 0 to 1."));
  if (fidelity.method != "boxes" && fidelity.method != "pixels")
    return fail(bad("There is no such method of measuring."));
  const double scale = fidelity.viewport.scale;
  if (!std::isfinite(scale) || scale <= 0 || scale > kMostScale)
    return fail(bad("The viewport's scale is not a number above 0 and at most 100."));
  if (fidelity.regions.size() > kMostRegions)
    return fail(bad("There are more than " + std::to_string(kMostRegions) + " regions."));
  for (const FidelityRegion& region : fidelity.regions) {
    if (!is_kind(region.kind)) return fail(bad("A region's kind is not a name."));
    if (region.width < 0 || region.height < 0) return fail(bad("A region's size is negative."));
  }
  return {};
}

}  // namespace

Fidelity to_fidelity(const store::FidelityRow& row) {
  Fidelity fidelity{row.score, row.method, {row.viewport_width, row.viewport_height, row.viewport_scale}, {}};
  for (const store::FidelityRegion& region : row.regions)
    fidelity.regions.push_back({region.part, region.kind, region.x, region.y, region.width, region.height});
  return fidelity;
}

Status Library::measured(const Uuid& snapshot, const Fidelity& fidelity) {
  Core& core = *state_->core;
  KL_TRY(check(fidelity));
  return core.act("keep how the snapshot compares", [&](const store::Moment& moment) -> Status {
    const auto row = core.snapshots.find(snapshot);
    if (!row) return fail(no_such("snapshot", snapshot));
    store::FidelityRow kept{fidelity.score,
                            fidelity.method,
                            fidelity.viewport.width,
                            fidelity.viewport.height,
                            fidelity.viewport.scale,
                            moment.now,
                            {}};
    for (const FidelityRegion& region : fidelity.regions) {
      if (region.part >= row->part_count) {
        return fail(bad("The snapshot has no part " + std::to_string(region.part) + "; it has " +
                        std::to_string(row->part_count) + "."));
      }
      kept.regions.push_back({region.part, region.kind, region.x, region.y, region.width, region.height});
    }
    core.fidelities.put(moment, row->n, row->id, kept);
    return {};
  });
}

}  // namespace keepleaf::library
