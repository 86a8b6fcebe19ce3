#include "store/wiper.h"

#include <set>
#include <system_error>

#include "base/os/file.h"
#include "store/query.h"
#include "store/staging.h"

namespace keepleaf::store {
namespace {

// Up to 8 MiB of rows are overwritten in one transaction.
constexpr int kBatch = 32;

// meta: `wipe_due` is the last change when something was destroyed; `wipe_log_due` tells that only the log is
// left.
void set_meta(Database& database, const char* key, std::int64_t value) {
  Query query(database, "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)");
  query.bind(key, value).run();
}

Status in_transaction(Database& database, const std::function<Status()>& action) {
  return guard("take what was destroyed off the disk", [&]() -> Status {
    Transaction transaction(database);
    KL_TRY(action());
    transaction.commit();
    return {};
  });
}

}  // namespace

void Wiper::ask() {
  Query query(database_,
              "INSERT OR REPLACE INTO meta (key, value) SELECT 'wipe_due', ifnull(max(seq), 0) FROM change");
  query.run();
}

bool Wiper::due(UnixMs now) {
  Query asked(database_, "SELECT 1 FROM meta WHERE key IN ('wipe_due', 'wipe_log_due')");
  if (asked.step()) return true;
  Query left(database_,
             "SELECT 1 FROM doomed LEFT JOIN object ON object.digest = doomed.digest WHERE NOT EXISTS"
             " (SELECT 1 FROM lease WHERE lease.object = object.n AND lease.expires_at >= ?) LIMIT 1");
  return left.bind(now).step();
}

std::int64_t Wiper::wanted() {
  Query query(database_, "SELECT value FROM meta WHERE key = 'wipe_due'");
  return query.step() ? query.integer(0) : 0;
}

std::vector<Sha256Digest> Wiper::doomed_after(const std::optional<Sha256Digest>& last) {
  std::vector<Sha256Digest> batch;
  Query query(database_,
              "SELECT digest FROM doomed WHERE ?1 IS NULL OR digest > ?1 ORDER BY digest LIMIT ?2");
  query.bind(last, kBatch);
  while (query.step()) batch.push_back(query.digest(0));
  return batch;
}

bool Wiper::referred_to(std::int64_t object) {
  // A table that refers to objects and is missing here makes the deletion fail (foreign keys), never succeed.
  Query query(
      database_,
      "SELECT EXISTS (SELECT 1 FROM part WHERE object = ?1) OR EXISTS (SELECT 1 FROM text WHERE object "
      "= ?1) OR EXISTS (SELECT 1 FROM picture WHERE object = ?1)");
  query.bind(object).step();
  return query.integer(0) != 0;
}

bool Wiper::leased(std::int64_t object, UnixMs now) {
  Query query(database_, "SELECT 1 FROM lease WHERE object = ? AND expires_at >= ? LIMIT 1");
  return query.bind(object, now).step();
}

void Wiper::forget(const Sha256Digest& digest) {
  Query query(database_, "DELETE FROM doomed WHERE digest = ?");
  query.bind(digest).run();
}

Result<bool> Wiper::free_dependants(std::int64_t base, std::vector<Sha256Digest>& files) {
  std::vector<Sha256Digest> dependants;
  {
    Query query(database_, "SELECT digest FROM object WHERE base = ?");
    query.bind(base);
    while (query.step()) dependants.push_back(query.digest(0));
  }
  for (const Sha256Digest& digest : dependants) {
    const bool had_file = objects_.find(digest)->in_file;
    const auto freed = objects_.make_independent(digest, compressor_);
    if (!freed && freed.error().code == ErrorCode::corrupt) return false;
    KL_TRY(freed);
    if (!had_file) continue;
    // The row has it now; only the file is doomed.
    Query query(database_, "INSERT OR IGNORE INTO doomed (digest) VALUES (?)");
    query.bind(digest).run();
    files.push_back(digest);
  }
  return true;
}

Result<std::vector<Sha256Digest>> Wiper::destroy_rows(const std::vector<Sha256Digest>& batch, UnixMs now) {
  std::vector<Sha256Digest> files;
  KL_TRY(in_transaction(database_, [&]() -> Status {
    for (const Sha256Digest& digest : batch) {
      const auto row = objects_.find(digest);
      if (!row) {
        files.push_back(digest);  // a wiper before this one died between the row and the file
        continue;
      }
      if (leased(row->n, now)) continue;
      bool stays = referred_to(row->n);
      if (!stays) {
        KL_ASSIGN(const bool free, free_dependants(row->n, files));
        stays = !free;
      }
      std::error_code error;
      if (!stays) {
        Query query(database_, "DELETE FROM object WHERE n = ?");
        query.bind(row->n).run();
      }
      const bool keeps_its_file = stays && row->in_file;
      if (!keeps_its_file && std::filesystem::exists(objects_.file_of(digest), error))
        files.push_back(digest);
      else
        forget(digest);
    }
    return {};
  }));
  return files;
}

// Under the write lock: a capture that gives a file this name looks, under the same lock, whether it is still
// there before a row names it.
Status Wiper::destroy_files(const std::vector<Sha256Digest>& batch) {
  if (batch.empty()) return {};
  return in_transaction(database_, [&]() -> Status {
    std::set<std::filesystem::path> folders;
    for (const Sha256Digest& digest : batch) {
      const auto row = objects_.find(digest);
      const auto file = objects_.file_of(digest);
      std::error_code error;
      if (!(row && row->in_file) && std::filesystem::exists(file, error)) {
        KL_TRY(os::remove_file(file));
        folders.insert(file.parent_path());
      }
      forget(digest);
    }
    for (const auto& folder : folders) KL_TRY(os::sync_folder(folder));
    return {};
  });
}

Result<Wiping> Wiper::wipe_objects(UnixMs now, const KeepGoing& keep_going) {
  std::optional<Sha256Digest> last;
  for (;;) {
    KL_ASSIGN(const auto batch, guard("look for what was destroyed", [&] { return doomed_after(last); }));
    if (batch.empty()) return Wiping::done;
    last = batch.back();
    KL_ASSIGN(const auto files, destroy_rows(batch, now));
    KL_TRY(destroy_files(files));
    if (keep_going && !keep_going()) return Wiping::stopped;
  }
}

Status Wiper::wipe_staging(const std::filesystem::path& staging) {
  for (const StagedBrief& brief : list_staging(staging)) {
    KL_ASSIGN(const bool destroyed, guard("look for a destroyed capture", [&] {
                Query query(
                    database_,
                    "SELECT 1 FROM change WHERE entity = 'snapshot' AND id = ? AND field = 'destroyed'"
                    " AND NOT EXISTS (SELECT 1 FROM snapshot WHERE snapshot.id = change.id)");
                return query.bind(brief.id).step();
              }));
    if (!destroyed) continue;
    const auto removed = remove_staged(staging, brief.id);
    if (!removed && removed.error().code != ErrorCode::busy) return removed;  // busy: it is being sent again
  }
  return {};
}

Status Wiper::wiped_all_but_the_log(std::int64_t mark) {
  return in_transaction(database_, [&]() -> Status {
    set_meta(database_, "wipe_log_due", 1);
    Query query(database_, "DELETE FROM meta WHERE key = 'wipe_due' AND value = ?");
    query.bind(mark).run();
    return {};
  });
}

Result<bool> Wiper::wipe_log() {
  KL_ASSIGN(const bool emptied, database_.empty_log());
  if (!emptied) return false;
  KL_TRY(in_transaction(database_, [&]() -> Status {
    Query query(database_, "DELETE FROM meta WHERE key = 'wipe_log_due'");
    query.run();
    return {};
  }));
  return true;
}

}  // namespace keepleaf::store
