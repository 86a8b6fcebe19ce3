#include "page/imports/clean.h"
#include "page/imports/json_formats.h"
#include "page/imports/json_reader.h"

namespace keepleaf::page {

bool recognises_shiori(const ImportProbe& probe) {
  const auto has = [&](std::string_view list) {
    return probe.json.contains(std::string(list) + ".url") &&
           probe.json.contains(std::string(list) + ".excerpt") &&
           probe.json.contains(std::string(list) + ".hasContent");
  };
  return has(".bookmarks[]") || has("[]");
}

Status read_shiori(const ImportFile& file, ImportSink& sink) {
  KL_ASSIGN(auto source, TextSource::open(file));
  const JsonRecords wanted{{".bookmarks[]", "[]"}, {"html", "content"}};
  KL_TRY(read_json(source, wanted, sink, [&](const nlohmann::json& record, std::uint64_t line) -> Status {
    ImportedLink link;
    link.line = line;
    link.url = text_of(record, "url");
    link.title = text_of(record, "title");
    append_block(link.note, text_of(record, "excerpt"));
    link.tags = tags_of(record, "tags", "name");
    link.created_at = time_of(record, "createdAt");
    if (!link.created_at) link.created_at = time_of(record, "modified");  // all that older versions have
    if (flag_of(record, "public")) link.states.push_back(LinkState::shared);
    if (flag_of(record, "hasContent")) sink.lose("text of a page", 1);
    if (flag_of(record, "hasArchive")) sink.lose("archive of a page", 1);
    if (!link.url.empty()) return sink.link(std::move(link));
    sink.skip({line, link.title, "it has no address"});
    return {};
  }));
  note_replaced(source, sink);
  return {};
}

}  // namespace keepleaf::page
