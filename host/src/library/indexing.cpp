#include "library/indexing.h"

namespace keepleaf::library {
namespace {

Status put_text(Core& core, std::int64_t n) {
  const auto text = core.texts.find(n);
  if (!text) return {};
  const auto body = core.objects.read(text->object);
  // A damaged text costs its findability only; verify names it.
  if (!body && body.error().code == ErrorCode::corrupt) return core.index->remove_text(n);
  if (!body) return fail(body.error());
  return core.index->put_text(n, as_text(*body));
}

}  // namespace

Status index_link(Core& core, const store::LinkRow& link) {
  if (link.trashed_at) return {};
  return core.index->put_link(link.n, {link.title, link.url, link.note, core.tags.of_link(link.n)});
}

Status index_link_trashed(Core& core, const store::LinkRow& link) {
  KL_TRY(core.index->remove_link(link.n));
  for (const std::int64_t text : core.texts.of_link(link.n)) KL_TRY(index_text_if_used(core, text));
  return {};
}

Status index_link_restored(Core& core, const store::LinkRow& link) {
  KL_TRY(index_link(core, link));
  for (const std::int64_t text : core.texts.of_link(link.n)) KL_TRY(index_text_if_used(core, text));
  return {};
}

Status index_text_if_used(Core& core, std::int64_t text) {
  return core.texts.in_use(text) ? put_text(core, text) : core.index->remove_text(text);
}

Status rebuild_index(Core& core) {
  return core.act("build the search index again", [&](const store::Moment&) -> Status {
    // Several may have found it old; now that the lock is ours, only the first of them has something to do.
    KL_TRY(core.index->look_again());
    if (!core.index->needs_rebuild()) return {};
    KL_TRY(core.index->begin_rebuild());
    for (const std::int64_t n : core.links.all()) {
      const auto link = core.links.find(n);
      if (link) KL_TRY(index_link(core, *link));
    }
    for (const std::int64_t n : core.texts.all_in_use()) KL_TRY(put_text(core, n));
    return core.index->complete_rebuild();
  });
}

}  // namespace keepleaf::library
