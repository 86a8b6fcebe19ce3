#include "library/assemble.h"

#include <algorithm>
#include <charconv>

#include "library/limits.h"
#include "library/link_condition.h"

namespace keepleaf::library {
namespace {

constexpr std::uint32_t kBriefSnapshots = 10;
constexpr std::uint32_t kFullSnapshots = 1000;

capture::Engine engine_of(const std::string& name) {
  return capture::engine_from_name(name).value_or(capture::Engine::tab);  // the schema allows no other names
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Link to_link(Core& core, const store::LinkRow& row, Detail detail) {
  Link link;
  link.id = row.id;
  link.url = row.url;
  link.title = row.title;
  link.note = row.note;
  link.tags = core.tags.of_link(row.n);
  link.created_at = row.created_at;
  link.updated_at = row.updated_at;
  link.trashed_at = row.trashed_at;
  link.snapshot_count = core.snapshots.count_of_link(row.n);
  const bool all = detail == Detail::full || row.trashed_at;
  const auto trashed = all ? store::Snapshots::Trashed::include : store::Snapshots::Trashed::leave_out;
  const std::uint32_t limit = detail == Detail::full ? kFullSnapshots : kBriefSnapshots;
  auto pictures = core.pictures.kinds_of_link(row.n);
  for (const auto& one : core.snapshots.of_link(row.n, trashed, limit)) {
    link.snapshots.push_back({one.id, one.taken_at, engine_of(one.engine), one.partial, one.trashed_at,
                              std::move(pictures[one.id])});
  }
  if (const auto job = core.jobs.newest_of_link(row.n)) link.job = to_link_job(*job);
  link.condition = condition_of(core, row.n);
  return link;
}

std::optional<LinkJob> to_link_job(const store::JobRow& row) {
  const Job job = to_job(row);
  if (job.state == JobState::done || job.state == JobState::cancelled) return std::nullopt;
  return LinkJob{job.id, job.state, job.attempts, job.progress, job.error};
}

Snapshot to_snapshot(Core& core, const store::SnapshotRow& row) {
  Snapshot snapshot;
  snapshot.id = row.id;
  snapshot.link_id = row.link_id;
  snapshot.url = row.url;
  snapshot.title = row.title;
  snapshot.taken_at = row.taken_at;
  snapshot.engine = engine_of(row.engine);
  snapshot.redirects = split_lines(row.redirects);
  snapshot.language = row.language;
  for (store::PartRow& part : core.snapshots.parts(row.n)) {
    snapshot.parts.push_back({part.n, part.parent, std::move(part.role), std::move(part.url),
                              std::move(part.media_type), std::move(part.status), part.digest, part.size});
  }
  if (row.text) {
    const auto text = core.texts.find(*row.text);
    snapshot.text_length = text ? text->length : 0;
  }
  snapshot.size_raw = row.size_raw;
  snapshot.size_stored = row.size_stored;
  snapshot.digest = row.digest;
  snapshot.trashed_at = row.trashed_at;
  if (const auto fidelity = core.fidelities.find(row.n)) snapshot.fidelity = to_fidelity(*fidelity);
  for (const auto& picture : core.pictures.of_snapshot(row.n))
    snapshot.pictures.push_back(to_picture(picture));
  return snapshot;
}

Job to_job(const store::JobRow& row) {
  Job job;
  job.id = row.id;
  job.kind = row.kind;
  job.state = job_state_from_name(row.state).value_or(JobState::failed);  // the schema allows no other names
  job.link = row.link;
  job.url = row.url;
  job.engine = row.engine;
  job.allowed_hosts = split_lines(row.allowed_hosts);
  job.attempts = row.attempts;
  job.progress = row.progress;
  job.snapshot = row.snapshot;
  if (!row.error_code.empty()) {
    const auto name = std::find(kErrorCodeNames.begin(), kErrorCodeNames.end(), row.error_code);
    const auto code = name == kErrorCodeNames.end() ? ErrorCode::internal
                                                    : static_cast<ErrorCode>(name - kErrorCodeNames.begin());
    job.error = Error{code, row.error_message};
  }
  job.host = row.host;
  if (job.state == JobState::queued) job.not_before = row.not_before;
  if (job.state == JobState::done) job.outcome = row.outcome;
  job.created_at = row.created_at;
  job.updated_at = row.updated_at;
  return job;
}

std::string join_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    if (!text.empty()) text += '\n';
    text += line;
  }
  return text;
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

std::uint32_t page_size(std::uint32_t asked) {
  return std::clamp<std::uint32_t>(asked, 1, static_cast<std::uint32_t>(kLimits.page_items));
}

std::string make_cursor(std::int64_t first, std::int64_t second) {
  return std::to_string(first) + "." + std::to_string(second);
}

Result<std::optional<store::LinkCursor>> parse_cursor(const std::string& text) {
  if (text.empty()) return std::optional<store::LinkCursor>();
  const std::size_t dot = text.find('.');
  if (dot != std::string::npos) {
    const std::string_view view(text);
    const auto time = parse_number(view.substr(0, dot));
    const auto n = parse_number(view.substr(dot + 1));
    if (time && n) return std::optional(store::LinkCursor{*time, *n});
  }
  return fail(ErrorCode::bad_request, "'after' is not a cursor that a page gave.", "", "Begin without it.");
}

Error no_such(const std::string& what, const Uuid& id) {
  return Error{ErrorCode::not_found, "There is no " + what + " " + id.str() + " in this library.",
               "Nothing was changed."};
}

}  // namespace keepleaf::library
