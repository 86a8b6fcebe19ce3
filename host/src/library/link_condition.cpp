#include "library/link_condition.h"

#include <algorithm>
#include <utility>

#include "base/unicode.h"
#include "library/assemble.h"

namespace keepleaf::library {
namespace {

// Name servers fail for an hour, not for a day.
constexpr UnixMs kGoneAfter = 24LL * 3600 * 1000;

std::string join_signs(const std::vector<page::RotSign>& signs) {
  std::vector<std::string> lines;
  lines.reserve(signs.size());
  for (const page::RotSign& sign : signs) lines.push_back(sign.name + " " + sign.value);
  return join_lines(lines);
}

std::vector<Condition::Sign> split_signs(const std::string& text) {
  std::vector<Condition::Sign> signs;
  for (const std::string& line : split_lines(text)) {
    const std::size_t space = std::min(line.find(' '), line.size());
    signs.push_back({line.substr(0, space), line.substr(std::min(space + 1, line.size()))});
  }
  return signs;
}

bool says_no_such_host(const std::string& signs) { return signs.starts_with("no_such_host "); }

std::string last_line(const std::string& lines) {
  const std::size_t end = lines.rfind('\n');
  return end == std::string::npos ? lines : lines.substr(end + 1);
}

}  // namespace

Result<std::string> text_of(Core& core, const Sha256Digest& key) {
  KL_ASSIGN(const auto row, store::guard("look for a page's text", [&] { return core.texts.find(key); }));
  if (!row) return std::string();
  KL_ASSIGN(const Bytes bytes, core.objects.read(row->object));
  return std::string(bytes.begin(), bytes.end());
}

bool counts_as_content(std::uint32_t n, const std::string& role, const std::string& media_type) {
  if (n == 0) return !media_type.starts_with("text/html") && !media_type.starts_with("application/xhtml");
  return role == "image" || role == "audio" || role == "video" || role == "object";
}

std::string folded_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool space = false;
  for (const CodePoint point : CodePoints(text)) {
    if (is_white_space(point.value)) {
      space = !out.empty();
      continue;
    }
    if (std::exchange(space, false)) out += ' ';
    append_utf8(out, point.value);
  }
  return out;
}

Result<std::optional<Earlier>> earlier_version(Core& core, const Uuid& link, const std::string& engine) {
  struct Found {
    store::SnapshotRow row;
    std::vector<store::PartRow> parts;
    std::optional<Sha256Digest> text;
  };
  KL_ASSIGN(auto found, core.view("look for the version before", [&]() -> std::optional<Found> {
    const auto known = core.links.find(link);
    if (!known) return std::nullopt;
    auto row = core.snapshots.newest_of_link(known->n, engine);
    if (!row) row = core.snapshots.newest_of_link(known->n, "");
    if (!row) return std::nullopt;
    Found version{*row, core.snapshots.parts(row->n), std::nullopt};
    if (row->text)
      if (const auto text = core.texts.find(*row->text)) version.text = text->key;
    return version;
  }));
  if (!found) return std::optional<Earlier>();
  Earlier earlier;
  earlier.row = std::move(found->row);
  for (const store::PartRow& part : found->parts)
    if (part.digest && counts_as_content(part.n, part.role, part.media_type))
      earlier.media.insert(*part.digest);
  if (found->text) {
    KL_ASSIGN(earlier.text, text_of(core, *found->text));
  }
  return std::optional(std::move(earlier));
}

page::RotVerdict judge_version(const CheckedPage& page, std::string_view text,
                               const std::optional<Earlier>& earlier) {
  page::SeenPage seen;
  seen.url = page.identity.url;
  seen.final_url = page.redirects.empty() ? page.identity.url : last_line(page.redirects);
  seen.moved_for_good = page.moved_for_good;
  seen.title = page.title;
  seen.text = text;
  if (!earlier) return page::judge_page(seen, std::nullopt);
  // A version that is an error page itself is nothing to measure by.
  page::SeenPage before;
  before.url = earlier->row.url;
  before.final_url = earlier->row.redirects.empty() ? earlier->row.url : last_line(earlier->row.redirects);
  before.title = earlier->row.title;
  before.text = earlier->text;
  if (page::judge_page(before, std::nullopt).state != page::Rot::ok)
    return page::judge_page(seen, std::nullopt);
  return page::judge_page(seen, page::KeptPage{earlier->row.title, earlier->text});
}

void note_condition(Core& core, std::int64_t link, page::RotVerdict verdict, UnixMs now) {
  const auto before = core.conditions.find(link);
  store::ConditionRow row;
  row.signs = join_signs(verdict.signs);
  const bool no_host_before = before && says_no_such_host(before->signs);
  const bool no_host = says_no_such_host(row.signs);
  if (no_host && no_host_before && (before->state == "gone" || now - before->since >= kGoneAfter))
    verdict.state = page::Rot::gone;
  row.state = page::rot_name(verdict.state);
  row.target = verdict.target;
  row.checked_at = now;
  const bool goes_on = before && (before->state == row.state || (no_host && no_host_before));
  row.since = goes_on ? before->since : now;
  core.conditions.put(link, row);
}

void note_seen_by_person(Core& core, std::int64_t link, UnixMs now) {
  const auto before = core.conditions.find(link);
  if (!before || before->state == "ok") return;
  core.conditions.put(link, {"ok", "seen_by_person", "", now, now});
}

std::optional<Condition> condition_of(Core& core, std::int64_t link) {
  const auto row = core.conditions.find(link);
  if (!row) return std::nullopt;
  return Condition{row->state, split_signs(row->signs), row->target, row->since, row->checked_at};
}

}  // namespace keepleaf::library
