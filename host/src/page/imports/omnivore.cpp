#include "page/imports/clean.h"
#include "page/imports/json_formats.h"
#include "page/imports/json_reader.h"

namespace keepleaf::page {

bool recognises_omnivore(const ImportProbe& probe) {
  return probe.json.contains("[].slug") && probe.json.contains("[].savedAt") && probe.json.contains("[].url");
}

Status read_omnivore(const ImportFile& file, ImportSink& sink) {
  return read_json_file(file, {{"[]"}}, sink,
                        [&](const nlohmann::json& record, std::uint64_t line) -> Status {
                          ImportedLink link;
                          link.line = line;
                          link.url = text_of(record, "url");
                          link.title = text_of(record, "title");
                          append_block(link.note, text_of(record, "description"));
                          link.tags = tags_of(record, "labels", "name");
                          link.created_at = time_of(record, "savedAt");
                          if (text_of(record, "state") == "Archived")
                            link.states.push_back(LinkState::archived);
                          if (const auto* progress = member(record, "readingProgress");
                              progress && progress->is_number() && *progress > 0)
                            sink.lose("reading progress", 1);
                          return sink.link_or_skip(std::move(link));
                        });
}

}  // namespace keepleaf::page
