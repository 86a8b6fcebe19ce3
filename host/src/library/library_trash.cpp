// Library: to the trash, back, and out of it for good.
#include <algorithm>
#include <utility>

#include "library/assemble.h"
#include "library/destroy.h"
#include "library/indexing.h"
#include "library/state.h"
#include "library/tending.h"

namespace keepleaf::library {
namespace {

Status trash_link(Core& core, const store::Moment& moment, store::LinkRow& link, std::vector<Uuid>& changed) {
  if (link.trashed_at) return {};
  core.links.set_trashed(moment, link, moment.now);
  changed.push_back(link.id);
  return index_link_trashed(core, link);
}

Status trash_snapshot_alone(Core& core, const store::Moment& moment, store::SnapshotRow& snapshot,
                            std::vector<Uuid>& changed) {
  if (snapshot.trashed_at) return {};
  core.snapshots.set_trashed(moment, snapshot, moment.now);
  changed.push_back(snapshot.id);
  return snapshot.text ? index_text_if_used(core, *snapshot.text) : Status{};
}

Status trash_snapshot(Core& core, const store::Moment& moment, store::SnapshotRow& snapshot,
                      std::vector<Uuid>& changed) {
  if (snapshot.trashed_at) return {};
  KL_TRY(trash_snapshot_alone(core, moment, snapshot, changed));
  auto link = core.links.find(snapshot.link);
  if (!link) return {};
  core.links.touch(moment, *link);
  // A link without any snapshot left shows nothing: undoing its only capture takes it along.
  if (core.snapshots.count_of_link(link->n) == 0) return trash_link(core, moment, *link, changed);
  return {};
}

Status restore_snapshot(Core& core, const store::Moment& moment, store::SnapshotRow& snapshot,
                        std::vector<Uuid>& changed) {
  if (!snapshot.trashed_at) return {};
  core.snapshots.set_trashed(moment, snapshot, std::nullopt);
  changed.push_back(snapshot.id);
  if (snapshot.text) KL_TRY(index_text_if_used(core, *snapshot.text));
  return {};
}

Status restore_link(Core& core, const store::Moment& moment, store::LinkRow& link,
                    std::vector<Uuid>& changed) {
  if (!link.trashed_at) return {};
  const UnixMs trashed_at = *link.trashed_at;
  core.links.set_trashed(moment, link, std::nullopt);
  changed.push_back(link.id);
  // The snapshot that took the link along comes back with it.
  for (auto& snapshot : core.snapshots.trashed_with(link.n, trashed_at))
    KL_TRY(restore_snapshot(core, moment, snapshot, changed));
  return index_link_restored(core, link);
}

// Calls on_link(link) or on_snapshot(snapshot), which return a Status, for each id. Errors: theirs,
// not_found.
template <class OnLink, class OnSnapshot>
Status for_each(Core& core, const std::vector<Uuid>& ids, OnLink&& on_link, OnSnapshot&& on_snapshot) {
  for (const Uuid& id : ids) {
    if (auto link = core.links.find(id)) {
      KL_TRY(on_link(*link));
    } else if (auto snapshot = core.snapshots.find(id)) {
      KL_TRY(on_snapshot(*snapshot));
    } else {
      return fail(no_such("link or snapshot", id));
    }
  }
  return {};
}

using LinkAction = Status (*)(Core&, const store::Moment&, store::LinkRow&, std::vector<Uuid>&);
using SnapshotAction = Status (*)(Core&, const store::Moment&, store::SnapshotRow&, std::vector<Uuid>&);

Result<std::vector<Uuid>> each(Core& core, const std::string& what, const std::vector<Uuid>& ids,
                               LinkAction on_link, SnapshotAction on_snapshot) {
  return core.act(what, [&](const store::Moment& moment) -> Result<std::vector<Uuid>> {
    std::vector<Uuid> changed;
    KL_TRY(for_each(
        core, ids, [&](store::LinkRow& link) { return on_link(core, moment, link, changed); },
        [&](store::SnapshotRow& snapshot) { return on_snapshot(core, moment, snapshot, changed); }));
    return changed;
  });
}

Error not_in_the_trash(const Uuid& id) {
  return Error{ErrorCode::conflict, "What has the id " + id.str() + " is not in the trash.",
               "Nothing was changed.", "Remove it first; it can be restored until the trash is emptied."};
}

bool in_the_trash(Core& core, const store::SnapshotRow& snapshot) {
  if (snapshot.trashed_at) return true;
  const auto link = core.links.find(snapshot.link);
  return link && link->trashed_at;
}

// Everything, whether as a link or as one of its snapshots; what went with something before it is skipped.
Status destroy_all(Core& core, const store::Moment& moment, const std::vector<Uuid>& ids,
                   Destroyed& destroyed) {
  for (const Uuid& id : ids) {
    if (const auto link = core.links.find(id)) {
      KL_TRY(destroy_link(core, moment, *link, destroyed));
    } else if (const auto snapshot = core.snapshots.find(id)) {
      KL_TRY(destroy_snapshot(core, moment, *snapshot, destroyed));
    }
  }
  if (destroyed.links + destroyed.snapshots > 0) core.wiper.ask();
  return {};
}

}  // namespace

Result<std::vector<Uuid>> Library::remove(const std::vector<Uuid>& ids) {
  return each(*state_->core, "move to the trash", ids, trash_link, trash_snapshot);
}

Result<std::vector<Uuid>> Library::restore(const std::vector<Uuid>& ids) {
  return each(*state_->core, "restore from the trash", ids, restore_link,
              [](Core& core, const store::Moment& moment, store::SnapshotRow& snapshot,
                 std::vector<Uuid>& changed) -> Status {
                KL_TRY(restore_snapshot(core, moment, snapshot, changed));
                auto link = core.links.find(snapshot.link);
                if (!link) return {};
                if (link->trashed_at) return restore_link(core, moment, *link, changed);
                core.links.touch(moment, *link);
                return {};
              });
}

Result<Page<TrashItem>> Library::trash(const TrashQuery& query) const {
  Core& core = *state_->core;
  KL_ASSIGN(const auto after, parse_cursor(query.after));
  return core.view("list the trash", [&]() -> Result<Page<TrashItem>> {
    KL_ASSIGN(const LibrarySettings settings, read_settings(core));
    const std::uint32_t limit = page_size(query.limit);
    std::optional<store::TrashCursor> from;
    if (after) from = store::TrashCursor{after->time, after->n};
    const auto rows = core.trash.list(limit + 1, from);
    Page<TrashItem> page;
    for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), limit); ++i) {
      const store::TrashRow& row = rows[i];
      TrashItem& item = page.items.emplace_back();
      item.whole_link = row.whole_link;
      item.id = row.id;
      item.link_id = row.link_id;
      item.url = row.url;
      item.title = row.title;
      item.trashed_at = row.trashed_at;
      if (settings.trash_days > 0) item.ends_at = row.trashed_at + settings.trash_days * kDayMs;
      item.snapshots = row.snapshots;
      item.size_stored = row.size_stored;
    }
    if (rows.size() > limit) {
      const store::TrashCursor last = store::cursor_of(rows[limit - 1]);
      page.next = make_cursor(last.trashed_at, last.place);
    }
    page.total = core.trash.count();
    return page;
  });
}

Result<Destroyed> Library::empty_trash(const std::optional<std::vector<Uuid>>& ids) {
  Core& core = *state_->core;
  return core.act("empty the trash", [&](const store::Moment& moment) -> Result<Destroyed> {
    Destroyed destroyed;
    if (!ids) {
      KL_TRY(destroy_all(core, moment, core.trash.since_before(INT64_MAX, UINT32_MAX), destroyed));
      return destroyed;
    }
    KL_TRY(for_each(
        core, *ids,
        [](const store::LinkRow& link) {
          return link.trashed_at ? Status{} : Status(tl::unexpected<Error>(not_in_the_trash(link.id)));
        },
        [&](const store::SnapshotRow& snapshot) {
          return in_the_trash(core, snapshot) ? Status{}
                                              : Status(tl::unexpected<Error>(not_in_the_trash(snapshot.id)));
        }));
    KL_TRY(destroy_all(core, moment, *ids, destroyed));
    return destroyed;
  });
}

Result<std::vector<Uuid>> Library::destroy(const std::vector<Uuid>& ids) {
  Core& core = *state_->core;
  return core.act("destroy", [&](const store::Moment& moment) -> Result<std::vector<Uuid>> {
    // Through the trash, so that a snapshot takes its link along as on its way there; but not one that had
    // been kept before it, for there is no way back.
    std::vector<Uuid> gone;
    KL_TRY(for_each(
        core, ids, [&](store::LinkRow& link) { return trash_link(core, moment, link, gone); },
        [&](store::SnapshotRow& snapshot) {
          return core.snapshots.receipt(snapshot).new_link
                     ? trash_snapshot(core, moment, snapshot, gone)
                     : trash_snapshot_alone(core, moment, snapshot, gone);
        }));
    Destroyed destroyed;
    KL_TRY(destroy_all(core, moment, ids, destroyed));
    return gone;
  });
}

Result<Destroyed> end_trash(Core& core, std::uint32_t at_most) {
  return core.act("end what was in the trash for its time",
                  [&](const store::Moment& moment) -> Result<Destroyed> {
                    KL_ASSIGN(const LibrarySettings settings, read_settings(core));
                    Destroyed destroyed;
                    if (settings.trash_days == 0) return destroyed;
                    const UnixMs until = moment.now - settings.trash_days * kDayMs;
                    KL_TRY(destroy_all(core, moment, core.trash.since_before(until, at_most), destroyed));
                    return destroyed;
                  });
}

}  // namespace keepleaf::library
