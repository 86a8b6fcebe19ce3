#include "page/imports/clean.h"
#include "page/imports/json_formats.h"
#include "page/imports/json_reader.h"

namespace keepleaf::page {

namespace {

using nlohmann::json;

void append_annotations(const json& record, std::string& note) {
  const json* annotations = member(record, "annotations");
  if (!annotations || !annotations->is_array()) return;
  for (const json& annotation : *annotations)
    append_quote(note, text_of(annotation, "quote"), text_of(annotation, "text"));
}

}  // namespace

bool recognises_wallabag(const ImportProbe& probe) {
  const auto has = [&](std::string_view list) {
    return probe.json.contains(std::string(list) + ".is_archived") &&
           probe.json.contains(std::string(list) + ".is_starred") &&
           probe.json.contains(std::string(list) + ".url");
  };
  return has("[]") || has("._embedded.items[]");
}

Status read_wallabag(const ImportFile& file, ImportSink& sink) {
  // "content" is the page's text as wallabag simplified it: no snapshot can be made of it.
  const JsonRecords wanted{{"[]", "._embedded.items[]"}, {"headers"}};
  return read_json_file(file, wanted, sink, [&](const json& record, std::uint64_t line) -> Status {
    ImportedLink link;
    link.line = line;
    link.url = text_of(record, "url");
    link.title = text_of(record, "title");
    link.tags = tags_of(record, "tags", "label");
    link.created_at = time_of(record, "created_at");
    append_annotations(record, link.note);
    link.states.push_back(flag_of(record, "is_archived") ? LinkState::archived : LinkState::unread);
    if (flag_of(record, "is_starred")) link.states.push_back(LinkState::favourite);
    if (flag_of(record, "is_public")) link.states.push_back(LinkState::shared);
    if (!text_of(record, "content").empty()) sink.lose("text of a page", 1);
    return sink.link_or_skip(std::move(link));
  });
}

}  // namespace keepleaf::page
