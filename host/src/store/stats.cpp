#include "store/stats.h"

#include <string>
#include <system_error>

#include "store/query.h"
#include "store/staging.h"

namespace keepleaf::store {
namespace {

std::uint64_t size_of(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  return error ? 0 : size;
}

}  // namespace

Result<Statistics> statistics(Database& database, const std::filesystem::path& folder) {
  return guard("count what the library holds", [&] {
    Statistics all;
    const auto fill = [&](Sql sql, std::initializer_list<std::uint64_t*> targets) {
      Query query(database, sql);
      query.step();
      int column = 0;
      for (std::uint64_t* target : targets) *target = static_cast<std::uint64_t>(query.integer(column++));
    };
    const ReadView view(database);
    fill("SELECT count(*) FROM link WHERE trashed_at IS NULL", {&all.links});
    fill("SELECT count(*) FROM link WHERE trashed_at IS NOT NULL", {&all.trashed_links});
    fill("SELECT count(*) FROM snapshot", {&all.snapshots});
    fill("SELECT count(*) FROM tag", {&all.tags});
    fill("SELECT count(*), ifnull(sum(size), 0), ifnull(sum(stored_size), 0) FROM object",
         {&all.objects, &all.object_bytes_raw, &all.object_bytes_stored});
    fill("SELECT count(*), ifnull(sum(object.size), 0) FROM part LEFT JOIN object ON object.n = part.object",
         {&all.parts, &all.part_bytes_raw});
    fill("SELECT count(*), ifnull(sum(length), 0) FROM text", {&all.texts, &all.text_bytes});
    for (const char* suffix : {"", "-wal"}) all.database_bytes += size_of(database.file().string() + suffix);
    all.staging_bytes = staging_bytes(folder / "staging");
    return all;
  });
}

}  // namespace keepleaf::store
