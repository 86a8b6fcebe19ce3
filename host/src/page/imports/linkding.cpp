#include "page/imports/clean.h"
#include "page/imports/json_formats.h"
#include "page/imports/json_reader.h"

namespace keepleaf::page {

bool recognises_linkding(const ImportProbe& probe) { return probe.json.contains(".results[].tag_names"); }

Status read_linkding(const ImportFile& file, ImportSink& sink) {
  return read_json_file(file, {{".results[]"}}, sink,
                        [&](const nlohmann::json& record, std::uint64_t line) -> Status {
                          ImportedLink link;
                          link.line = line;
                          link.url = text_of(record, "url");
                          link.title = text_of(record, "title");
                          append_block(link.note, text_of(record, "description"));
                          append_block(link.note, text_of(record, "notes"));
                          link.tags = tags_of(record, "tag_names");
                          link.created_at = time_of(record, "date_added");
                          if (flag_of(record, "unread")) link.states.push_back(LinkState::unread);
                          if (flag_of(record, "is_archived")) link.states.push_back(LinkState::archived);
                          if (flag_of(record, "shared")) link.states.push_back(LinkState::shared);
                          return sink.link_or_skip(std::move(link));
                        });
}

}  // namespace keepleaf::page
