// Library: schedules, and what came of them.
#include <utility>

#include "library/assemble.h"
#include "library/capture_check.h"
#include "library/state.h"

namespace keepleaf::library {
namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kLongest = 366LL * 24 * kHour;
constexpr std::uint32_t kBatch = 500;  // visits queued in one transaction
constexpr std::uint32_t kChecks = 20;  // that a link shows
// What was missed while the machine was off does not start all at once when it is on again.
constexpr std::int64_t kSpread = 10 * 60'000;
constexpr std::int64_t kMissed = 60'000;  // later than this is missed

Status check_period(std::int64_t every_ms) {
  if (every_ms >= kHour && every_ms <= kLongest) return {};
  return fail(ErrorCode::bad_request, "A schedule looks once an hour at most, and once a year at least.",
              "Nothing was changed.");
}

Schedule to_schedule(const store::ScheduleRow& row) {
  return {row.link, row.link_url, row.link_title, row.tag, row.every, row.links, row.next_at};
}

Result<TagPath> one_tag(const std::string& tag) {
  KL_ASSIGN(const auto paths, check_tags({tag}));
  if (paths.empty()) return fail(ErrorCode::bad_request, "A tag is needed.", "Nothing was changed.");
  return paths.front();
}

Error no_such_tag(const std::string& tag) {
  return {ErrorCode::not_found, "No link has the tag " + tag + ".", "Nothing was changed."};
}

}  // namespace

Result<Page<Schedule>> Library::schedules(const ListQuery& query) const {
  Core& core = *state_->core;
  KL_ASSIGN(const auto after, parse_cursor(query.after));
  return core.view("list the schedules", [&] {
    Page<Schedule> page;
    const std::uint32_t limit = page_size(query.limit);
    const auto rows = core.schedules.list(limit + 1, after ? after->n : 0);
    for (std::size_t i = 0; i < rows.size() && i < limit; ++i) page.items.push_back(to_schedule(rows[i]));
    if (rows.size() > limit) page.next = make_cursor(0, rows[limit - 1].n);
    page.total = core.schedules.count();
    return page;
  });
}

Result<Schedule> Library::schedule_link(const Uuid& link, std::int64_t every_ms) {
  Core& core = *state_->core;
  KL_TRY(check_period(every_ms));
  return core.act("set the schedule", [&](const store::Moment& moment) -> Result<Schedule> {
    const auto row = core.links.find(link);
    if (!row) return fail(no_such("link", link));
    core.schedules.set_link(moment, row->n, row->id, every_ms);
    core.schedules.derive_visits(moment.now);
    return to_schedule(*core.schedules.of_link(row->n));
  });
}

Result<Schedule> Library::schedule_tag(const std::string& tag, std::int64_t every_ms) {
  Core& core = *state_->core;
  KL_TRY(check_period(every_ms));
  KL_ASSIGN(const TagPath path, one_tag(tag));
  return core.act("set the schedule", [&](const store::Moment& moment) -> Result<Schedule> {
    if (core.tags.subtree(path.folded).empty()) return fail(no_such_tag(tag));
    const auto row = core.tags.ensure(moment, path.path, path.folded);
    core.schedules.set_tag(moment, row.n, row.id, every_ms);
    core.schedules.derive_visits(moment.now);
    return to_schedule(*core.schedules.of_tag(row.n));
  });
}

Result<bool> Library::clear_schedule_of_link(const Uuid& link) {
  Core& core = *state_->core;
  return core.act("clear the schedule", [&](const store::Moment& moment) -> Result<bool> {
    const auto row = core.links.find(link);
    if (!row) return fail(no_such("link", link));
    const bool cleared = core.schedules.clear_link(moment, row->n, row->id);
    core.schedules.derive_visits(moment.now);
    return cleared;
  });
}

Result<bool> Library::clear_schedule_of_tag(const std::string& tag) {
  Core& core = *state_->core;
  KL_ASSIGN(const TagPath path, one_tag(tag));
  return core.act("clear the schedule", [&](const store::Moment& moment) -> Result<bool> {
    const auto row = core.tags.find(path.folded);
    if (!row) return fail(no_such_tag(tag));
    const bool cleared = core.schedules.clear_tag(moment, row->n, row->id);
    core.schedules.derive_visits(moment.now);
    return cleared;
  });
}

Result<LinkCare> Library::care_of(const Uuid& link) const {
  Core& core = *state_->core;
  return core.view("look for the link's schedule", [&]() -> Result<LinkCare> {
    const auto row = core.links.find(link);
    if (!row) return fail(no_such("link", link));
    LinkCare care;
    if (const auto schedule = core.schedules.of_link(row->n)) care.schedule = to_schedule(*schedule);
    for (const auto& check : core.schedules.checks_of_link(row->n, kChecks))
      care.checks.push_back({check.checked_at, check.outcome, check.snapshot});
    return care;
  });
}

Result<std::uint32_t> Library::queue_scheduled(bool all) {
  Core& core = *state_->core;
  KL_TRY(core.writable());
  // Most libraries have none, and a worker asks often: no lock is worth taking for that.
  KL_ASSIGN(const bool any, core.view("look for schedules", [&] {
    return core.schedules.count() > 0 || core.schedules.next_due().has_value();
  }));
  if (!any) return 0;
  std::uint32_t queued = 0;
  std::int64_t last = 0;
  bool derived = false;
  for (bool more = true; more;) {
    // In portions, so that nobody waits long for the write lock.
    KL_TRY(core.act("queue what is scheduled", [&](const store::Moment& moment) -> Status {
      if (!std::exchange(derived, true)) core.schedules.derive_visits(moment.now);
      const auto due = core.schedules.due(moment.now, all, kBatch, last);
      more = due.size() == kBatch;
      for (const store::VisitRow& visit : due) {
        last = visit.link;
        // However many times were missed, the next one is in the future: they are made up for by one.
        core.schedules.set_due(visit.link, store::next_visit(visit.link_id, visit.every, moment.now));
        const auto newest = core.jobs.newest_of_link(visit.link);
        if (newest && (newest->state == "queued" || newest->state == "running")) continue;
        const auto link = core.links.find(visit.link);
        if (!link) continue;
        store::JobRow job;
        job.id = Uuid::v7(moment.now);
        job.kind = "check";
        job.url = link->url;
        job.host = link->host;
        job.engine = "auto";
        job.created_at = moment.now;
        job.not_before = moment.now;
        if (!all && moment.now - visit.due_at > kMissed)
          job.not_before = store::next_visit(visit.link_id, kSpread, moment.now);
        core.jobs.insert(job, visit.link);
        ++queued;
      }
      return {};
    }));
  }
  return queued;
}

Result<bool> Library::work_is_due() const {
  Core& core = *state_->core;
  return core.view("look for work", [&] {
    const UnixMs now = core.clock.now();
    const auto job = core.jobs.next_due({});
    const auto visit = core.schedules.next_due();
    return (job && *job <= now) || (visit && *visit <= now);
  });
}

}  // namespace keepleaf::library
