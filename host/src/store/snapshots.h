// Snapshots and their parts. Throws SQLite::Exception: use it inside guard(). Mutations belong into a
// transaction and write their change rows themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/uuid.h"
#include "store/changes.h"
#include "store/database.h"

namespace keepleaf::store {

struct SnapshotRow {
  std::int64_t n = 0;
  Uuid id;
  std::int64_t link = 0;
  Uuid link_id;
  std::string url;
  std::string title;
  UnixMs taken_at = 0;
  std::string engine;
  std::string redirects;  // one URL a line
  std::string language;
  std::string viewport;  // 1280x800@1.5
  std::optional<std::int64_t> text;
  std::uint32_t part_count = 0;
  std::uint64_t size_raw = 0;
  std::uint64_t size_stored = 0;
  Sha256Digest digest;
  UnixMs stored_at = 0;
  std::optional<UnixMs> trashed_at;
};

struct PartRow {
  std::uint32_t n = 0;
  std::optional<std::uint32_t> parent;
  std::string role;
  std::string url;
  std::string media_type;
  std::string status;
  std::optional<std::int64_t> object;  // object.n; none exactly when status is not "ok"
  std::optional<Sha256Digest> digest;  // of that object
  std::uint64_t size = 0;              // of that object
};

struct SnapshotSummary {
  Uuid id;
  UnixMs taken_at = 0;
  std::string engine;
  bool partial = false;
  std::optional<UnixMs> trashed_at;
};

// snapshot.digest, over every immutable field and all parts (docs/store-format.md, "Snapshots and parts").
Sha256Digest snapshot_digest(const SnapshotRow& snapshot, const std::vector<PartRow>& parts);

class Snapshots {
 public:
  Snapshots(Database& database, ChangeLog* changes) : database_(database), changes_(changes) {}

  std::optional<SnapshotRow> find(const Uuid& id);
  std::vector<PartRow> parts(std::int64_t snapshot);
  // The title of the link's newest snapshot, in the trash or not.
  std::optional<std::string> newest_title(std::int64_t link);
  // Not in the trash; of one engine unless that is empty.
  std::optional<SnapshotRow> newest_of_link(std::int64_t link, const std::string& engine);
  // Newest first.
  enum class Trashed : std::uint8_t { leave_out, include };
  std::vector<SnapshotSummary> of_link(std::int64_t link, Trashed trashed, std::uint32_t limit);
  // In the trash or not.
  std::vector<SnapshotRow> all_of_link(std::int64_t link);
  // Not in the trash.
  std::uint32_t count_of_link(std::int64_t link);
  // Snapshots of the link that went to the trash at this very time.
  std::vector<SnapshotRow> trashed_with(std::int64_t link, UnixMs at);
  // The newest snapshot of the link with this text that is not in the trash.
  std::optional<Uuid> with_text(std::int64_t link, std::int64_t text);

  // What a commit said, computed again from the rows (capture.begin's `committed`).
  struct Receipt {
    bool new_link = false;
    std::uint32_t versions = 0;
    std::uint32_t objects_new = 0;
    std::uint32_t objects_known = 0;
  };
  Receipt receipt(const SnapshotRow& snapshot);

  // `row.n` and `row.stored_at` are filled in.
  void insert(const Moment& moment, SnapshotRow& row, const std::vector<PartRow>& parts);
  void set_trashed(const Moment& moment, SnapshotRow& row, std::optional<UnixMs> at);

 private:
  Database& database_;
  ChangeLog* changes_;
};

}  // namespace keepleaf::store
