// Library: to the trash and back. Nothing is destroyed here.
#include <algorithm>
#include <utility>

#include "library/assemble.h"
#include "library/indexing.h"
#include "library/state.h"

namespace keepleaf::library {
namespace {

Status trash_link(Core& core, const store::Moment& moment, store::LinkRow& link, std::vector<Uuid>& changed) {
  if (link.trashed_at) return {};
  core.links.set_trashed(moment, link, moment.now);
  changed.push_back(link.id);
  return index_link_trashed(core, link);
}

Status trash_snapshot(Core& core, const store::Moment& moment, store::SnapshotRow& snapshot,
                      std::vector<Uuid>& changed) {
  if (snapshot.trashed_at) return {};
  core.snapshots.set_trashed(moment, snapshot, moment.now);
  changed.push_back(snapshot.id);
  if (snapshot.text) KL_TRY(index_text_if_used(core, *snapshot.text));
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

using LinkAction = Status (*)(Core&, const store::Moment&, store::LinkRow&, std::vector<Uuid>&);
using SnapshotAction = Status (*)(Core&, const store::Moment&, store::SnapshotRow&, std::vector<Uuid>&);

Result<std::vector<Uuid>> each(Core& core, const std::string& what, const std::vector<Uuid>& ids,
                               LinkAction on_link, SnapshotAction on_snapshot) {
  return core.act(what, [&](const store::Moment& moment) -> Result<std::vector<Uuid>> {
    std::vector<Uuid> changed;
    for (const Uuid& id : ids) {
      if (auto link = core.links.find(id)) {
        KL_TRY(on_link(core, moment, *link, changed));
      } else if (auto snapshot = core.snapshots.find(id)) {
        KL_TRY(on_snapshot(core, moment, *snapshot, changed));
      } else {
        return fail(no_such("link or snapshot", id));
      }
    }
    return changed;
  });
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

}  // namespace keepleaf::library
