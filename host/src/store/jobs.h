// Jobs: work for the worker that outlives every process. Throws SQLite::Exception: use it inside guard();
// what changes rows belongs into a transaction (BEGIN IMMEDIATE is what makes a claim unique).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "store/database.h"

namespace keepleaf::store {

struct JobRow {
  std::int64_t n = 0;
  Uuid id;
  std::string kind;
  std::string state;  // queued, running, done, failed, cancelled
  std::optional<Uuid> link;
  std::string url;
  std::string host;  // of the link: the worker leaves a pause between visits to one
  std::string engine;
  std::string allowed_hosts;  // one a line
  std::uint32_t attempts = 0;
  UnixMs not_before = 0;
  std::optional<Uuid> owner;
  std::uint32_t progress = 0;  // per mille
  std::optional<Uuid> snapshot;
  std::string error_code;
  std::string error_message;
  std::string outcome;  // of a check that is done: what the library made of it (store/schedules.h)
  UnixMs created_at = 0;
  UnixMs updated_at = 0;
};

class Jobs {
 public:
  explicit Jobs(Database& database) : database_(database) {}

  std::optional<JobRow> find(const Uuid& id);
  // Newest first, those before `before_n` (absent: from the newest), in one state unless that is empty.
  std::vector<JobRow> list(const std::string& state, std::uint32_t limit,
                           std::optional<std::int64_t> before_n);
  std::uint64_t count(const std::string& state);
  // The newest of a link, whatever became of it.
  std::optional<JobRow> newest_of_link(std::int64_t link_n);
  // When the next queued job may run, of those that are not for one of `hosts`.
  std::optional<UnixMs> next_due(const std::vector<std::string>& not_hosts);

  // Whether a job of the link is queued or running.
  bool is_waiting(std::int64_t link_n);

  void insert(const JobRow& row, std::int64_t link_n);
  // The due job that waits longest, and is not for one of `not_hosts`, becomes `owner`'s, with one attempt
  // more.
  std::optional<JobRow> claim(const Uuid& owner, UnixMs now, const std::vector<std::string>& not_hosts);
  // Jobs that another owner left running go back to the queue. Returns how many.
  std::uint32_t requeue_others(const Uuid& owner, UnixMs now);
  void set_progress(const Uuid& id, std::uint32_t per_mille, UnixMs now);
  // Ends it or queues it again. A job that was cancelled meanwhile stays cancelled, but keeps the snapshot;
  // one that a person queued again meanwhile is left alone.
  void finish(const JobRow& row, UnixMs now);
  // False when it had ended already.
  bool cancel(const Uuid& id, UnixMs now);
  // All that have not ended. Returns how many.
  std::uint32_t cancel_all(UnixMs now);
  // One that failed or was cancelled is queued as if it were new; one that waits for its next try may run
  // now. False when there is nothing to try again: it runs, or is done.
  bool retry(const Uuid& id, UnixMs now);
  // Every failed job that is the newest of its link. Returns how many.
  std::uint32_t retry_failed(UnixMs now);

 private:
  Database& database_;
};

}  // namespace keepleaf::store
