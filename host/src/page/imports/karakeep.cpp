#include "base/unicode.h"
#include "page/imports/clean.h"
#include "page/imports/json_formats.h"
#include "page/imports/json_reader.h"

namespace keepleaf::page {

bool recognises_karakeep(const ImportProbe& probe) {
  return probe.json.contains(".bookmarks[].content") && probe.json.contains(".bookmarks[].createdAt");
}

Status read_karakeep(const ImportFile& file, ImportSink& sink) {
  return read_json_file(
      file, {{".bookmarks[]"}}, sink, [&](const nlohmann::json& record, std::uint64_t line) -> Status {
        static const nlohmann::json none = nlohmann::json::object();
        const auto* content = member(record, "content");
        if (!content) content = &none;
        ImportedLink link;
        link.line = line;
        link.url = text_of(*content, "url");
        link.title = text_of(record, "title");
        if (link.title.empty()) link.title = text_of(*content, "title");
        append_block(link.note, text_of(record, "note"));
        link.tags = tags_of(record, "tags", "name");
        link.created_at = time_of(record, "createdAt");
        if (flag_of(record, "archived")) link.states.push_back(LinkState::archived);
        if (flag_of(record, "favourited")) link.states.push_back(LinkState::favourite);
        if (!link.url.empty()) return sink.link(std::move(link));
        const std::string text = text_of(*content, "text");
        sink.skip({line, link.title.empty() ? std::string(utf8_prefix(text, 80)) : link.title,
                   text.empty() ? "it has no address" : "it is a note without a page"});
        return {};
      });
}

}  // namespace keepleaf::page
