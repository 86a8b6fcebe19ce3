// Library: jobs, for those who ask and for the worker.
#include "library/assemble.h"
#include "library/link_condition.h"
#include "library/state.h"

namespace keepleaf::library {
namespace {

// What a failure says of the page behind the link. Only answers and silence of the page itself say anything:
// not a full disk, a refused address or a broken setting.
void note_failure(Core& core, const store::JobRow& job, const JobOutcome& outcome, UnixMs now) {
  if (!job.link || !outcome.error) return;
  const auto link = core.links.find(*job.link);
  if (!link) return;
  const ErrorCode code = outcome.error->code;
  if (code == ErrorCode::http_status || code == ErrorCode::network || code == ErrorCode::timeout)
    note_condition(core, link->n,
                   page::judge_failure(*outcome.error, outcome.http_status, outcome.no_such_host), now);
  if (job.kind == "check") core.schedules.note_checked(link->n, {job.id, "failed", std::nullopt, now});
}

}  // namespace

Result<std::optional<Job>> Library::job(const Uuid& id) const {
  Core& core = *state_->core;
  return core.view("look for the job", [&]() -> std::optional<Job> {
    const auto row = core.jobs.find(id);
    if (!row) return std::nullopt;
    return to_job(*row);
  });
}

Result<Page<Job>> Library::jobs(const JobQuery& query) const {
  Core& core = *state_->core;
  KL_ASSIGN(const auto after, parse_cursor(query.after));
  return core.view("list the jobs", [&] {
    Page<Job> page;
    const std::uint32_t limit = page_size(query.limit);
    const std::string state = query.state ? job_state_name(*query.state) : "";
    const auto rows = core.jobs.list(state, limit + 1, after ? std::optional(after->n) : std::nullopt);
    for (std::size_t i = 0; i < rows.size() && i < limit; ++i) page.items.push_back(to_job(rows[i]));
    if (rows.size() > limit) page.next = make_cursor(0, rows[limit - 1].n);
    page.total = core.jobs.count(state);
    return page;
  });
}

Result<JobCounts> Library::job_counts() const {
  Core& core = *state_->core;
  return core.view("count the jobs", [&] {
    return JobCounts{core.jobs.count("queued"), core.jobs.count("running"), core.jobs.count("done"),
                     core.jobs.count("failed"), core.jobs.count("cancelled")};
  });
}

Result<Job> Library::cancel_job(const Uuid& id) {
  Core& core = *state_->core;
  return core.act("cancel the job", [&](const store::Moment& moment) -> Result<Job> {
    const auto row = core.jobs.find(id);
    if (!row) return fail(no_such("job", id));
    if (!core.jobs.cancel(id, moment.now)) {
      return fail(ErrorCode::conflict, "The job " + id.str() + " is " + row->state + " already.",
                  "Nothing was changed.");
    }
    return to_job(*core.jobs.find(id));
  });
}

Result<Job> Library::retry_job(const Uuid& id) {
  Core& core = *state_->core;
  return core.act("try the job again", [&](const store::Moment& moment) -> Result<Job> {
    const auto row = core.jobs.find(id);
    if (!row) return fail(no_such("job", id));
    if (!core.jobs.retry(id, moment.now)) {
      return fail(ErrorCode::conflict,
                  row->state == "queued" ? "The job " + id.str() + " is queued, and its turn comes."
                                         : "The job " + id.str() + " is " + row->state + ".",
                  "Nothing was changed.",
                  row->state == "done" ? "Add the link again for another snapshot." : "");
    }
    return to_job(*core.jobs.find(id));
  });
}

Result<std::uint32_t> Library::cancel_all_jobs() {
  Core& core = *state_->core;
  return core.act("cancel the jobs", [&](const store::Moment& moment) -> Result<std::uint32_t> {
    return core.jobs.cancel_all(moment.now);
  });
}

Result<std::uint32_t> Library::retry_failed_jobs() {
  Core& core = *state_->core;
  return core.act("try the jobs again", [&](const store::Moment& moment) -> Result<std::uint32_t> {
    return core.jobs.retry_failed(moment.now);
  });
}

Result<std::optional<Job>> Library::claim_job(const Uuid& owner, const std::vector<std::string>& not_hosts) {
  Core& core = *state_->core;
  KL_TRY(core.writable());
  return store::guard("take a job", [&]() -> std::optional<Job> {
    // Most of the time nothing is due, and then no lock is worth taking.
    const auto due = core.jobs.next_due(not_hosts);
    if (!due || *due > core.clock.now()) return std::nullopt;
    store::Transaction transaction(*core.database);
    const auto row = core.jobs.claim(owner, core.clock.now(), not_hosts);
    transaction.commit();
    if (!row) return std::nullopt;
    return to_job(*row);
  });
}

Result<std::optional<UnixMs>> Library::next_job_due(const std::vector<std::string>& not_hosts) const {
  Core& core = *state_->core;
  return core.view("look for work", [&] { return core.jobs.next_due(not_hosts); });
}

Status Library::requeue_jobs_of_dead_workers(const Uuid& owner) {
  Core& core = *state_->core;
  KL_TRY(core.writable());
  return store::guard("queue what a worker left", [&] {
    store::Transaction transaction(*core.database);
    core.jobs.requeue_others(owner, core.clock.now());
    transaction.commit();
  });
}

Status Library::job_progress(const Uuid& id, std::uint32_t per_mille) {
  Core& core = *state_->core;
  KL_TRY(core.writable());
  return store::guard("note a job's progress", [&] {
    store::Transaction transaction(*core.database);
    core.jobs.set_progress(id, per_mille, core.clock.now());
    transaction.commit();
  });
}

Result<bool> Library::job_runs(const Uuid& id, const Uuid& owner) const {
  Core& core = *state_->core;
  return core.view("look for the job", [&]() -> Result<bool> {
    const auto row = core.jobs.find(id);
    // One that is gone was destroyed with its link: nobody waits for it any more.
    return row && row->state == "running" && row->owner == owner;
  });
}

Status Library::finish_job(const Uuid& id, const JobOutcome& outcome) {
  Core& core = *state_->core;
  KL_TRY(core.writable());
  if (outcome.state != JobState::done && outcome.state != JobState::failed &&
      outcome.state != JobState::queued)
    return fail(ErrorCode::bad_request, "A job ends as done or failed, or is queued again.",
                "Nothing was changed.");
  return store::guard("end the job", [&]() -> Status {
    store::Transaction transaction(*core.database);
    auto row = core.jobs.find(id);
    if (!row) return fail(no_such("job", id));
    row->state = job_state_name(outcome.state);
    row->not_before = outcome.state == JobState::queued ? outcome.not_before : row->not_before;
    row->snapshot = outcome.snapshot;
    row->error_code = outcome.error ? std::string(error_code_name(outcome.error->code)) : std::string();
    row->error_message = outcome.error ? outcome.error->message : std::string();
    const UnixMs now = core.clock.now();
    core.jobs.finish(*row, now);
    if (outcome.state == JobState::failed) note_failure(core, *row, outcome, now);
    transaction.commit();
    return {};
  });
}

}  // namespace keepleaf::library
