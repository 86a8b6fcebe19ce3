// Schedules: which links are looked at again, how often, and what came of it (docs/jobs.md, "Looking again").
// Throws SQLite::Exception: use it inside guard(). Mutations belong into a transaction; set and clear write
// their change rows themselves, as the field "schedule" of the link or tag.
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

struct ScheduleRow {
  std::int64_t n = 0;
  std::optional<Uuid> link;  // exactly one of these two
  std::string link_url;
  std::string link_title;
  std::string tag;                // its path
  std::int64_t every = 0;         // milliseconds
  std::uint64_t links = 0;        // under it that are looked at
  std::optional<UnixMs> next_at;  // the next one of them
};

struct VisitRow {
  std::int64_t link = 0;
  Uuid link_id;
  std::int64_t every = 0;
  UnixMs due_at = 0;
};

struct CheckedRow {
  Uuid job;
  std::string outcome;  // unchanged, kept, not_kept, failed
  std::optional<Uuid> snapshot;
  UnixMs checked_at = 0;
};

// The first moment after `now` that is this link's own: every link has a place within the period that its id
// fixes, so that a thousand daily links spread over the day, and the same way on every machine.
UnixMs next_visit(const Uuid& link, std::int64_t every, UnixMs now);

class Schedules {
 public:
  Schedules(Database& database, ChangeLog* changes) : database_(database), changes_(changes) {}

  // In the order in which they were first set; those after `after_n`.
  std::vector<ScheduleRow> list(std::uint32_t limit, std::int64_t after_n);
  std::uint64_t count();
  // How a link comes to be looked at: its own schedule, else the most frequent of its tags'.
  std::optional<ScheduleRow> of_link(std::int64_t link);

  std::optional<ScheduleRow> of_tag(std::int64_t tag);

  void set_link(const Moment& moment, std::int64_t link, const Uuid& id, std::int64_t every);
  void set_tag(const Moment& moment, std::int64_t tag, const Uuid& id, std::int64_t every);
  // False when there was none.
  bool clear_link(const Moment& moment, std::int64_t link, const Uuid& id);
  bool clear_tag(const Moment& moment, std::int64_t tag, const Uuid& id);

  // Makes the visits agree with the schedules, tags and trash as they are now. Returns whether any changed.
  bool derive_visits(UnixMs now);
  std::optional<VisitRow> visit(std::int64_t link);
  std::optional<UnixMs> next_due();
  // Those that are due, or all; the longest due first.
  std::vector<VisitRow> due(UnixMs now, bool all, std::uint32_t limit, std::int64_t after_link);
  void set_due(std::int64_t link, UnixMs at);

  // A second look by the same job takes the place of the first.
  void note_checked(std::int64_t link, const CheckedRow& row);
  std::vector<CheckedRow> checks_of_link(std::int64_t link, std::uint32_t limit);

 private:
  void add_uses(ScheduleRow& row);

  Database& database_;
  ChangeLog* changes_;
};

}  // namespace keepleaf::store
