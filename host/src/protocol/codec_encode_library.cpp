// link.*, item.*, tag.*, snapshot.*, job.*, library.*
#include "base/base64.h"
#include "protocol/codec_encode.h"

namespace keepleaf::protocol::encoding {
namespace {

template <class Items>
Json list(const Items& items) {
  Json json = Json::array();
  for (const auto& item : items) json.push_back(json_of(item));
  return json;
}

Json nullable(const auto& value) { return value ? Json(*value) : Json(nullptr); }

template <class Reply>
Json page(const Reply& reply) {
  return {{"items", list(reply.items)}, {"next", nullable(reply.next)}, {"total", reply.total}};
}

}  // namespace

Json json_of(const TagCount& tag) { return {{"path", tag.path}, {"links", tag.links}}; }

Json json_of(const SearchHit& hit) {
  Json matches = Json::array();
  for (const TextMatch& match : hit.matches) matches.push_back(Json::array({match.begin, match.end}));
  Json json = json_of(hit.link);
  json["score"] = hit.score;
  json["field"] = hit.field;
  json["snippet"] = hit.snippet;
  json["matches"] = std::move(matches);
  if (hit.snapshot_id) json["snapshot_id"] = hit.snapshot_id->str();
  return json;
}

Json json_of(const ResourceInfo& part) {
  Json json = {{"n", part.n}, {"role", part.role}, {"url", part.url}};
  if (part.object) {
    json["sha256"] = part.object->hex();
    json["size"] = part.size;
  }
  json["type"] = part.type;
  json["status"] = part.status;
  return json;
}

Json json_of(const Fidelity& fidelity) {
  Json regions = Json::array();
  for (const FidelityRegion& region : fidelity.regions) {
    const auto& [x, y, width, height] = region.rect;
    regions.push_back({{"part", region.part},
                       {"kind", region.kind},
                       {"rect", {{"x", x}, {"y", y}, {"width", width}, {"height", height}}}});
  }
  const capture::Viewport& viewport = fidelity.viewport;
  return {{"score", fidelity.score},
          {"method", fidelity.method},
          {"viewport", {{"width", viewport.width}, {"height", viewport.height}, {"scale", viewport.scale}}},
          {"regions", std::move(regions)}};
}

Json json_of(const PictureInfo& picture) {
  Json json = {
      {"kind", picture.kind},     {"media_type", picture.media_type},          {"width", picture.width},
      {"height", picture.height}, {"taken_at", format_time(picture.taken_at)}, {"size", picture.size}};
  if (picture.partial) json["partial"] = true;
  return json;
}

Json json_of(const SnapshotSummary& snapshot) {
  Json json = {{"id", snapshot.id.str()},
               {"taken_at", format_time(snapshot.taken_at)},
               {"engine", capture::engine_name(snapshot.engine)},
               {"state", snapshot.state}};
  if (!snapshot.pictures.empty()) json["pictures"] = snapshot.pictures;
  return json;
}

Json json_of(const LinkJob& job) {
  Json json = {
      {"id", job.id.str()}, {"state", job.state}, {"attempts", job.attempts}, {"progress", job.progress}};
  if (job.error) json["error"] = json_of(*job.error);
  return json;
}

Json json_of(const Condition& condition) {
  Json signs = Json::array();
  for (const ConditionSign& one : condition.signs)
    signs.push_back({{"sign", one.sign}, {"value", one.value}});
  Json json = {{"state", condition.state}, {"signs", std::move(signs)}};
  if (!condition.target.empty()) json["target"] = condition.target;
  json["since"] = format_time(condition.since);
  json["checked_at"] = format_time(condition.checked_at);
  return json;
}

Json json_of(const CheckInfo& check) {
  Json json = {{"checked_at", format_time(check.checked_at)}, {"outcome", check.outcome}};
  if (check.snapshot_id) json["snapshot_id"] = check.snapshot_id->str();
  return json;
}

Json json_of(const ScheduleInfo& schedule) {
  Json json = Json::object();
  if (schedule.link_id) {
    json["link_id"] = schedule.link_id->str();
    if (!schedule.url.empty()) json["url"] = schedule.url;
    if (!schedule.title.empty()) json["title"] = schedule.title;
  } else {
    json["tag"] = schedule.tag;
  }
  json["every"] = schedule.every;
  json["links"] = schedule.links;
  if (schedule.next_at) json["next_at"] = format_time(*schedule.next_at);
  return json;
}

Json json_of(const LinkItem& item) {
  Json json = {{"id", item.id.str()},
               {"url", item.url},
               {"title", item.title},
               {"note", item.note},
               {"tags", item.tags},
               {"created_at", format_time(item.created_at)},
               {"updated_at", format_time(item.updated_at)}};
  if (item.trashed_at) json["trashed_at"] = format_time(*item.trashed_at);
  json["snapshots"] = list(item.snapshots);
  json["snapshot_count"] = item.snapshot_count;
  if (item.job) json["job"] = json_of(*item.job);
  if (item.condition) json["condition"] = json_of(*item.condition);
  if (!item.shortened.empty()) json["shortened"] = item.shortened;
  return json;
}

Json json_of(const std::vector<LinkItem>& items) { return list(items); }

Json json_of(const LinkLookupReply& reply) {
  return {{"canonical_url", reply.canonical_url},
          {"link", reply.link ? json_of(*reply.link) : Json(nullptr)},
          {"possible_duplicates", list(reply.possible_duplicates)}};
}

Json json_of(const LinkListReply& reply) { return page(reply); }
Json json_of(const LinkSearchReply& reply) {
  Json json = page(reply);
  if (reply.indexing) json["indexing"] = true;
  return json;
}

Json json_of(const LinkShowReply& reply) {
  Json json = {{"link", json_of(reply.link)}, {"snapshots", list(reply.snapshots)}};
  if (reply.schedule) json["schedule"] = json_of(*reply.schedule);
  if (!reply.checks.empty()) json["checks"] = list(reply.checks);
  return json;
}

Json json_of(const LinkAddReply& reply) {
  return {{"url", reply.url},
          {"link_id", reply.link_id.str()},
          {"job_id", reply.job_id.str()},
          {"new_link", reply.new_link}};
}

Json json_of(const LinksReply& reply) { return {{"items", list(reply.items)}}; }

Json json_of(const ItemsReply& reply) {
  Json ids = Json::array();
  for (const Uuid& id : reply.ids) ids.push_back(id.str());
  return {{"ids", std::move(ids)}};
}

Json json_of(const TrashEntry& entry) {
  Json json = {{"kind", entry.kind}, {"id", entry.id.str()}, {"link_id", entry.link_id.str()},
               {"url", entry.url},   {"title", entry.title}, {"trashed_at", format_time(entry.trashed_at)}};
  if (entry.ends_at) json["ends_at"] = format_time(*entry.ends_at);
  json["snapshots"] = entry.snapshots;
  json["size_stored"] = entry.size_stored;
  return json;
}
Json json_of(const TrashListReply& reply) { return page(reply); }
Json json_of(const TrashEmptyReply& reply) {
  return {{"links", reply.links}, {"snapshots", reply.snapshots}, {"wiped", reply.wiped}};
}

Json json_of(const TagListReply& reply) { return page(reply); }
Json json_of(const TagChangeReply& reply) { return {{"path", reply.path}, {"links", reply.links}}; }

Json json_of(const SnapshotShowReply& reply) {
  Json missing = list(reply.missing);
  Json json = {{"id", reply.id.str()},
               {"link_id", reply.link_id.str()},
               {"url", reply.url},
               {"title", reply.title},
               {"taken_at", format_time(reply.taken_at)},
               {"engine", capture::engine_name(reply.engine)},
               {"redirects", reply.redirects},
               {"resources", list(reply.resources)},
               {"missing", std::move(missing)},
               {"next", nullable(reply.next)},
               {"text_length", reply.text_length},
               {"size_raw", reply.size_raw},
               {"size_stored", reply.size_stored}};
  if (reply.trashed_at) json["trashed_at"] = format_time(*reply.trashed_at);
  json["fidelity"] = reply.fidelity ? json_of(*reply.fidelity) : Json(nullptr);
  if (!reply.pictures.empty()) json["pictures"] = list(reply.pictures);
  return json;
}

Json json_of(const SnapshotReadReply& reply) {
  return {{"id", reply.id.str()},
          {"offset", reply.offset},
          {"size", reply.size},
          {"media_type", reply.media_type},
          {"data", base64_encode(reply.bytes)}};
}

Json json_of(const SnapshotMeasuredReply& reply) { return {{"id", reply.id.str()}}; }
Json json_of(const SnapshotPicturedReply& reply) { return {{"id", reply.id.str()}}; }

Json json_of(const SnapshotPictureReply& reply) {
  return {{"id", reply.id.str()},           {"kind", reply.kind},
          {"offset", reply.offset},         {"size", reply.size},
          {"media_type", reply.media_type}, {"data", base64_encode(reply.bytes)}};
}

Json json_of(const JobInfo& job) {
  Json json = {{"id", job.id.str()}, {"kind", job.kind}, {"state", job.state}};
  if (job.link_id) json["link_id"] = job.link_id->str();
  json["url"] = job.url;
  json["attempts"] = job.attempts;
  json["progress"] = job.progress;
  if (job.snapshot_id) json["snapshot_id"] = job.snapshot_id->str();
  if (job.error) json["error"] = json_of(*job.error);
  json["created_at"] = format_time(job.created_at);
  json["updated_at"] = format_time(job.updated_at);
  if (job.not_before) json["not_before"] = format_time(*job.not_before);
  if (!job.outcome.empty()) json["outcome"] = job.outcome;
  return json;
}

Json json_of(const JobReply& reply) { return {{"job", json_of(reply.job)}}; }
Json json_of(const JobListReply& reply) {
  Json json = page(reply);
  const JobCounts& counts = reply.counts;
  json["counts"] = {{"queued", counts.queued},
                    {"running", counts.running},
                    {"done", counts.done},
                    {"failed", counts.failed},
                    {"cancelled", counts.cancelled}};
  return json;
}
Json json_of(const JobsReply& reply) { return {{"jobs", reply.jobs}}; }

Json json_of(const ScheduleListReply& reply) { return page(reply); }
Json json_of(const ScheduleSetReply& reply) { return {{"schedule", json_of(reply.schedule)}}; }
Json json_of(const ScheduleClearReply& reply) { return {{"cleared", reply.cleared}}; }

Json json_of(const LibraryStatsReply& reply) {
  return {{"links", reply.links},
          {"trashed_links", reply.trashed_links},
          {"snapshots", reply.snapshots},
          {"parts", reply.parts},
          {"tags", reply.tags},
          {"objects", reply.objects},
          {"object_bytes_raw", reply.object_bytes_raw},
          {"object_bytes_stored", reply.object_bytes_stored},
          {"part_bytes_raw", reply.part_bytes_raw},
          {"texts", reply.texts},
          {"text_bytes", reply.text_bytes},
          {"database_bytes", reply.database_bytes},
          {"staging_bytes", reply.staging_bytes}};
}

Json json_of(const LibrarySettingsReply& reply) { return {{"trash_days", reply.trash_days}}; }

Json json_of(const VerifyFinding& finding) {
  return {{"kind", finding.kind}, {"subject", finding.subject}, {"message", finding.message}};
}

Json json_of(const LibraryVerifyReply& reply) {
  return {{"ok", reply.ok},
          {"objects", reply.objects},
          {"snapshots", reply.snapshots},
          {"bytes", reply.bytes},
          {"findings", list(reply.findings)}};
}

}  // namespace keepleaf::protocol::encoding
