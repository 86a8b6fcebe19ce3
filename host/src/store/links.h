// Links: the rows of what a person keeps. Throws SQLite::Exception: use it inside guard(). Mutations belong
// into a transaction and write their change rows themselves.
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

struct LinkRow {
  std::int64_t n = 0;
  Uuid id;
  std::string canonical_url;
  std::string url;
  std::string host;
  std::string title;
  std::string note;
  UnixMs created_at = 0;
  UnixMs updated_at = 0;
  std::optional<UnixMs> trashed_at;
};

// Where a page of links goes on: the time by which they are ordered, and n for those of the same time.
struct LinkCursor {
  UnixMs time = 0;
  std::int64_t n = 0;
};

class Links {
 public:
  Links(Database& database, ChangeLog* changes) : database_(database), changes_(changes) {}

  std::optional<LinkRow> find(const Uuid& id);
  std::optional<LinkRow> find(std::int64_t n);
  // Newest first: by creation, or by when they were trashed.
  std::vector<LinkRow> list(bool trashed, std::uint32_t limit, const std::optional<LinkCursor>& after);
  std::uint64_t count(bool trashed);
  // The next `limit` n, ascending; of links that are not in the trash.
  std::vector<std::int64_t> following(std::int64_t n, std::uint32_t limit);

  // `row.n` is filled in; updated_at is the moment's, and so is created_at unless it is given.
  void insert(const Moment& moment, LinkRow& row, std::optional<UnixMs> created_at = {});
  void set_title(const Moment& moment, LinkRow& row, const std::string& title);
  void set_note(const Moment& moment, LinkRow& row, const std::string& note);
  // When it was saved first, if that was elsewhere.
  void set_created(const Moment& moment, LinkRow& row, UnixMs created_at);
  void set_trashed(const Moment& moment, LinkRow& row, std::optional<UnixMs> at);
  // Something that belongs to the link changed: its tags, its snapshots.
  void touch(const Moment& moment, LinkRow& row);

 private:
  Database& database_;
  ChangeLog* changes_;  // null in a library that is only read
};

}  // namespace keepleaf::store
