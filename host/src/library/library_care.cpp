// Library: search, figures, and checks of the whole.
#include <algorithm>
#include <utility>

#include "library/assemble.h"
#include "library/state.h"
#include "store/stats.h"
#include "store/verify.h"

namespace keepleaf::library {
namespace {

constexpr std::size_t kSnippetBytes = 240;
constexpr std::size_t kFindings = 1000;

// What the snippet of a hit is taken from. Absent: nothing to show.
Result<std::optional<std::string>> snippet_source(Core& core, const index::Hit& hit, const Link& link) {
  if (hit.field == "text" && hit.text) {
    const auto row = core.texts.find(*hit.text);
    if (!row) return std::optional<std::string>();
    const auto body = core.objects.read(row->object);
    // The hit itself is still true; only what stood there can't be shown.
    if (!body && body.error().code == ErrorCode::corrupt) return std::optional<std::string>();
    if (!body) return fail(body.error());
    return std::optional(std::string(as_text(*body)));
  }
  if (hit.field == "title") return std::optional(link.title);
  if (hit.field == "note") return std::optional(link.note);
  if (hit.field == "url") return std::optional(link.url);
  if (hit.field == "tag") return std::optional(join_lines(link.tags));
  return std::optional<std::string>();
}

}  // namespace

Result<Page<Hit>> Library::search(const SearchQuery& query) const {
  Core& core = *state_->core;
  return core.view("search", [&]() -> Result<Page<Hit>> {
    if (core.index->needs_rebuild()) KL_TRY(core.index->look_again());
    KL_ASSIGN(auto found, core.index->search(query.query, page_size(query.limit), query.after));
    Page<Hit> page;
    page.next = std::move(found.next);
    page.total = found.total;
    for (const index::Hit& hit : found.hits) {
      const auto row = core.links.find(hit.link);
      if (!row) continue;
      Hit& item = page.items.emplace_back();
      item.link = to_link(core, *row, Detail::brief);
      item.score = hit.score;
      item.field = hit.field;
      if (hit.text) item.snapshot = core.snapshots.with_text(row->n, *hit.text);
      KL_ASSIGN(const auto source, snippet_source(core, hit, item.link));
      if (!source || source->empty()) continue;
      KL_ASSIGN(auto snippet, core.index->snippet(query.query, *source, kSnippetBytes));
      item.snippet = std::move(snippet.text);
      for (const index::Span& span : snippet.matches) item.highlights.push_back({span.begin, span.end});
    }
    return page;
  });
}

bool Library::indexing() const { return state_->core->index->needs_rebuild(); }

Result<Stats> Library::stats() const {
  Core& core = *state_->core;
  KL_ASSIGN(const auto all, store::statistics(*core.database, core.folder));
  Stats stats;
  stats.links = all.links;
  stats.trashed_links = all.trashed_links;
  stats.snapshots = all.snapshots;
  stats.parts = all.parts;
  stats.tags = all.tags;
  stats.objects = all.objects;
  stats.object_bytes_raw = all.object_bytes_raw;
  stats.object_bytes_stored = all.object_bytes_stored;
  stats.part_bytes_raw = all.part_bytes_raw;
  stats.texts = all.texts;
  stats.text_bytes = all.text_bytes;
  stats.database_bytes = all.database_bytes;
  stats.staging_bytes = all.staging_bytes;
  return stats;
}

Result<Verification> Library::verify(bool deep) const {
  Core& core = *state_->core;
  KL_ASSIGN(auto inspected, store::Verifier(*core.database, core.objects, kFindings).run(deep));
  Verification result;
  result.objects = inspected.objects;
  result.snapshots = inspected.snapshots;
  result.bytes = inspected.bytes;
  result.ok = inspected.sound;
  for (store::Damage& damage : inspected.damages)
    result.findings.push_back({std::move(damage.kind), std::move(damage.subject), std::move(damage.message)});
  KL_TRY(core.index->look_again());
  if (core.index->needs_rebuild()) {
    // One that is being built again is no damage; one that nobody can build is.
    KL_ASSIGN(const auto building, core.index->rebuilding());
    if (!building || !core.changes) result.ok = false;
    if (result.findings.size() < kFindings)
      result.findings.push_back({"index_stale", "library.db",
                                 building ? "The search index is being built again."
                                          : "The search index is not that of the links and texts."});
  }
  return result;
}

}  // namespace keepleaf::library
