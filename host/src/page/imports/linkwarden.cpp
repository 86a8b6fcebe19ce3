#include <map>

#include "page/imports/clean.h"
#include "page/imports/json_formats.h"
#include "page/imports/json_reader.h"

namespace keepleaf::page {

namespace {

using nlohmann::json;

// Collections lie in each other by the id of their parent, in any order.
struct Collection {
  std::string name;
  std::int64_t parent = 0;
};
using Collections = std::map<std::int64_t, Collection>;

std::int64_t number_of(const json& object, std::string_view name) {
  const json* value = member(object, name);
  return value && value->is_number_integer() ? value->get<std::int64_t>() : 0;
}

std::string path_of(const Collections& collections, std::int64_t id) {
  std::vector<std::string> levels;
  // A circle can't be longer than there are collections.
  for (std::size_t i = 0; i <= collections.size(); ++i) {
    const auto found = collections.find(id);
    if (found == collections.end()) break;
    levels.insert(levels.begin(), tag_level(found->second.name));
    id = found->second.parent;
    if (levels.size() > 64) break;
  }
  return joined_levels(levels);
}

// Its fields name files that lie elsewhere.
bool has_archive(const json& record) {
  for (const std::string_view name : {"monolith", "readable", "image", "pdf"})
    if (const auto file = text_of(record, name); !file.empty() && file != "unavailable") return true;
  return false;
}

class Nobody final : public ImportSink {
 public:
  Status link(ImportedLink) override { return {}; }
  void skip(ImportRemark) override {}
  void change(ImportRemark) override {}
  void lose(std::string_view, std::uint64_t) override {}
};

}  // namespace

bool recognises_linkwarden(const ImportProbe& probe) {
  return probe.json.contains(".collections[]") && probe.json.contains(".collections[].name");
}

Status read_linkwarden(const ImportFile& file, ImportSink& sink) {
  Collections collections;
  {
    KL_ASSIGN(auto source, TextSource::open(file));
    Nobody nobody;
    KL_TRY(read_json(
        source, {{".collections[]"}, {"links", "rssSubscriptions"}}, nobody,
        [&](const json& record, std::uint64_t) -> Status {
          collections[number_of(record, "id")] = {text_of(record, "name"), number_of(record, "parentId")};
          return {};
        }));
  }
  const JsonRecords wanted{{".collections[].links[]"}, {"collection"}};
  return read_json_file(file, wanted, sink, [&](const json& record, std::uint64_t line) -> Status {
    ImportedLink link;
    link.line = line;
    link.url = text_of(record, "url");
    link.title = text_of(record, "name");
    append_block(link.note, text_of(record, "description"));
    link.tags = tags_of(record, "tags", "name");
    if (auto path = path_of(collections, number_of(record, "collectionId")); !path.empty())
      link.tags.insert(link.tags.begin(), std::move(path));
    link.created_at = time_of(record, "importDate");
    if (!link.created_at) link.created_at = time_of(record, "createdAt");
    if (!text_of(record, "textContent").empty()) sink.lose("text of a page", 1);
    if (has_archive(record)) sink.lose("archive of a page", 1);
    return sink.link_or_skip(std::move(link), "it is an uploaded file, and has no address");
  });
}

}  // namespace keepleaf::page
