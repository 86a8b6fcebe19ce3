#include "page/imports/csv_formats.h"

#include <functional>
#include <set>

#include "page/chars.h"
#include "page/imports/clean.h"
#include "page/imports/csv_reader.h"
#include "page/imports/json_reader.h"

namespace keepleaf::page {
namespace {

using Columns = std::set<std::string, std::less<>>;

Columns header_of(const ImportProbe& probe, char separator) {
  Columns columns;
  std::string_view line = std::string_view(probe.text).substr(0, probe.text.find('\n'));
  for (;;) {
    const auto end = line.find(separator);
    std::string_view name = trimmed(line.substr(0, end));
    if (name.size() > 1 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
    columns.insert(lower(name));
    if (end == std::string_view::npos) return columns;
    line.remove_prefix(end + 1);
  }
}

// Reads what a dialect writes; `fill` takes the cells of one record over. Whatever stands in a column that is
// not `known` is counted as lost.
Status read_csv(const ImportFile& file, CsvDialect dialect, const Columns& known, ImportSink& sink,
                const std::function<void(const CsvReader& record, ImportedLink& link)>& fill) {
  KL_ASSIGN(auto source, TextSource::open(file));
  CsvReader reader(source, dialect);
  KL_TRY(reader.read_header());
  if (!reader.has("url")) return fail(ErrorCode::bad_request, "line 1: the header names no column \"url\"");
  for (;;) {
    KL_ASSIGN(const bool more, reader.next());
    if (!more) break;
    ImportedLink link;
    link.line = reader.line();
    link.url = trimmed(reader.cell("url"));
    link.title = trimmed(reader.cell("title"));
    if (reader.misshapen()) {
      sink.skip({link.line, link.title, "it has more cells than the header has columns"});
    } else if (link.url.empty()) {
      sink.skip({link.line, link.title, "it has no address"});
    } else {
      fill(reader, link);
      for (const auto& [name, place] : reader.columns())
        if (!known.contains(name) && !trimmed(reader.cell(name)).empty())
          sink.lose("column \"" + name + "\"", 1);
      KL_TRY(sink.link(std::move(link)));
    }
  }
  note_replaced(source, sink);
  return {};
}

// 25/12/2023 08:30:00, as wallabag writes it. Its hours are those of a clock with twelve of them, and it does
// not say which half of the day.
std::string from_day_first(std::string_view text) {
  text = trimmed(text);
  if (text.size() < 10 || text[2] != '/' || text[5] != '/') return std::string(text);
  return std::string(text.substr(6, 4)) + "-" + std::string(text.substr(3, 2)) + "-" +
         std::string(text.substr(0, 2)) + std::string(text.substr(10));
}

}  // namespace

bool recognises_pocket_csv(const ImportProbe& probe) {
  const auto columns = header_of(probe, ',');
  return columns.contains("url") && columns.contains("time_added");
}

Status read_pocket_csv(const ImportFile& file, ImportSink& sink) {
  static const Columns known = {"title", "url", "time_added", "tags", "status", "cursor"};
  return read_csv(file, {}, known, sink, [](const CsvReader& record, ImportedLink& link) {
    if (link.title == link.url) link.title.clear();  // what Pocket writes for pages that it could not read
    link.tags = split_tags(record.cell("tags"), '|');
    link.created_at = any_time(record.cell("time_added"));
    const auto status = record.cell("status");
    if (status == "unread") link.states.push_back(LinkState::unread);
    if (status == "archive") link.states.push_back(LinkState::archived);
  });
}

bool recognises_raindrop(const ImportProbe& probe) {
  const auto columns = header_of(probe, ',');
  return columns.contains("url") && columns.contains("folder") && !columns.contains("timestamp");
}

Status read_raindrop(const ImportFile& file, ImportSink& sink) {
  static const Columns known = {"id",   "title",   "note",  "excerpt",    "url",     "folder",
                                "tags", "created", "cover", "highlights", "favorite"};
  return read_csv(file, {}, known, sink, [&sink](const CsvReader& record, ImportedLink& link) {
    append_block(link.note, record.cell("note"));
    append_block(link.note, record.cell("excerpt"));
    append_quote(link.note, record.cell("highlights"), {});
    // Where it keeps what is in no collection.
    if (const auto folder = trimmed(record.cell("folder")); folder != "Unsorted")
      if (auto path = tag_path(folder); !path.empty()) link.tags.push_back(std::move(path));
    for (auto& tag : split_tags(record.cell("tags"), ',')) link.tags.push_back(std::move(tag));
    link.created_at = any_time(record.cell("created"));
    if (record.cell("favorite") == "true") link.states.push_back(LinkState::favourite);
    if (!record.cell("cover").empty()) sink.lose("cover picture", 1);
  });
}

bool recognises_instapaper(const ImportProbe& probe) {
  const auto columns = header_of(probe, ',');
  return columns.contains("url") && columns.contains("folder") && columns.contains("timestamp");
}

Status read_instapaper(const ImportFile& file, ImportSink& sink) {
  static const Columns known = {"url", "title", "selection", "folder", "timestamp", "tags"};
  return read_csv(file, {}, known, sink, [](const CsvReader& record, ImportedLink& link) {
    append_quote(link.note, record.cell("selection"), {});
    const auto folder = trimmed(record.cell("folder"));
    if (folder == "Unread") {
      link.states.push_back(LinkState::unread);
    } else if (folder == "Archive") {
      link.states.push_back(LinkState::archived);
    } else if (folder == "Starred") {
      link.states.push_back(LinkState::favourite);
    } else if (auto level = tag_level(folder); !level.empty()) {
      link.tags.push_back(std::move(level));
    }
    const nlohmann::json tags = {{"tags", nlohmann::json::parse(record.cell("tags"), nullptr, false)}};
    for (auto& tag : tags_of(tags, "tags")) link.tags.push_back(std::move(tag));
    link.created_at = any_time(record.cell("timestamp"));
  });
}

bool recognises_wallabag_csv(const ImportProbe& probe) {
  const auto columns = header_of(probe, ';');
  return columns.contains("url") && columns.contains("creation date");
}

Status read_wallabag_csv(const ImportFile& file, ImportSink& sink) {
  static const Columns known = {"title", "url", "content", "tags", "mime type", "language", "creation date"};
  return read_csv(file, {';', true}, known, sink, [&sink](const CsvReader& record, ImportedLink& link) {
    link.tags = split_tags(record.cell("tags"), ',');
    link.created_at = any_time(from_day_first(record.cell("creation date")));
    if (!record.cell("content").empty()) sink.lose("text of a page", 1);
  });
}

}  // namespace keepleaf::page
