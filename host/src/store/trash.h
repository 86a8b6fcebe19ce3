// Trash: what waits in it, and the rows of what is destroyed for good. Objects are not destroyed here: those
// that a destroyed snapshot had are listed as doomed (store/wiper.h). Throws SQLite::Exception: use it inside
// guard(); destroying inside a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "store/changes.h"
#include "store/database.h"
#include "store/links.h"
#include "store/snapshots.h"

namespace keepleaf::store {

// A link in the trash, with all its snapshots, or a snapshot in the trash of a link that is not.
struct TrashRow {
  bool whole_link = false;
  std::int64_t n = 0;  // link.n or snapshot.n
  Uuid id;
  Uuid link_id;
  std::string url;
  std::string title;
  UnixMs trashed_at = 0;
  std::uint32_t snapshots = 0;
  std::uint64_t size_stored = 0;  // what came with the snapshots; objects that others have too are not freed
};

// Where a page of the list ended. A link and a snapshot may have the same n.
struct TrashCursor {
  UnixMs trashed_at = 0;
  std::int64_t place = 0;  // 2 n, and 1 more for a link
};
TrashCursor cursor_of(const TrashRow& row);

class Trash {
 public:
  Trash(Database& database, ChangeLog* changes) : database_(database), changes_(changes) {}

  // The last to come first.
  std::vector<TrashRow> list(std::uint32_t limit, const std::optional<TrashCursor>& after);
  std::uint64_t count();
  // What came into the trash at `until` or before, links and snapshots of any link, at most `limit`.
  std::vector<Uuid> since_before(UnixMs until, std::uint32_t limit);
  // When the oldest of it came.
  std::optional<UnixMs> oldest();

  // All rows of the snapshot and its change rows; a tombstone stays. Returns the text that it had, when no
  // other snapshot has it: forget_text() is next.
  std::optional<std::int64_t> destroy(const Moment& moment, const SnapshotRow& snapshot);
  // The same for a link that has no snapshots any more; its tags go with it when no other link has them.
  void destroy(const Moment& moment, const LinkRow& link);
  // A text that no snapshot has.
  void forget_text(std::int64_t text);
  // Titles that the link had before the one that it has now.
  void forget_earlier_titles(const Moment& moment, const Uuid& link);

 private:
  void forget_changes(Entity entity, BytesView id);

  Database& database_;
  ChangeLog* changes_;
};

}  // namespace keepleaf::store
