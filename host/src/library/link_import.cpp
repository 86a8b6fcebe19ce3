#include "library/link_import.h"

#include <algorithm>
#include <utility>

#include "base/unicode.h"
#include "library/indexing.h"
#include "library/limits.h"

namespace keepleaf::library {
namespace {

constexpr std::string_view kGap = "\n\n";  // between blocks of a note

// One line: control characters, and the spaces around them, become one space.
std::string one_line(std::string_view text) {
  std::string out;
  bool gap = false;
  for (const CodePoint point : CodePoints(text)) {
    if (is_control(point.value)) {
      gap = true;
      continue;
    }
    if (point.value == ' ' && gap) continue;
    if (gap) {
      while (out.ends_with(' ')) out.pop_back();
      if (!out.empty()) out += ' ';
      gap = false;
    }
    append_utf8(out, point.value);
  }
  return out;
}

}  // namespace

std::optional<std::string> note_with(const std::string& note, const std::string& addition) {
  if (addition.empty()) return std::nullopt;
  if (note.empty()) return addition;
  for (auto at = note.find(addition); at != std::string::npos; at = note.find(addition, at + 1)) {
    const auto end = at + addition.size();
    const bool begins = at == 0 || (at >= 2 && note.compare(at - 2, 2, kGap) == 0);
    const bool ends = end == note.size() || note.compare(end, 2, kGap) == 0;
    if (begins && ends) return std::nullopt;
  }
  return note + std::string(kGap) + addition;
}

LinkImport::Wanted LinkImport::check(const page::ImportedLink& link, UnixMs now, Outcome& outcome) const {
  Wanted wanted;
  const auto refuse = [&outcome](std::string why) { outcome.reasons.push_back(std::move(why)); };
  auto identity = url::identify(link.url);
  if (!identity) {
    outcome.kind = Outcome::Kind::refused;
    refuse(std::move(identity).error().message);
    return wanted;
  }
  wanted.identity = *std::move(identity);

  wanted.title = one_line(link.title);
  if (wanted.title.size() > kLimits.title) {
    refuse("the title was cut at " + std::to_string(kLimits.title) + " bytes (limit: title)");
    wanted.title = utf8_prefix(wanted.title, kLimits.title);
  }
  wanted.note = to_valid_utf8(link.note);
  if (wanted.note.size() > kLimits.note) {
    refuse("the note was cut at " + std::to_string(kLimits.note) + " bytes (limit: note)");
    wanted.note = utf8_prefix(wanted.note, kLimits.note);
  }
  wanted.tags = tags_;
  const auto add_tag = [&](std::string_view path) {
    auto tag = parse_tag_path(path);
    if (!tag)
      return refuse("the tag \"" + std::string(utf8_prefix(path, 80)) +
                    "\" was left out: " + tag.error().message);
    const bool known = std::any_of(wanted.tags.begin(), wanted.tags.end(),
                                   [&](const TagPath& other) { return other.folded == tag->folded; });
    if (!known) wanted.tags.push_back(*std::move(tag));
  };
  for (const auto& path : link.tags) add_tag(path);
  if (request_.states_as_tags)
    for (const auto state : link.states) add_tag(page::link_state_name(state));

  if (link.created_at && *link.created_at > now + kClocksDiffer) {
    refuse("its date lies in the future and was left out");
  } else if (link.created_at && *link.created_at > 0) {
    wanted.created_at = std::min(*link.created_at, now);
  }
  return wanted;
}

LinkImport::Present LinkImport::present(const url::Identity& identity) {
  if (const auto planned = planned_.find(identity.link_id); planned != planned_.end()) return planned->second;
  Present present;
  if (auto row = core_.links.find(identity.link_id)) {
    present.row = *std::move(row);
    present.exists = true;
    for (const auto& path : core_.tags.of_link(present.row.n)) present.tags.insert(fold(path));
    present.has_page =
        core_.snapshots.count_of_link(present.row.n) > 0 || core_.jobs.is_waiting(present.row.n);
  } else {
    present.row.id = identity.link_id;
    present.row.canonical_url = identity.canonical;
    present.row.url = identity.url;
    present.row.host = identity.host;
  }
  return present;
}

// What the link will be; `outcome` tells the differences.
void LinkImport::merge(const Wanted& wanted, Present& present, Outcome& outcome) const {
  auto& row = present.row;
  bool changed = !present.exists;
  if (row.title.empty() && !wanted.title.empty()) {
    row.title = wanted.title;
    changed = true;
  }
  if (auto note = note_with(row.note, wanted.note)) {
    if (note->size() > kLimits.note) {
      outcome.reasons.push_back("the note was left out: with the one that is there it has more than " +
                                std::to_string(kLimits.note) + " bytes (limit: note)");
    } else {
      row.note = *std::move(note);
      outcome.note = changed = true;
    }
  }
  std::size_t beyond = 0;
  for (const auto& tag : wanted.tags) {
    if (present.tags.contains(tag.folded)) continue;
    if (present.tags.size() >= kLimits.tags_per_link) {
      ++beyond;
      continue;
    }
    present.tags.insert(tag.folded);
    present.added.push_back(tag);
    ++outcome.tags;
    changed = true;
  }
  if (beyond > 0) {
    outcome.reasons.push_back(std::to_string(beyond) + " tags were left out: a link can have " +
                              std::to_string(kLimits.tags_per_link) + " (limit: tags_per_link)");
  }
  // It was saved first when it was saved first, wherever that was.
  if (wanted.created_at && (!present.exists || *wanted.created_at < row.created_at)) {
    row.created_at = *wanted.created_at;
    changed = true;
  }
  outcome.job = request_.snapshot && !present.has_page;
  present.has_page = present.has_page || outcome.job;
  outcome.kind = !present.exists ? Outcome::Kind::added
                 : changed       ? Outcome::Kind::updated
                                 : Outcome::Kind::known;
  present.exists = true;
}

Status LinkImport::write(const store::Moment& moment, const Wanted& wanted, const store::LinkRow& before,
                         const Present& after, const Outcome& outcome) {
  store::LinkRow row = before;
  if (outcome.kind == Outcome::Kind::added) {
    row = after.row;
    core_.links.insert(moment, row, wanted.created_at);
  } else {
    if (after.row.title != row.title) core_.links.set_title(moment, row, after.row.title);
    if (after.row.note != row.note) core_.links.set_note(moment, row, after.row.note);
    if (after.row.created_at != row.created_at) core_.links.set_created(moment, row, after.row.created_at);
  }
  for (const auto& tag : after.added)
    core_.tags.add(moment, row.n, row.id, core_.tags.ensure(moment, tag.path, tag.folded));
  if (outcome.kind == Outcome::Kind::updated && !after.added.empty()) core_.links.touch(moment, row);
  if (outcome.kind != Outcome::Kind::known) KL_TRY(index_link(core_, row));
  if (outcome.job) {
    store::JobRow job;
    job.id = Uuid::v7(moment.now);
    job.kind = "snapshot";
    job.url = row.url;
    job.engine = "auto";
    job.not_before = job.created_at = moment.now;
    core_.jobs.insert(job, row.n);
  }
  return {};
}

Result<LinkImport::Outcome> LinkImport::take_one(const page::ImportedLink& link, const store::Moment* moment,
                                                 UnixMs now) {
  Outcome outcome;
  const Wanted wanted = check(link, now, outcome);
  if (outcome.kind == Outcome::Kind::refused) return outcome;
  Present link_now = present(wanted.identity);
  const store::LinkRow before = link_now.row;
  if (before.trashed_at) {
    outcome.kind = Outcome::Kind::refused;
    outcome.reasons = {"the link is in the trash (keepleaf restore " + before.id.str() + " takes it back)"};
    return outcome;
  }
  link_now.added.clear();
  merge(wanted, link_now, outcome);
  if (moment != nullptr) {
    KL_TRY(write(*moment, wanted, before, link_now, outcome));
  } else if (outcome.kind != Outcome::Kind::known || outcome.job) {
    planned_[wanted.identity.link_id] = std::move(link_now);
  }
  return outcome;
}

Result<std::vector<LinkImport::Outcome>> LinkImport::take(const std::vector<page::ImportedLink>& links) {
  using Outcomes = std::vector<Outcome>;
  const auto all = [&](const store::Moment* moment, UnixMs now) -> Result<Outcomes> {
    Outcomes outcomes;
    outcomes.reserve(links.size());
    for (const auto& link : links) {
      KL_ASSIGN(auto outcome, take_one(link, moment, now));
      outcomes.push_back(std::move(outcome));
    }
    return outcomes;
  };
  if (request_.dry_run)
    return core_.view("compare the links", [&] { return all(nullptr, core_.clock.now()); });
  return core_.act("import the links", [&](const store::Moment& moment) { return all(&moment, moment.now); });
}

}  // namespace keepleaf::library
