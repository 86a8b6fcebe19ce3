// Library: links as lists, snapshots as text to read.
#include <utility>

#include "library/assemble.h"
#include "library/state.h"
#include "page/document.h"
#include "page/exports/markdown.h"

namespace keepleaf::library {
namespace {

page::ExportedSnapshot exported(const Snapshot& snapshot) {
  page::ExportedSnapshot facts;
  facts.id = snapshot.id.str();
  facts.url = snapshot.url;
  facts.title = snapshot.title;
  facts.taken_at = snapshot.taken_at;
  facts.engine = capture::engine_name(snapshot.engine);
  facts.redirects = snapshot.redirects;
  facts.language = snapshot.language;
  facts.parts = snapshot.parts.size();
  for (const auto& part : snapshot.parts)
    if (!part.object) ++facts.missing;
  facts.text_length = snapshot.text_length;
  facts.size_raw = snapshot.size_raw;
  facts.size_stored = snapshot.size_stored;
  facts.digest = snapshot.digest.hex();
  return facts;
}

}  // namespace

Status Library::write_links(page::LinkFormat format, const std::optional<std::vector<Uuid>>& ids,
                            const TextTaker& take) const {
  Core& core = *state_->core;
  const auto writer = page::link_writer(format);
  const auto write = [&](const Link& link) -> Status {
    page::ExportedLink out{link.id.str(), link.url,        link.title,      link.note,
                           link.tags,     link.created_at, link.updated_at, {}};
    if (writer->wants_snapshots()) {
      for (const auto& brief : link.snapshots) {
        if (brief.trashed_at) continue;
        KL_ASSIGN(const auto facts, snapshot(brief.id));
        if (facts) out.snapshots.push_back(exported(*facts));
      }
    }
    return take(writer->link(out));
  };
  const auto write_id = [&](const Uuid& id) -> Status {
    KL_ASSIGN(auto found, link(id));
    if (!found) {
      KL_ASSIGN(const auto of, snapshot(id));
      if (!of) return fail(no_such("link or snapshot", id));
      KL_ASSIGN(found, link(of->link_id));
    }
    return found ? write(*found) : Status{};
  };

  KL_TRY(take(writer->begin(core.clock.now())));
  if (ids) {
    for (const Uuid& id : *ids) KL_TRY(write_id(id));
  } else {
    ListQuery query;
    query.limit = 200;
    for (;;) {
      KL_ASSIGN(const auto page, list(query));
      for (const Link& one : page.items) {
        // A page of links holds their newest snapshots only.
        const bool all = !writer->wants_snapshots() || one.snapshots.size() == one.snapshot_count;
        KL_TRY(all ? write(one) : write_id(one.id));
      }
      if (!page.next) break;
      query.after = *page.next;
    }
  }
  return take(writer->end());
}

Result<Document> Library::reading(const Uuid& snapshot_id, Reading form) const {
  KL_ASSIGN(const auto source, objects(snapshot_id));
  if (form == Reading::text) {
    KL_ASSIGN(auto text, page::extract_text(*source));
    const auto bytes = as_bytes(text.text);
    return Document{"text/plain; charset=utf-8", {bytes.begin(), bytes.end()}};
  }
  KL_ASSIGN(const auto facts, snapshot(snapshot_id));
  if (!facts) return fail(no_such("snapshot", snapshot_id));
  KL_ASSIGN(const auto body, page::markdown_of(*source));
  const std::string text = page::markdown_front_matter({facts->title, facts->url, facts->taken_at}) + body;
  const auto bytes = as_bytes(text);
  return Document{"text/markdown; charset=utf-8", {bytes.begin(), bytes.end()}};
}

}  // namespace keepleaf::library
