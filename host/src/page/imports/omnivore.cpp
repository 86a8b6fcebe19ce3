#include "page/imports/clean.h"
#include "page/imports/json_formats.h"
#include "page/imports/json_reader.h"

namespace keepleaf::page {

bool recognises_omnivore(const ImportProbe& probe) {
  return probe.json.contains("[].slug") && probe.json.contains("[].savedAt") && probe.json.contains("[].url");
}

Status read_omnivore(const ImportFile& file, ImportSink& sink) {
  KL_ASSIGN(auto source, TextSource::open(file));
  KL_TRY(read_json(source, {{"[]"}}, sink, [&](const nlohmann::json& record, std::uint64_t line) -> Status {
    ImportedLink link;
    link.line = line;
    link.url = text_of(record, "url");
    link.title = text_of(record, "title");
    append_block(link.note, text_of(record, "description"));
    link.tags = tags_of(record, "labels", "name");
    link.created_at = time_of(record, "savedAt");
    if (text_of(record, "state") == "Archived") link.states.push_back(LinkState::archived);
    if (const auto* progress = member(record, "readingProgress");
        progress && progress->is_number() && *progress > 0)
      sink.lose("reading progress", 1);
    if (!link.url.empty()) return sink.link(std::move(link));
    sink.skip({line, link.title, "it has no address"});
    return {};
  }));
  note_replaced(source, sink);
  return {};
}

}  // namespace keepleaf::page
