// Statistics of a whole library: how many of everything, and how large. Reads all rows of some tables.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"
#include "store/database.h"

namespace keepleaf::store {

struct Statistics {
  std::uint64_t links = 0, trashed_links = 0, snapshots = 0, parts = 0, tags = 0;
  std::uint64_t objects = 0, object_bytes_raw = 0, object_bytes_stored = 0;
  std::uint64_t part_bytes_raw = 0;  // what the snapshots would take if nothing were shared or compressed
  std::uint64_t texts = 0, text_bytes = 0;
  std::uint64_t database_bytes = 0, staging_bytes = 0;
};

Result<Statistics> statistics(Database& database, const std::filesystem::path& folder);

}  // namespace keepleaf::store
