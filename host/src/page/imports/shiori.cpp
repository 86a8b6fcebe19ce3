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
  const JsonRecords wanted{{".bookmarks[]", "[]"}, {"html", "content"}};
  return read_json_file(file, wanted, sink, [&](const nlohmann::json& record, std::uint64_t line) -> Status {
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
    return sink.link_or_skip(std::move(link));
  });
}

}  // namespace keepleaf::page
