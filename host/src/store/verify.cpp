#include "store/verify.h"

#include <sqlite3.h>

#include <set>
#include <system_error>
#include <utility>

#include "base/digest.h"
#include "store/pictures.h"
#include "store/query.h"
#include "store/snapshots.h"

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
  Query query(
      database_,
      "SELECT object.digest, object.size, object.stored_size, object.place, length(object_bytes.bytes)"
      " FROM object LEFT JOIN object_bytes ON object_bytes.object = object.n");
  while (query.step()) {
    const Sha256Digest digest = query.digest(0);
    const auto stored_size = static_cast<std::uint64_t>(query.integer(2));
    ++inspection_.objects;
    std::optional<std::uint64_t> found;
    if (query.text(3) == "file") {
      std::error_code error;
      const auto size = std::filesystem::file_size(objects_.file_of(digest), error);
      if (!error) found = size;
    } else if (!query.is_null(4)) {
      found = static_cast<std::uint64_t>(query.integer(4));
    }
    if (!found) {
      add("object_missing", digest.hex(), "The object's bytes are gone.");
      continue;
    }
    if (*found != stored_size) {
      add("object_size", digest.hex(),
          "The object has " + std::to_string(*found) + " stored bytes; recorded are " +
              std::to_string(stored_size) + ".");
      continue;
    }
    if (!deep) {
      inspection_.bytes += static_cast<std::uint64_t>(query.integer(1));
      continue;
    }
    const auto read = objects_.stream(digest, [&](BytesView piece) -> Status {
      inspection_.bytes += piece.size();
      return {};
    });
    if (read) continue;
    if (read.error().code != ErrorCode::corrupt) return read;
    add("object_digest", digest.hex(), read.error().message);
  }
  return {};
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
    }
    add("object_orphan", entry->path().lexically_relative(objects_.folder()).string(),
        "No row names this file; garbage collection removes it.");
  }
}

}  // namespace keepleaf::store
