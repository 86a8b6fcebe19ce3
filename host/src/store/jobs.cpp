#include "store/jobs.h"

#include <sqlite3.h>

#include <algorithm>

#include "store/query.h"

namespace keepleaf::store {
namespace {

// A library of an older format can be read as it is: it knows neither hosts nor checks.
constexpr std::uint32_t kFirstFormatOfHosts = 5;

#define KL_JOB_COLUMNS                                                                                 \
  "job.n, job.id, job.kind, job.state, link.id, job.url, job.engine, job.allowed_hosts, job.attempts," \
  " job.not_before, job.owner, job.progress, job.snapshot, job.error_code, job.error_message,"         \
  " job.created_at, job.updated_at, "
#define KL_JOBS(tail)                                                                              \
  (database_.format() < kFirstFormatOfHosts                                                        \
       ? Sql("SELECT " KL_JOB_COLUMNS "'', '' FROM job LEFT JOIN link ON link.n = job.link " tail) \
       : Sql("SELECT " KL_JOB_COLUMNS "job.host, coalesce(checked.outcome, '') FROM job"           \
             " LEFT JOIN link ON link.n = job.link LEFT JOIN checked ON checked.job = job.id " tail))

std::optional<Uuid> maybe_uuid(const Query& query, int column) {
  if (query.is_null(column)) return std::nullopt;
  return query.uuid(column);
}

JobRow row_of(const Query& query) {
  JobRow row;
  row.n = query.integer(0);
  row.id = query.uuid(1);
  row.kind = query.text(2);
  row.state = query.text(3);
  row.link = maybe_uuid(query, 4);
  row.url = query.text(5);
  row.engine = query.text(6);
  row.allowed_hosts = query.text(7);
  row.attempts = static_cast<std::uint32_t>(query.integer(8));
  row.not_before = query.integer(9);
  row.owner = maybe_uuid(query, 10);
  row.progress = static_cast<std::uint32_t>(query.integer(11));
  row.snapshot = maybe_uuid(query, 12);
  row.error_code = query.text(13);
  row.error_message = query.text(14);
  row.created_at = query.integer(15);
  row.updated_at = query.integer(16);
  row.host = query.text(17);
  row.outcome = query.text(18);
  return row;
}

// As a JSON list of strings, for json_each. Host names are ASCII without quotes or backslashes.
std::string json_list(const std::vector<std::string>& hosts) {
  std::string text = "[";
  for (const std::string& host : hosts) text += (text.size() > 1 ? ",\"" : "\"") + host + '"';
  return text + "]";
}

}  // namespace

std::optional<JobRow> Jobs::find(const Uuid& id) {
  Query query(database_, KL_JOBS("WHERE job.id = ?"));
  query.bind(id);
  if (!query.step()) return std::nullopt;
  return row_of(query);
}

std::vector<JobRow> Jobs::list(const std::string& state, std::uint32_t limit,
                               std::optional<std::int64_t> before_n) {
  std::vector<JobRow> rows;
  const std::int64_t before = before_n.value_or(INT64_MAX);
  const auto read = [&](Query& query) {
    while (query.step()) rows.push_back(row_of(query));
  };
  if (state.empty()) {
    Query query(database_, KL_JOBS("WHERE job.n < ? ORDER BY job.n DESC LIMIT ?"));
    read(query.bind(before, limit));
  } else {
    Query query(database_, KL_JOBS("WHERE job.state = ? AND job.n < ? ORDER BY job.n DESC LIMIT ?"));
    read(query.bind(state, before, limit));
  }
  return rows;
}

std::uint64_t Jobs::count(const std::string& state) {
  if (!state.empty()) {
    Query one(database_, "SELECT count(*) FROM job WHERE state = ?");
    one.bind(state).step();
    return static_cast<std::uint64_t>(one.integer(0));
  }
  Query query(database_, "SELECT count(*) FROM job");
  query.step();
  return static_cast<std::uint64_t>(query.integer(0));
}

std::optional<JobRow> Jobs::newest_of_link(std::int64_t link_n) {
  Query query(database_, KL_JOBS("WHERE job.link = ? ORDER BY job.n DESC LIMIT 1"));
  if (!query.bind(link_n).step()) return std::nullopt;
  return row_of(query);
}

// INDEXED BY: left to itself, SQLite reads and sorts all 10,000 queued jobs to find the first.
std::optional<UnixMs> Jobs::next_due(const std::vector<std::string>& not_hosts) {
  Query query(database_,
              "SELECT not_before FROM job INDEXED BY job_due WHERE state = 'queued' AND host NOT IN (SELECT "
              "value FROM "
              "json_each(?)) ORDER BY not_before, n LIMIT 1");
  if (!query.bind(json_list(not_hosts)).step()) return std::nullopt;
  return query.integer(0);
}

bool Jobs::is_waiting(std::int64_t link_n) {
  Query query(database_, "SELECT 1 FROM job WHERE link = ? AND state IN ('queued', 'running') LIMIT 1");
  return query.bind(link_n).step();
}

void Jobs::insert(const JobRow& row, std::int64_t link_n) {
  Query query(
      database_,
      "INSERT INTO job (id, kind, state, link, url, host, engine, allowed_hosts, not_before, created_at, "
      "updated_at)"
      " VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?)");
  query
      .bind(row.id, row.kind, link_n, row.url, row.host, row.engine, row.allowed_hosts, row.not_before,
            row.created_at, row.created_at)
      .run();
}

std::optional<JobRow> Jobs::claim(const Uuid& owner, UnixMs now, const std::vector<std::string>& not_hosts) {
  Uuid id;
  {
    Query due(
        database_,
        "SELECT id FROM job INDEXED BY job_due WHERE state = 'queued' AND not_before <= ? AND host NOT IN "
        "(SELECT value FROM json_each(?)) ORDER BY not_before, n LIMIT 1");
    if (!due.bind(now, json_list(not_hosts)).step()) return std::nullopt;
    id = due.uuid(0);
  }
  Query take(
      database_,
      "UPDATE job SET state = 'running', owner = ?, attempts = attempts + 1, progress = 0, updated_at = ?"
      " WHERE id = ?");
  take.bind(owner, now, id).run();
  return find(id);
}

std::uint32_t Jobs::requeue_others(const Uuid& owner, UnixMs now) {
  Query query(database_,
              "UPDATE job SET state = 'queued', owner = NULL, progress = 0, not_before = ?1, updated_at = ?1"
              " WHERE state = 'running' AND owner IS NOT ?2");
  query.bind(now, owner).run();
  return static_cast<std::uint32_t>(sqlite3_changes(database_.sql().getHandle()));
}

void Jobs::set_progress(const Uuid& id, std::uint32_t per_mille, UnixMs now) {
  Query query(database_, "UPDATE job SET progress = ?, updated_at = ? WHERE id = ? AND state = 'running'");
  query.bind(std::min<std::uint32_t>(per_mille, 1000), now, id).run();
}

void Jobs::finish(const JobRow& row, UnixMs now) {
  Query query(database_,
              "UPDATE job SET state = iif(state = 'cancelled', state, ?), owner = NULL, not_before = ?,"
              " progress = iif(? = 'done', 1000, progress), snapshot = ?, error_code = ?, error_message = ?,"
              " updated_at = ? WHERE id = ? AND state IN ('running', 'cancelled')");
  query
      .bind(row.state, row.not_before, row.state, row.snapshot, row.error_code, row.error_message, now,
            row.id)
      .run();
}

bool Jobs::cancel(const Uuid& id, UnixMs now) {
  Query query(
      database_,
      "UPDATE job SET state = 'cancelled', updated_at = ? WHERE id = ? AND state IN ('queued', 'running')");
  query.bind(now, id).run();
  return sqlite3_changes(database_.sql().getHandle()) > 0;
}

std::uint32_t Jobs::cancel_all(UnixMs now) {
  Query query(database_,
              "UPDATE job SET state = 'cancelled', updated_at = ? WHERE state IN ('queued', 'running')");
  query.bind(now).run();
  return static_cast<std::uint32_t>(sqlite3_changes(database_.sql().getHandle()));
}

bool Jobs::retry(const Uuid& id, UnixMs now) {
  Query query(
      database_,
      "UPDATE job SET state = 'queued', attempts = 0, not_before = ?1, progress = 0, owner = NULL,"
      " error_code = '', error_message = '', updated_at = ?1"
      " WHERE id = ?2 AND (state IN ('failed', 'cancelled') OR (state = 'queued' AND not_before > ?1))");
  query.bind(now, id).run();
  return sqlite3_changes(database_.sql().getHandle()) > 0;
}

std::uint32_t Jobs::retry_failed(UnixMs now) {
  Query query(database_,
              "UPDATE job SET state = 'queued', attempts = 0, not_before = ?1, progress = 0, owner = NULL,"
              " error_code = '', error_message = '', updated_at = ?1 WHERE state = 'failed'"
              " AND NOT EXISTS (SELECT 1 FROM job later WHERE later.link = job.link AND later.n > job.n)");
  query.bind(now).run();
  return static_cast<std::uint32_t>(sqlite3_changes(database_.sql().getHandle()));
}

}  // namespace keepleaf::store
