#include "page/imports/clean.h"
#include "page/imports/json_formats.h"
#include "page/imports/json_reader.h"

namespace keepleaf::page {

bool recognises_readeck(const ImportProbe& probe) {
  return probe.json.contains("[].is_marked") && probe.json.contains("[].labels") &&
         probe.json.contains("[].url");
}

Status read_readeck(const ImportFile& file, ImportSink& sink) {
  return read_json_file(file, {{"[]"}, {"resources"}}, sink,
                        [&](const nlohmann::json& record, std::uint64_t line) -> Status {
                          ImportedLink link;
                          link.line = line;
                          link.url = text_of(record, "url");
                          link.title = text_of(record, "title");
                          append_block(link.note, text_of(record, "description"));
                          append_block(link.note, text_of(record, "note"));
                          link.tags = tags_of(record, "labels");
                          link.created_at = time_of(record, "created");
                          if (flag_of(record, "is_archived")) link.states.push_back(LinkState::archived);
                          if (flag_of(record, "is_marked")) link.states.push_back(LinkState::favourite);
                          if (const auto* progress = member(record, "read_progress");
                              progress && progress->is_number() && *progress > 0)
                            sink.lose("reading progress", 1);
                          if (flag_of(record, "is_deleted")) {
                            sink.skip({line, link.url, "it was deleted there"});
                            return {};
                          }
                          return sink.link_or_skip(std::move(link));
                        });
}

}  // namespace keepleaf::page
