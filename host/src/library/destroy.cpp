#include "library/destroy.h"

#include "library/indexing.h"

namespace keepleaf::library {
namespace {

Status destroy_rows(Core& core, const store::Moment& moment, const store::SnapshotRow& snapshot,
                    Destroyed& destroyed) {
  const auto text = core.trash.destroy(moment, snapshot);
  ++destroyed.snapshots;
  if (!text) return {};
  KL_TRY(core.index->remove_text(*text));
  core.trash.forget_text(*text);
  return {};
}

}  // namespace

Status destroy_link(Core& core, const store::Moment& moment, const store::LinkRow& link,
                    Destroyed& destroyed) {
  for (const auto& snapshot : core.snapshots.all_of_link(link.n))
    KL_TRY(destroy_rows(core, moment, snapshot, destroyed));
  KL_TRY(core.index->remove_link(link.n));
  core.trash.destroy(moment, link);
  ++destroyed.links;
  return {};
}

Status destroy_snapshot(Core& core, const store::Moment& moment, const store::SnapshotRow& snapshot,
                        Destroyed& destroyed) {
  auto link = core.links.find(snapshot.link);
  const bool gave_title = link && core.snapshots.newest_title(link->n) == link->title;
  KL_TRY(destroy_rows(core, moment, snapshot, destroyed));
  if (!link) return {};
  const auto title = core.snapshots.newest_title(link->n);
  if (!title) {
    if (link->trashed_at && link->trashed_at == snapshot.trashed_at)
      return destroy_link(core, moment, *link, destroyed);
    return {};
  }
  if (!gave_title || *title == link->title) return {};
  core.links.set_title(moment, *link, *title);
  core.trash.forget_earlier_titles(moment, link->id);
  return index_link(core, *link);
}

}  // namespace keepleaf::library
