#include "store/verify.h"

#include <sqlite3.h>

#include <set>
#include <system_error>
#include <utility>

#include "base/digest.h"
#include "store/pictures.h"
#include "store/query.h"
#include "store/snapshots.h"
#include "store/wiper.h"

namespace keepleaf::store {

Verifier::Verifier(Database& database, ObjectStore& objects, std::size_t limit)
    : database_(database), objects_(objects), limit_(limit) {}

void Verifier::add(std::string kind, std::string subject, std::string message) {
  if (kind != "object_orphan") inspection_.sound = false;
  if (inspection_.damages.size() >= limit_) {
    inspection_.truncated = true;
    return;
  }
  inspection_.damages.push_back({std::move(kind), std::move(subject), std::move(message)});
}

Result<Inspection> Verifier::run(bool deep) {
  inspection_ = {};
  suspects_.clear();
  // SQLite's own check goes first: on a torn page everything else would only say the same in other words.
  const auto whole = guard("check the database", [&] { return check_database(); });
  if (!whole && whole.error().code != ErrorCode::corrupt) return fail(whole.error());
  if (!whole) add("database", "library.db", whole.error().message);

  const auto rows = guard("verify the library", [&]() -> Status {
    {
      const ReadView view(database_);
      check_foreign_keys();
      KL_TRY(check_objects(deep));
      check_snapshots();
      check_texts();
    }
    accuse_suspects();
    find_orphans();  // after the view: what was committed meanwhile is no orphan
    return {};
  });
  if (!rows && rows.error().code != ErrorCode::corrupt) return fail(rows.error());
  if (!rows) add("database", "library.db", rows.error().message);
  return std::move(inspection_);
}

bool Verifier::check_database() {
  Query query(database_, "PRAGMA integrity_check(100)");
  bool sound = true;
  while (query.step()) {
    const std::string message = query.text(0);
    if (message == "ok") continue;
    add("database", "library.db", message);
    sound = false;
  }
  return sound;
}

void Verifier::check_foreign_keys() {
  Query query(database_, "PRAGMA foreign_key_check");
  while (query.step()) {
    const std::string table = query.text(0);
    const std::string target = query.text(2);
    const bool bytes = target == "object";
    add(bytes && table == "part"      ? "part_without_object"
        : bytes && table == "picture" ? "picture_without_object"
                                      : "foreign_key",
        table + (query.is_null(1) ? "" : " " + query.text(1)),
        "A row of " + table + " refers to a row of " + target + " that is gone.");
  }
}

Status Verifier::check_objects(bool deep) {
  // For parts and pictures the foreign key check can't tell the row (WITHOUT ROWID); this names the snapshot.
  {
    Query query(
        database_,
        "SELECT snapshot.id, part.n FROM part JOIN snapshot ON snapshot.n = part.snapshot"
        " LEFT JOIN object ON object.n = part.object WHERE part.object IS NOT NULL AND object.n IS NULL");
    while (query.step()) {
      add("part_without_object", query.uuid(0).str(),
          "Part " + std::to_string(query.integer(1)) + " refers to an object that is gone.");
    }
  }
  if (database_.format() >= kFirstFormatOfPictures) {
    Query query(database_,
                "SELECT snapshot.id, picture.kind FROM picture JOIN snapshot ON snapshot.n = picture.snapshot"
                " LEFT JOIN object ON object.n = picture.object WHERE object.n IS NULL");
    while (query.step()) {
      add("picture_without_object", query.uuid(0).str(),
          "The picture (" + query.text(1) + ") refers to an object that is gone.");
    }
  }
  Query query(database_,
              "SELECT object.n, object.digest, object.size, length(object_bytes.bytes)"
              " FROM object LEFT JOIN object_bytes ON object_bytes.object = object.n");
  while (query.step()) {
    ++inspection_.objects;
    const Sha256Digest digest = query.digest(1);
    std::optional<std::uint64_t> in_row;
    if (!query.is_null(3)) in_row = static_cast<std::uint64_t>(query.integer(3));
    KL_ASSIGN(auto damage, damage_of(digest, in_row, deep));
    if (damage)
      suspects_.push_back({query.integer(0), digest, std::move(*damage)});
    else if (!deep)
      inspection_.bytes += static_cast<std::uint64_t>(query.integer(2));
  }
  return {};
}

Result<std::optional<Damage>> Verifier::damage_of(const Sha256Digest& digest,
                                                  const std::optional<std::uint64_t>& in_row, bool deep) {
  const auto row = objects_.find(digest);
  if (!row) return std::optional<Damage>();
  std::optional<std::uint64_t> found = in_row;
  if (row->in_file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(objects_.file_of(digest), error);
    found = error ? std::nullopt : std::optional<std::uint64_t>(size);
  }
  if (!found) return std::optional<Damage>({"object_missing", digest.hex(), "The object's bytes are gone."});
  if (*found != row->stored_size) {
    return std::optional<Damage>({"object_size", digest.hex(),
                                  "The object has " + std::to_string(*found) +
                                      " stored bytes; recorded are " + std::to_string(row->stored_size) +
                                      "."});
  }
  if (!deep) return std::optional<Damage>();
  const auto read = objects_.stream(digest, [&](BytesView piece) -> Status {
    inspection_.bytes += piece.size();
    return {};
  });
  if (read) return std::optional<Damage>();
  if (read.error().code != ErrorCode::corrupt) return fail(read.error());
  return std::optional<Damage>({"object_digest", digest.hex(), read.error().message});
}

// Files are not of the moment that the view shows: what looked damaged may have been destroyed with the trash
// meanwhile. Its row goes before its file does, so that a row that is still there now accuses rightly.
void Verifier::accuse_suspects() {
  for (Suspect& suspect : suspects_) {
    Query query(database_, "SELECT 1 FROM object WHERE n = ? AND digest = ?");
    if (query.bind(suspect.object, suspect.digest).step())
      add(std::move(suspect.damage.kind), std::move(suspect.damage.subject),
          std::move(suspect.damage.message));
  }
  suspects_.clear();
}

void Verifier::check_snapshots() {
  Snapshots snapshots(database_, nullptr);
  std::vector<Uuid> ids;
  {
    Query query(database_, "SELECT id FROM snapshot ORDER BY n");
    while (query.step()) ids.push_back(query.uuid(0));
  }
  for (const Uuid& id : ids) {
    const auto row = snapshots.find(id);
    ++inspection_.snapshots;
    if (!row) continue;  // its link is gone: the foreign key check named it
    const auto parts = snapshots.parts(row->n);
    if (parts.size() != row->part_count || snapshot_digest(*row, parts) != row->digest) {
      add("snapshot_digest", id.str(), "The snapshot's record was changed after it had been written.");
    }
  }
}

void Verifier::check_texts() {
  Query query(database_,
              "SELECT snapshot.id FROM snapshot LEFT JOIN text ON text.n = snapshot.text"
              " LEFT JOIN object ON object.n = text.object"
              " WHERE snapshot.text IS NOT NULL AND object.n IS NULL");
  while (query.step()) add("text_missing", query.uuid(0).str(), "The snapshot's text is gone.");
}

bool Verifier::about_to_go(const Sha256Digest& digest) {
  if (database_.format() < kFirstFormatOfTheDoomed) return false;
  Query query(database_, "SELECT 1 FROM doomed WHERE digest = ?");
  return query.bind(digest).step();
}

void Verifier::find_orphans() {
  std::error_code error;
  for (auto entry = std::filesystem::recursive_directory_iterator(objects_.folder(), error);
       !error && entry != std::filesystem::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code gone;
    if (!entry->is_regular_file(gone) || gone) continue;
    const auto digest = Sha256Digest::from_hex(entry->path().filename().string());
    if (digest) {
      const auto row = objects_.find(*digest);
      if (row && row->in_file && entry->path() == objects_.file_of(*digest)) continue;
      if (!row && (about_to_go(*digest) || !std::filesystem::exists(entry->path(), gone))) continue;
    }
    add("object_orphan", entry->path().lexically_relative(objects_.folder()).string(),
        "No row names this file; garbage collection removes it.");
  }
}

}  // namespace keepleaf::store
