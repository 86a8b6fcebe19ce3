// Library: snapshots as files that other programs read.
#include <charconv>
#include <utility>

#include "archive/export.h"
#include "archive/html_origin.h"
#include "library/assemble.h"
#include "library/state.h"
#include "page/document.h"

namespace keepleaf::library {
namespace {

// 1280x800@1.5
std::optional<capture::Viewport> parse_viewport(std::string_view text) {
  capture::Viewport viewport;
  const char* const end = text.data() + text.size();
  const auto width = std::from_chars(text.data(), end, viewport.width);
  if (width.ec != std::errc{} || width.ptr == end || *width.ptr != 'x') return std::nullopt;
  const auto height = std::from_chars(width.ptr + 1, end, viewport.height);
  if (height.ec != std::errc{} || height.ptr == end || *height.ptr != '@') return std::nullopt;
  const auto scale = std::from_chars(height.ptr + 1, end, viewport.scale);
  return scale.ec == std::errc{} && scale.ptr == end ? std::optional(viewport) : std::nullopt;
}

archive::Facts facts_of(const store::SnapshotRow& row) {
  archive::Facts facts;
  facts.id = row.id;
  facts.page.url = row.url;
  facts.page.title = row.title;
  facts.page.taken_at = row.taken_at;
  facts.page.engine = capture::engine_from_name(row.engine).value_or(capture::Engine::tab);
  facts.page.redirects = split_lines(row.redirects);
  facts.page.language = row.language;
  facts.page.viewport = parse_viewport(row.viewport);
  return facts;
}

Result<archive::Facts> facts_at(Core& core, const Uuid& snapshot) {
  return core.view("read a snapshot", [&]() -> Result<archive::Facts> {
    const auto row = core.snapshots.find(snapshot);
    if (!row) return fail(no_such("snapshot", snapshot));
    return facts_of(*row);
  });
}

}  // namespace

Result<Document> Library::document(const Uuid& snapshot) const {
  KL_ASSIGN(const auto source, objects(snapshot));
  KL_ASSIGN(auto page, page::self_contained(*source, page::Purpose::download));
  Document document{std::move(page.media_type), std::move(page.bytes)};
  if (!document.media_type.starts_with("text/html")) return document;
  KL_ASSIGN(const auto facts, facts_at(*state_->core, snapshot));
  const std::string comment = archive::facts_comment(facts);
  const BytesView view = as_bytes(comment);
  document.bytes.insert(document.bytes.end(), view.begin(), view.end());
  return document;
}

Status Library::export_archive(const std::vector<Uuid>& snapshots, ArchiveFormat format,
                               const std::filesystem::path& path) const {
  std::unique_ptr<page::ObjectSource> source;
  archive::Outgoing current;
  std::size_t given = 0;
  const archive::NextSnapshot next = [&]() -> Result<const archive::Outgoing*> {
    if (given == snapshots.size()) return nullptr;
    const Uuid& id = snapshots[given++];
    KL_ASSIGN(source, objects(id));
    KL_ASSIGN(current.facts, facts_at(*state_->core, id));
    current.source = source.get();
    return &current;
  };
  constexpr std::string_view kSoftware = "Keepleaf";
  if (format == ArchiveFormat::warc) return archive::write_warc(next, path, kSoftware);
  if (format == ArchiveFormat::wacz)
    return archive::write_wacz(next, path, kSoftware, state_->core->clock.now());
  if (snapshots.size() != 1)
    return fail(ErrorCode::bad_request, "this format holds one page a file", "Nothing was written.");
  KL_ASSIGN(const archive::Outgoing* const one, next());
  return format == ArchiveFormat::zip ? archive::write_zip(*one, path) : archive::write_mhtml(*one, path);
}

}  // namespace keepleaf::library
