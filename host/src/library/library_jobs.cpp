// Library: jobs, for those who ask and for the worker.
#include "library/assemble.h"
#include "library/state.h"

namespace keepleaf::library {

Result<std::optional<Job>> Library::job(const Uuid& id) const {
  Core& core = *state_->core;
  return core.view("look for the job", [&]() -> std::optional<Job> {
    const auto row = core.jobs.find(id);
    if (!row) return std::nullopt;
    return to_job(*row);
  });
}

Result<Page<Job>> Library::jobs(const ListQuery& query) const {
  Core& core = *state_->core;
  KL_ASSIGN(const auto after, parse_cursor(query.after));
  return core.view("list the jobs", [&] {
    Page<Job> page;
    const std::uint32_t limit = page_size(query.limit);
    const auto rows = core.jobs.list(limit + 1, after ? std::optional(after->n) : std::nullopt);
    for (std::size_t i = 0; i < rows.size() && i < limit; ++i) page.items.push_back(to_job(rows[i]));
    if (rows.size() > limit) page.next = make_cursor(0, rows[limit - 1].n);
    page.total = core.jobs.count();
    return page;
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

Result<std::optional<Job>> Library::claim_job(const Uuid& owner) {
  Core& core = *state_->core;
  KL_TRY(core.writable());
  return store::guard("take a job", [&]() -> std::optional<Job> {
    // Most of the time nothing is due, and then no lock is worth taking.
    const auto due = core.jobs.next_due();
    if (!due || *due > core.clock.now()) return std::nullopt;
    store::Transaction transaction(*core.database);
    const auto row = core.jobs.claim(owner, core.clock.now());
    transaction.commit();
    if (!row) return std::nullopt;
    return to_job(*row);
  });
}

Result<std::optional<UnixMs>> Library::next_job_due() const {
  Core& core = *state_->core;
  return core.view("look for work", [&] { return core.jobs.next_due(); });
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

Result<bool> Library::job_cancelled(const Uuid& id) const {
  Core& core = *state_->core;
  return core.view("look for the job", [&]() -> Result<bool> {
    const auto row = core.jobs.find(id);
    // One that is gone was destroyed with its link: nobody waits for it any more.
    return !row || row->state == "cancelled";
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
    core.jobs.finish(*row, core.clock.now());
    transaction.commit();
    return {};
  });
}

}  // namespace keepleaf::library
