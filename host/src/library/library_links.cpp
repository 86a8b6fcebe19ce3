// Library: links, and the snapshots behind them.
#include <algorithm>
#include <set>
#include <utility>

#include "library/assemble.h"
#include "library/capture_check.h"
#include "library/indexing.h"
#include "library/limits.h"
#include "library/snapshot_objects.h"
#include "library/state.h"
#include "page/document.h"
#include "url/url.h"

namespace keepleaf::library {

Result<Lookup> Library::lookup(const std::string& url) const {
  Core& core = *state_->core;
  KL_ASSIGN(const auto identity, url::identify(url));
  return core.view("look for the link", [&] {
    Lookup lookup;
    lookup.canonical_url = identity.canonical;
    if (const auto row = core.links.find(identity.link_id)) lookup.link = to_link(core, *row, Detail::brief);
    for (const std::string& other : url::near_duplicates(identity.canonical)) {
      const auto near = url::identify(other);
      if (!near || near->link_id == identity.link_id) continue;
      const auto row = core.links.find(near->link_id);
      if (row && !row->trashed_at) lookup.possible_duplicates.push_back(to_link(core, *row, Detail::brief));
    }
    return lookup;
  });
}

Result<Page<Link>> Library::list(const ListQuery& query) const {
  Core& core = *state_->core;
  KL_ASSIGN(const auto after, parse_cursor(query.after));
  return core.view("list the links", [&] {
    Page<Link> page;
    const std::uint32_t limit = page_size(query.limit);
    const auto rows = core.links.list(query.trashed, limit + 1, after);
    for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), limit); ++i)
      page.items.push_back(to_link(core, rows[i], Detail::brief));
    if (rows.size() > limit) {
      const auto& last = rows[limit - 1];
      page.next = make_cursor(query.trashed ? *last.trashed_at : last.created_at, last.n);
    }
    page.total = core.links.count(query.trashed);
    return page;
  });
}

Result<std::optional<Link>> Library::link(const Uuid& id) const {
  Core& core = *state_->core;
  return core.view("look for the link", [&]() -> std::optional<Link> {
    const auto row = core.links.find(id);
    if (!row) return std::nullopt;
    return to_link(core, *row, Detail::full);
  });
}

Result<AddedLink> Library::add(const NewLink& link) {
  Core& core = *state_->core;
  KL_ASSIGN(const auto identity, url::identify(link.url));
  KL_ASSIGN(const auto title, check_title(link.title.value_or("")));
  KL_ASSIGN(const auto note, check_note(link.note.value_or("")));
  KL_ASSIGN(const auto tags, check_tags(link.tags));
  if (link.engine != "auto" && link.engine != "fetch" && link.engine != "browser") {
    return fail(ErrorCode::bad_request, "There is no engine of that name.", "Nothing was changed.",
                "Use auto, fetch or browser.");
  }
  for (const std::string& host : link.allowed_hosts) {
    if (host.empty() || host.find_first_of("\r\n") != std::string::npos)
      return fail(ErrorCode::bad_request, "An allowed host is not the name of a host.",
                  "Nothing was changed.");
  }
  if (link.created_at && (*link.created_at <= 0 || *link.created_at > core.clock.now() + kClocksDiffer))
    return fail(ErrorCode::bad_request, "A link can't have been saved at that time.", "Nothing was changed.");
  return core.act("add the link", [&](const store::Moment& moment) -> Result<AddedLink> {
    AddedLink added;
    store::LinkRow row;
    auto known = core.links.find(identity.link_id);
    added.new_link = !known;
    if (known) {
      row = std::move(*known);
      if (row.trashed_at) {
        core.links.set_trashed(moment, row, std::nullopt);
        KL_TRY(index_link_restored(core, row));
      }
      if (link.title && !title.empty() && title != row.title) core.links.set_title(moment, row, title);
      if (row.note.empty() && !note.empty()) core.links.set_note(moment, row, note);
      if (link.created_at && *link.created_at < row.created_at)
        core.links.set_created(moment, row, *link.created_at);
    } else {
      row.id = identity.link_id;
      row.canonical_url = identity.canonical;
      row.url = identity.url;
      row.host = identity.host;
      row.title = title;
      row.note = note;
      core.links.insert(moment, row, link.created_at);
    }
    for (const TagPath& tag : tags) {
      const auto tag_row = core.tags.ensure(moment, tag.path, tag.folded);
      core.tags.add(moment, row.n, row.id, tag_row);
    }
    if (core.tags.count_of_link(row.n) > kLimits.tags_per_link) {
      return fail(
          ErrorCode::too_large,
          "A link can have " + std::to_string(kLimits.tags_per_link) + " tags (limit: tags_per_link).",
          "Nothing was changed.");
    }
    KL_TRY(index_link(core, row));

    store::JobRow job;
    job.id = Uuid::v7(moment.now);
    job.kind = "snapshot";
    job.url = identity.url;
    job.host = identity.host;
    job.engine = link.engine;
    job.allowed_hosts = join_lines(link.allowed_hosts);
    job.not_before = job.created_at = moment.now;
    core.jobs.insert(job, row.n);

    added.url = identity.url;
    added.link_id = row.id;
    added.job_id = job.id;
    return added;
  });
}

Result<Link> Library::edit(const Uuid& id, const LinkEdit& edit) {
  Core& core = *state_->core;
  KL_ASSIGN(const auto title, check_title(edit.title.value_or("")));
  KL_ASSIGN(const auto note, check_note(edit.note.value_or("")));
  return core.act("change the link", [&](const store::Moment& moment) -> Result<Link> {
    auto row = core.links.find(id);
    if (!row) return fail(no_such("link", id));
    if (edit.title && title != row->title) core.links.set_title(moment, *row, title);
    if (edit.note && note != row->note) core.links.set_note(moment, *row, note);
    KL_TRY(index_link(core, *row));
    return to_link(core, *row, Detail::brief);
  });
}

Result<std::vector<Link>> Library::retag(const std::vector<Uuid>& ids, const std::vector<std::string>& add,
                                         const std::vector<std::string>& remove) {
  Core& core = *state_->core;
  KL_ASSIGN(const auto added, check_tags(add));
  KL_ASSIGN(const auto removed, check_tags(remove));
  return core.act("tag the links", [&](const store::Moment& moment) -> Result<std::vector<Link>> {
    std::vector<Link> links;
    for (const Uuid& id : ids) {
      auto row = core.links.find(id);
      if (!row) return fail(no_such("link", id));
      bool changed = false;
      for (const TagPath& tag : removed) {
        const auto tag_row = core.tags.find(tag.folded);
        if (tag_row) changed |= core.tags.remove(moment, row->n, row->id, *tag_row);
      }
      for (const TagPath& tag : added) {
        const auto tag_row = core.tags.ensure(moment, tag.path, tag.folded);
        changed |= core.tags.add(moment, row->n, row->id, tag_row);
      }
      if (core.tags.count_of_link(row->n) > kLimits.tags_per_link) {
        return fail(
            ErrorCode::too_large,
            "A link can have " + std::to_string(kLimits.tags_per_link) + " tags (limit: tags_per_link).",
            "Nothing was changed.");
      }
      if (changed) {
        core.links.touch(moment, *row);
        KL_TRY(index_link(core, *row));
      }
      links.push_back(to_link(core, *row, Detail::brief));
    }
    return links;
  });
}

Result<std::optional<Snapshot>> Library::snapshot(const Uuid& id) const {
  Core& core = *state_->core;
  return core.view("look for the snapshot", [&]() -> std::optional<Snapshot> {
    const auto row = core.snapshots.find(id);
    if (!row) return std::nullopt;
    return to_snapshot(core, *row);
  });
}

Result<std::unique_ptr<page::ObjectSource>> Library::objects(const Uuid& snapshot) const {
  Core& core = *state_->core;
  return core.view("look for the snapshot", [&]() -> Result<std::unique_ptr<page::ObjectSource>> {
    const auto row = core.snapshots.find(snapshot);
    if (!row) return fail(no_such("snapshot", snapshot));
    return std::make_unique<SnapshotObjects>(core, core.snapshots.parts(row->n));
  });
}

Result<Document> Library::replay(const Uuid& snapshot) const {
  KL_ASSIGN(const auto source, objects(snapshot));
  KL_ASSIGN(auto page, page::self_contained(*source, page::Purpose::replay));
  return Document{std::move(page.media_type), std::move(page.bytes)};
}

}  // namespace keepleaf::library
