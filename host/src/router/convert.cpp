#include "router/convert.h"

#include <algorithm>

#include "library/job_state.h"
#include "library/period.h"

namespace keepleaf::router {
namespace {

constexpr std::size_t kMostSnapshots = 1000;
constexpr std::size_t kMostFindings = 1000;

std::vector<protocol::SnapshotSummary> summaries(const std::vector<library::SnapshotBrief>& snapshots,
                                                 std::size_t most) {
  std::vector<protocol::SnapshotSummary> out;
  const std::size_t count = std::min(most, snapshots.size());
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) out.push_back(to_wire(snapshots[i]));
  return out;
}

template <class Reply, class T>
Reply page_to_wire(const library::Page<T>& page) {
  Reply reply;
  reply.items.reserve(page.items.size());
  for (const T& item : page.items) reply.items.push_back(to_wire(item));
  reply.next = page.next;
  reply.total = page.total;
  return reply;
}

}  // namespace

protocol::TagCount to_wire(const library::TagUse& tag) { return {tag.path, tag.links}; }

protocol::ResourceInfo to_wire(const library::SnapshotPart& part) {
  return {part.n, part.role, part.url, part.object, part.size, part.media_type, part.status};
}

protocol::SnapshotSummary to_wire(const library::SnapshotBrief& snapshot) {
  const char* state = snapshot.trashed_at ? "trashed" : (snapshot.partial ? "partial" : "complete");
  return {snapshot.id, snapshot.taken_at, snapshot.engine, state, snapshot.pictures};
}

protocol::LinkItem to_wire(const library::Link& link, std::size_t newest) {
  protocol::LinkItem item;
  item.id = link.id;
  item.url = link.url;
  item.title = link.title;
  item.note = link.note;
  item.tags = link.tags;
  item.created_at = link.created_at;
  item.updated_at = link.updated_at;
  item.trashed_at = link.trashed_at;
  item.snapshots = summaries(link.snapshots, newest);
  item.snapshot_count = link.snapshot_count;
  if (link.job) {
    item.job = protocol::LinkJob{link.job->id, library::job_state_name(link.job->state), link.job->attempts,
                                 link.job->progress, link.job->error};
  }
  if (link.condition) {
    const library::Condition& condition = *link.condition;
    item.condition =
        protocol::Condition{condition.state, {}, condition.target, condition.since, condition.checked_at};
    for (const auto& [sign, value] : condition.signs) item.condition->signs.push_back({sign, value});
  }
  return item;
}

protocol::SearchHit to_wire(const library::Hit& hit) {
  protocol::SearchHit wire;
  wire.link = to_wire(hit.link);
  wire.score = hit.score;
  wire.field = hit.field;
  wire.snippet = hit.snippet;
  for (const library::Highlight& highlight : hit.highlights)
    wire.matches.push_back({highlight.begin, highlight.end});
  wire.snapshot_id = hit.snapshot;
  return wire;
}

protocol::LinkLookupReply to_wire(const library::Lookup& lookup) {
  protocol::LinkLookupReply reply;
  reply.canonical_url = lookup.canonical_url;
  if (lookup.link) reply.link = to_wire(*lookup.link);
  for (const library::Link& link : lookup.possible_duplicates)
    reply.possible_duplicates.push_back(to_wire(link));
  return reply;
}

protocol::LinkShowReply to_wire_with_all_snapshots(const library::Link& link, const library::LinkCare& care) {
  protocol::LinkShowReply reply{to_wire(link), summaries(link.snapshots, kMostSnapshots), {}, {}};
  if (care.schedule) {
    reply.schedule = to_wire(*care.schedule);
    reply.schedule->url.clear();  // the link itself stands beside it
    reply.schedule->title.clear();
  }
  for (const library::Check& check : care.checks)
    reply.checks.push_back({check.checked_at, check.outcome, check.snapshot});
  return reply;
}

protocol::LinkListReply to_wire(const library::Page<library::Link>& page) {
  protocol::LinkListReply reply;
  for (const library::Link& link : page.items) reply.items.push_back(to_wire(link));
  reply.next = page.next;
  reply.total = page.total;
  return reply;
}

protocol::LinkSearchReply to_wire(const library::Page<library::Hit>& page) {
  return page_to_wire<protocol::LinkSearchReply>(page);
}

protocol::LinksReply to_wire(const std::vector<library::Link>& links) {
  protocol::LinksReply reply;
  for (const library::Link& link : links) reply.items.push_back(to_wire(link));
  return reply;
}

protocol::LinkAddReply to_wire(const library::AddedLink& added) {
  return {added.url, added.link_id, added.job_id, added.new_link};
}

protocol::TrashEntry to_wire(const library::TrashItem& item) {
  return {item.whole_link ? "link" : "snapshot",
          item.id,
          item.link_id,
          item.url,
          item.title,
          item.trashed_at,
          item.ends_at,
          item.snapshots,
          item.size_stored};
}

protocol::TrashListReply to_wire(const library::Page<library::TrashItem>& page) {
  return page_to_wire<protocol::TrashListReply>(page);
}

protocol::TagListReply to_wire(const library::Page<library::TagUse>& page) {
  return page_to_wire<protocol::TagListReply>(page);
}

protocol::TagChangeReply to_wire(const library::TagChange& change) { return {change.links, change.path}; }

protocol::SnapshotShowReply to_wire(const library::Snapshot& snapshot) {
  protocol::SnapshotShowReply reply;
  reply.id = snapshot.id;
  reply.link_id = snapshot.link_id;
  reply.url = snapshot.url;
  reply.title = snapshot.title;
  reply.taken_at = snapshot.taken_at;
  reply.engine = snapshot.engine;
  reply.redirects = snapshot.redirects;
  for (const library::SnapshotPart& part : snapshot.parts)
    (part.object ? reply.resources : reply.missing).push_back(to_wire(part));
  reply.text_length = snapshot.text_length;
  reply.size_raw = snapshot.size_raw;
  reply.size_stored = snapshot.size_stored;
  reply.trashed_at = snapshot.trashed_at;
  if (snapshot.fidelity) reply.fidelity = to_wire(*snapshot.fidelity);
  for (const library::Picture& picture : snapshot.pictures) reply.pictures.push_back(to_wire(picture));
  return reply;
}

protocol::PictureInfo to_wire(const library::Picture& picture) {
  return {picture.kind,    picture.media_type, picture.width, picture.height,
          picture.partial, picture.taken_at,   picture.size};
}

protocol::Fidelity to_wire(const library::Fidelity& fidelity) {
  protocol::Fidelity wire{fidelity.score, fidelity.method, fidelity.viewport, {}};
  for (const library::FidelityRegion& region : fidelity.regions) {
    wire.regions.push_back({region.part,
                            region.kind,
                            {region.x, region.y, static_cast<std::uint32_t>(region.width),
                             static_cast<std::uint32_t>(region.height)}});
  }
  return wire;
}

library::Fidelity from_wire(const protocol::Fidelity& fidelity) {
  library::Fidelity measured{fidelity.score, fidelity.method, fidelity.viewport, {}};
  for (const protocol::FidelityRegion& region : fidelity.regions) {
    const protocol::FidelityRect& rect = region.rect;
    measured.regions.push_back({region.part, region.kind, rect.x, rect.y,
                                static_cast<std::int32_t>(rect.width),
                                static_cast<std::int32_t>(rect.height)});
  }
  return measured;
}

protocol::JobInfo to_wire(const library::Job& job) {
  protocol::JobInfo wire;
  wire.id = job.id;
  wire.kind = job.kind;
  wire.state = library::job_state_name(job.state);
  wire.link_id = job.link;
  wire.url = job.url;
  wire.attempts = job.attempts;
  wire.progress = job.progress;
  wire.snapshot_id = job.snapshot;
  wire.error = job.error;
  wire.created_at = job.created_at;
  wire.updated_at = job.updated_at;
  wire.not_before = job.not_before;
  wire.outcome = job.outcome;
  return wire;
}

protocol::JobCounts to_wire(const library::JobCounts& counts) {
  return {counts.queued, counts.running, counts.done, counts.failed, counts.cancelled};
}

protocol::ScheduleInfo to_wire(const library::Schedule& schedule) {
  return {
      schedule.link,  schedule.url,    schedule.title, schedule.tag, library::period_text(schedule.every_ms),
      schedule.links, schedule.next_at};
}

protocol::ScheduleListReply to_wire(const library::Page<library::Schedule>& page) {
  return page_to_wire<protocol::ScheduleListReply>(page);
}

protocol::JobListReply to_wire(const library::Page<library::Job>& page) {
  return page_to_wire<protocol::JobListReply>(page);
}

protocol::LibraryStatsReply to_wire(const library::Stats& stats) {
  protocol::LibraryStatsReply reply;
  reply.links = stats.links;
  reply.trashed_links = stats.trashed_links;
  reply.snapshots = stats.snapshots;
  reply.parts = stats.parts;
  reply.tags = stats.tags;
  reply.objects = stats.objects;
  reply.object_bytes_raw = stats.object_bytes_raw;
  reply.object_bytes_stored = stats.object_bytes_stored;
  reply.part_bytes_raw = stats.part_bytes_raw;
  reply.texts = stats.texts;
  reply.text_bytes = stats.text_bytes;
  reply.database_bytes = stats.database_bytes;
  reply.staging_bytes = stats.staging_bytes;
  return reply;
}

protocol::LibraryVerifyReply to_wire(const library::Verification& verification) {
  protocol::LibraryVerifyReply reply;
  reply.ok = verification.ok;
  reply.objects = verification.objects;
  reply.snapshots = verification.snapshots;
  reply.bytes = verification.bytes;
  const std::size_t count = std::min(kMostFindings, verification.findings.size());
  for (std::size_t i = 0; i < count; ++i) {
    const library::Finding& finding = verification.findings[i];
    reply.findings.push_back({finding.kind, finding.subject, finding.message});
  }
  return reply;
}

protocol::PendingCapture to_wire(const library::StagedCapture& capture) {
  return {capture.id, capture.url, capture.bytes, capture.updated_at};
}

}  // namespace keepleaf::router
