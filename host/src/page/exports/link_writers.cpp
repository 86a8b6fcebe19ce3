#include "page/exports/link_writers.h"

#include <nlohmann/json.hpp>

#include "page/exports/markdown_text.h"
#include "page/html_text.h"
#include "page/imports/clean.h"
#include "page/imports/percent.h"
#include "page/imports/record_lines.h"

namespace keepleaf::page {
namespace {

using nlohmann::ordered_json;

// Bookmark files separate tags by commas, and readers tidy them up.
bool survives_as_it_is(const std::string& tag) {
  return split_tags(tag, ',') == std::vector<std::string>{tag} && tag != "linkding:archived";
}

template <class Encode>
std::string joined(const std::vector<std::string>& tags, Encode encode) {
  std::string list;
  for (const auto& tag : tags) list += (list.empty() ? "" : ",") + encode(tag);
  return list;
}

// One flat list: tags say more than folders could, as a link stands in one folder only.
class NetscapeWriter final : public LinkWriter {
 public:
  std::string begin(UnixMs) override {
    return "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n"
           "<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=UTF-8\">\n"
           "<TITLE>Bookmarks</TITLE>\n<H1>Bookmarks</H1>\n<DL><p>\n";
  }
  std::string link(const ExportedLink& link) override {
    const auto plain = [](const std::string& tag) { return tag; };
    std::string out = "<DT><A HREF=\"" + escape_attribute(link.url) + "\" ADD_DATE=\"" +
                      std::to_string(link.created_at / 1000) + "\" LAST_MODIFIED=\"" +
                      std::to_string(link.updated_at / 1000) + "\"";
    if (!link.tags.empty()) out += " TAGS=\"" + escape_attribute(joined(link.tags, plain)) + "\"";
    // For ourselves, what others' attributes can't say: a tag with a comma, the milliseconds.
    for (const auto& tag : link.tags) {
      if (survives_as_it_is(tag)) continue;
      out += " KEEPLEAF-TAGS=\"" + escape_attribute(joined(link.tags, percent_encoded_tag)) + "\"";
      break;
    }
    if (link.created_at % 1000 != 0) out += " KEEPLEAF-CREATED=\"" + format_time(link.created_at) + "\"";
    out += ">" + escape_text(link.title.empty() ? link.url : link.title) + "</A>\n";
    if (!link.note.empty()) out += "<DD>" + escape_text(link.note) + "\n";
    return out;
  }
  std::string end() override { return "</DL><p>\n"; }
};

std::string line_of(const ordered_json& record) {
  return record.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

class RecordWriter final : public LinkWriter {
 public:
  bool wants_snapshots() const override { return true; }
  std::string begin(UnixMs now) override {
    return line_of(
        {{"keepleaf", "library"}, {"version", kRecordLinesVersion}, {"exported_at", format_time(now)}});
  }
  std::string link(const ExportedLink& link) override {
    ++links_;
    std::string out = line_of({{"type", "link"},
                               {"id", link.id},
                               {"url", link.url},
                               {"title", link.title},
                               {"note", link.note},
                               {"tags", link.tags},
                               {"created_at", format_time(link.created_at)},
                               {"updated_at", format_time(link.updated_at)}});
    for (const auto& snapshot : link.snapshots) {
      ++snapshots_;
      out += line_of({{"type", "snapshot"},
                      {"id", snapshot.id},
                      {"link_id", link.id},
                      {"url", snapshot.url},
                      {"title", snapshot.title},
                      {"taken_at", format_time(snapshot.taken_at)},
                      {"engine", snapshot.engine},
                      {"redirects", snapshot.redirects},
                      {"language", snapshot.language},
                      {"parts", snapshot.parts},
                      {"missing", snapshot.missing},
                      {"text_length", snapshot.text_length},
                      {"size_raw", snapshot.size_raw},
                      {"size_stored", snapshot.size_stored},
                      {"digest", snapshot.digest}});
    }
    return out;
  }
  std::string end() override {
    return line_of({{"type", "end"}, {"links", links_}, {"snapshots", snapshots_}});
  }

 private:
  std::uint64_t links_ = 0;
  std::uint64_t snapshots_ = 0;
};

// What read_markdown_list takes.
class MarkdownListWriter final : public LinkWriter {
 public:
  std::string begin(UnixMs) override { return ""; }
  std::string link(const ExportedLink& link) override {
    std::string out = "- " + markdown_link(link.title.empty() ? link.url : link.title, link.url);
    for (const auto& tag : link.tags) out += " " + markdown_code("#" + tag);
    out += " <!-- " + format_time(link.created_at) + " -->\n";
    // Each line of the note is text of its own, whatever it looks like.
    for (std::string_view rest = link.note; !rest.empty();) {
      const auto end = rest.find('\n');
      const auto line = rest.substr(0, end);
      const bool last = end == std::string_view::npos;
      rest.remove_prefix(last ? rest.size() : end + 1);
      if (line.empty()) {
        out += '\n';
      } else {
        const bool goes_on = !rest.empty() && rest.front() != '\n';
        out += "  " + markdown_line_start(markdown_escaped(line)) + (goes_on ? "\\\n" : "\n");
      }
    }
    return out;
  }
  std::string end() override { return ""; }
};

// What read_url_list takes.
class TextListWriter final : public LinkWriter {
 public:
  std::string begin(UnixMs) override { return ""; }
  std::string link(const ExportedLink& link) override {
    return link.url + (link.title.empty() ? "" : " " + link.title) + "\n";
  }
  std::string end() override { return ""; }
};

}  // namespace

std::unique_ptr<LinkWriter> link_writer(LinkFormat format) {
  switch (format) {
    case LinkFormat::netscape:
      return std::make_unique<NetscapeWriter>();
    case LinkFormat::jsonl:
      return std::make_unique<RecordWriter>();
    case LinkFormat::markdown:
      return std::make_unique<MarkdownListWriter>();
    case LinkFormat::text:
      return std::make_unique<TextListWriter>();
  }
  return std::make_unique<TextListWriter>();
}

}  // namespace keepleaf::page
