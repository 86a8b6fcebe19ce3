#include "library/indexing.h"

#include <chrono>

namespace keepleaf::library {
namespace {

// How long a transaction may keep others from writing, and how many texts it reads before it looks at the
// clock.
constexpr std::chrono::milliseconds kTurn{50};
constexpr std::uint32_t kFewAtOnce = 8;

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

Result<bool> rebuild_some(Core& core) {
  return core.act("build the search index again", [&](const store::Moment&) -> Result<bool> {
    // Others may be at it as well; each goes on from where the last transaction came.
    KL_TRY(core.index->look_again());
    if (!core.index->needs_rebuild()) return true;
    KL_ASSIGN(auto progress, core.index->rebuilding());
    if (!progress) {
      KL_TRY(core.index->begin_rebuild());
      progress.emplace();
    }
    const auto end = std::chrono::steady_clock::now() + kTurn;
    do {
      const auto links = core.links.following(progress->links_until, kFewAtOnce);
      for (const std::int64_t n : links) {
        const auto link = core.links.find(n);
        if (link) KL_TRY(index_link(core, *link));
        progress->links_until = n;
      }
      if (!links.empty()) continue;
      const auto texts = core.texts.in_use_after(progress->texts_until, kFewAtOnce);
      for (const std::int64_t n : texts) {
        KL_TRY(put_text(core, n));
        progress->texts_until = n;
      }
      if (!texts.empty()) continue;
      KL_TRY(core.index->complete_rebuild());
      return true;
    } while (std::chrono::steady_clock::now() < end);
    KL_TRY(core.index->rebuilt_until(*progress));
    return false;
  });
}

}  // namespace keepleaf::library
