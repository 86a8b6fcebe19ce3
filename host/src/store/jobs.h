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
  std::string engine;
  std::string allowed_hosts;  // one a line
  std::uint32_t attempts = 0;
  UnixMs not_before = 0;
  std::optional<Uuid> owner;
  std::uint32_t progress = 0;  // per mille
  std::optional<Uuid> snapshot;
  std::string error_code;
  std::string error_message;
  UnixMs created_at = 0;
  UnixMs updated_at = 0;
};

class Jobs {
 public:
  explicit Jobs(Database& database) : database_(database) {}

  std::optional<JobRow> find(const Uuid& id);
  // Newest first, those before `before_n` (absent: from the newest).
  std::vector<JobRow> list(std::uint32_t limit, std::optional<std::int64_t> before_n);
  std::uint64_t count();
  // When the next queued job may run.
  std::optional<UnixMs> next_due();

  // Whether a job of the link is queued or running.
  bool is_waiting(std::int64_t link_n);

  void insert(const JobRow& row, std::int64_t link_n);
  // The due job that waits longest becomes `owner`'s, with one attempt more.
  std::optional<JobRow> claim(const Uuid& owner, UnixMs now);
  // Jobs that another owner left running go back to the queue. Returns how many.
  std::uint32_t requeue_others(const Uuid& owner, UnixMs now);
  void set_progress(const Uuid& id, std::uint32_t per_mille, UnixMs now);
  // Ends it or queues it again. A job that was cancelled meanwhile stays cancelled, but keeps the snapshot.
  void finish(const JobRow& row, UnixMs now);
  // False when it had ended already.
  bool cancel(const Uuid& id, UnixMs now);

 private:
  Database& database_;
};

}  // namespace keepleaf::store
