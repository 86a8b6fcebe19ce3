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

LinkImport::Plan& LinkImport::plan_for(const url::Identity& identity) {
  const auto [at, fresh] = plans_.try_emplace(identity.link_id);
  Plan& plan = at->second;
  if (!fresh) return plan;
  batch_.push_back(identity.link_id);
  plan.before = core_.links.find(identity.link_id);
  if (plan.before) {
    plan.row = *plan.before;
    plan.exists = true;
    for (const auto& path : core_.tags.of_link(plan.row.n)) plan.tags.insert(fold(path));
    plan.has_page = core_.snapshots.count_of_link(plan.row.n) > 0 || core_.jobs.is_waiting(plan.row.n);
  } else {
    plan.row.id = identity.link_id;
    plan.row.canonical_url = identity.canonical;
    plan.row.url = identity.url;
    plan.row.host = identity.host;
  }
  return plan;
}

// What the link will be; `outcome` tells the differences.
void LinkImport::merge(const Wanted& wanted, UnixMs now, Plan& plan, Outcome& outcome) const {
  auto& row = plan.row;
  bool changed = !plan.exists;
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
    if (plan.tags.contains(tag.folded)) continue;
    if (plan.tags.size() >= kLimits.tags_per_link) {
      ++beyond;
      continue;
    }
    plan.tags.insert(tag.folded);
    plan.added.push_back(tag);
    ++outcome.tags;
    changed = true;
  }
  if (beyond > 0) {
    outcome.reasons.push_back(std::to_string(beyond) + " tags were left out: a link can have " +
                              std::to_string(kLimits.tags_per_link) + " (limit: tags_per_link)");
  }
  // It was saved first when it was saved first, wherever that was.
  if (!plan.exists) {
    row.created_at = wanted.created_at.value_or(now);
  } else if (wanted.created_at && *wanted.created_at < row.created_at) {
    row.created_at = *wanted.created_at;
    changed = true;
  }
  outcome.job = request_.snapshot && !plan.has_page;
  outcome.kind = !plan.exists ? Outcome::Kind::added
                 : changed    ? Outcome::Kind::updated
                              : Outcome::Kind::known;
  plan.has_page = plan.has_page || outcome.job;
  plan.job = plan.job || outcome.job;
  plan.changed = plan.changed || changed;
  plan.exists = true;
}

LinkImport::Outcome LinkImport::take_one(const page::ImportedLink& link, UnixMs now) {
  Outcome outcome;
  const Wanted wanted = check(link, now, outcome);
  if (outcome.kind == Outcome::Kind::refused) return outcome;
  Plan& plan = plan_for(wanted.identity);
  if (plan.row.trashed_at) {
    outcome.kind = Outcome::Kind::refused;
    outcome.reasons = {"the link is in the trash (keepleaf restore " + plan.row.id.str() + " takes it back)"};
    return outcome;
  }
  merge(wanted, now, plan, outcome);
  return outcome;
}

Status LinkImport::write(const store::Moment& moment, const Plan& plan) {
  store::LinkRow row = plan.row;
  if (!plan.before) {
    const bool dated = row.created_at != moment.now;
    core_.links.insert(moment, row, dated ? std::optional(row.created_at) : std::nullopt);
  } else {
    row = *plan.before;
    if (plan.row.title != row.title) core_.links.set_title(moment, row, plan.row.title);
    if (plan.row.note != row.note) core_.links.set_note(moment, row, plan.row.note);
    if (plan.row.created_at != row.created_at) core_.links.set_created(moment, row, plan.row.created_at);
    if (!plan.added.empty()) core_.links.touch(moment, row);
  }
  for (const auto& tag : plan.added)
    core_.tags.add(moment, row.n, row.id, core_.tags.ensure(moment, tag.path, tag.folded));
  if (plan.changed) KL_TRY(index_link(core_, row));
  if (plan.job) {
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

Result<std::vector<LinkImport::Outcome>> LinkImport::take(const std::vector<page::ImportedLink>& links) {
  using Outcomes = std::vector<Outcome>;
  const auto plan_all = [&](UnixMs now) {
    Outcomes outcomes;
    outcomes.reserve(links.size());
    for (const auto& link : links) outcomes.push_back(take_one(link, now));
    return outcomes;
  };
  batch_.clear();
  if (request_.dry_run) {
    auto outcomes = core_.view("compare the links", [&] { return plan_all(core_.clock.now()); });
    // What the library holds already can be asked again.
    for (const Uuid& id : batch_)
      if (const auto plan = plans_.find(id); !plan->second.changed && !plan->second.job) plans_.erase(plan);
    return outcomes;
  }
  plans_.clear();
  return core_.act("import the links", [&](const store::Moment& moment) -> Result<Outcomes> {
    auto outcomes = plan_all(moment.now);
    for (const Uuid& id : batch_) KL_TRY(write(moment, plans_.at(id)));
    return outcomes;
  });
}

}  // namespace keepleaf::library
