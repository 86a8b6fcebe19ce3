// How snapshots compare with what was seen, beside the immutable rows (docs/store-format.md, "Fidelity").
// Throws SQLite::Exception: use it inside guard(). Mutations belong into a transaction and write their change
// rows themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "store/changes.h"
#include "store/database.h"

namespace keepleaf::store {

struct FidelityRegion {
  std::uint32_t part = 0;
  std::string kind;
  std::int32_t x = 0;  // CSS pixels in the part's own document
  std::int32_t y = 0;
  std::int32_t width = 0;
  std::int32_t height = 0;

  bool operator==(const FidelityRegion&) const = default;
};

struct FidelityRow {
  double score = 0;                   // 0 … 1
  std::string method;                 // "boxes", "pixels"
  std::uint32_t viewport_width = 0;   // CSS pixels
  std::uint32_t viewport_height = 0;  // CSS pixels
  double viewport_scale = 1;          // device pixels per CSS pixel
  UnixMs measured_at = 0;
  std::vector<FidelityRegion> regions;  // the weightiest first
};

class Fidelities {
 public:
  Fidelities(Database& database, ChangeLog* changes) : database_(database), changes_(changes) {}

  // None when it was not measured, or when the library is read in a format that has no place for it.
  std::optional<FidelityRow> find(std::int64_t snapshot);
  // Replaces an earlier measure. Saying the same again changes nothing.
  void put(const Moment& moment, std::int64_t snapshot, const Uuid& id, const FidelityRow& row);

 private:
  Database& database_;
  ChangeLog* changes_;
};

}  // namespace keepleaf::store
