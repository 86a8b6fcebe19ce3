#include "page/imports/netscape.h"

#include <array>
#include <optional>

#include "page/chars.h"
#include "page/html_text.h"
#include "page/imports/clean.h"
#include "page/imports/markup_reader.h"
#include "page/imports/percent.h"

namespace keepleaf::page {
namespace {

constexpr std::size_t kHead = 4096;
constexpr std::size_t kMaxDepth = 512;  // folders in folders; deeper ones count as the deepest
constexpr std::size_t kMaxText =
    4 << 20;  // bytes; over every limit, so that the library says that it was cut
constexpr std::string_view kNotesBegin = "[linkding-notes]";
constexpr std::string_view kNotesEnd = "[/linkding-notes]";

bool is_folder_heading(std::string_view name) {
  return name.size() == 2 && name[0] == 'h' && name[1] >= '2' && name[1] <= '6';
}

// Descriptions in which linkding wraps its notes.
void append_description(std::string& note, std::string_view text) {
  const auto begin = text.find(kNotesBegin);
  const auto end = text.rfind(kNotesEnd);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin)
    return append_block(note, text);
  append_block(note, text.substr(0, begin));
  append_block(note, text.substr(begin + kNotesBegin.size(), end - begin - kNotesBegin.size()));
  append_block(note, text.substr(end + kNotesEnd.size()));
}

class Bookmarks {
 public:
  explicit Bookmarks(ImportSink& sink) : sink_(sink) {}

  Status take(const Token& token, std::uint64_t line) {
    if (token.kind == TokenKind::start_tag) return start(token, line);
    if (token.kind == TokenKind::end_tag) return end(token.name);
    if (token.kind == TokenKind::text && text_.size() < kMaxText)
      text_ += decode_references(token.content, ReferenceContext::text);
    return {};
  }

  Status finish(std::uint64_t last_line) {
    KL_TRY(finish_link());
    if (!folders_.empty()) {
      sink_.change({last_line, "the end of the file",
                    "a folder is still open: what came behind it may have been cut off"});
    }
    return {};
  }

 private:
  enum class Reading : std::uint8_t { nothing, heading, title, description };

  Status start(const Token& token, std::uint64_t line) {
    const std::string& name = token.name;
    if (name == "br" || (name == "p" && reading_ == Reading::description)) {
      text_ += '\n';
      return {};
    }
    if (name == "a") {
      KL_TRY(finish_link());
      heading_.reset();
      begin_link(token, line);
    } else if (is_folder_heading(name)) {
      KL_TRY(finish_link());
      heading_.reset();
      begin(Reading::heading);
      if (token.attribute("feedurl")) sink_.lose("feed of a live bookmark folder", 1);
    } else if (name == "dl") {
      KL_TRY(finish_link());
      if (folders_.size() < kMaxDepth) {
        folders_.push_back(heading_.value_or(""));
      } else {
        ++beyond_;
      }
      heading_.reset();
    } else if (name == "dd") {
      KL_TRY(stop_reading());
      begin(Reading::description);
    } else if (name == "dt") {
      KL_TRY(finish_link());
    } else if (name == "hr") {
      KL_TRY(finish_link());
      sink_.lose("separator", 1);
    }
    return {};
  }

  Status end(std::string_view name) {
    if (name == "a" && reading_ == Reading::title) return stop_reading();
    if (is_folder_heading(name) && reading_ == Reading::heading) return stop_reading();
    if (name == "dl") {
      KL_TRY(finish_link());
      heading_.reset();
      if (beyond_ > 0) {
        --beyond_;
      } else if (!folders_.empty()) {
        folders_.pop_back();
      }
    }
    return {};
  }

  void begin(Reading what) {
    reading_ = what;
    text_.clear();
  }

  // What was read goes where it belongs.
  Status stop_reading() {
    // Who had no title wrote the address instead.
    if (reading_ == Reading::title && link_ && trimmed(text_) != link_->url) link_->title = trimmed(text_);
    if (reading_ == Reading::heading) heading_ = tag_level(text_);
    if (reading_ == Reading::description) {
      if (link_) {
        append_description(link_->note, text_);
      } else if (!trimmed(text_).empty()) {
        sink_.lose("description of a folder", 1);
      }
    }
    begin(Reading::nothing);
    return {};
  }

  void begin_link(const Token& token, std::uint64_t line) {
    ImportedLink link;
    link.line = line;
    link.url = trimmed(attribute_text(token, "href"));
    link.created_at = any_time(attribute_text(token, "add_date"));
    if (const auto exact = any_time(attribute_text(token, "keepleaf-created"))) link.created_at = exact;
    if (token.attribute("keepleaf-tags")) {
      link.tags = percent_decoded_list(attribute_text(token, "keepleaf-tags"));
    } else {
      for (auto& tag : split_tags(attribute_text(token, "tags"), ',')) {
        if (tag == "linkding:archived") {
          link.states.push_back(LinkState::archived);
        } else {
          link.tags.push_back(std::move(tag));
        }
      }
    }
    if (auto path = joined_levels(folders_); !path.empty()) link.tags.push_back(std::move(path));
    if (attribute_text(token, "toread") == "1") link.states.push_back(LinkState::unread);
    if (attribute_text(token, "private") == "0") link.states.push_back(LinkState::shared);
    if (attribute_text(token, "data-important") == "true") link.states.push_back(LinkState::favourite);
    if (token.attribute("shortcuturl")) sink_.lose("keyword", 1);
    if (token.attribute("feedurl")) sink_.lose("feed of a live bookmark", 1);
    link_ = std::move(link);
    begin(Reading::title);
  }

  Status finish_link() {
    KL_TRY(stop_reading());
    if (!link_) return {};
    ImportedLink link = *std::move(link_);
    link_.reset();
    return sink_.link_or_skip(std::move(link));
  }

  ImportSink& sink_;
  std::vector<std::string> folders_;
  std::size_t beyond_ = 0;              // lists within kMaxDepth others
  std::optional<std::string> heading_;  // of the list that is to come
  std::optional<ImportedLink> link_;    // waits for its description
  Reading reading_ = Reading::nothing;
  std::string text_;
};

}  // namespace

bool recognises_netscape(const ImportProbe& probe) {
  const std::string head = lower(std::string_view(probe.text).substr(0, kHead));
  if (head.find("<!doctype netscape-bookmark-file-1") != std::string::npos) return true;
  // Some tools leave the document type out; no page has these attributes.
  return trimmed(head).starts_with('<') && head.find("<dt>") != std::string::npos &&
         head.find("add_date=") != std::string::npos;
}

Status read_netscape(const ImportFile& file, ImportSink& sink) {
  KL_ASSIGN(auto source, TextSource::open(file));
  MarkupReader reader(source);
  Bookmarks bookmarks(sink);
  std::uint64_t last = 1;
  KL_TRY(reader.each([&](const Token& token, std::uint64_t line) {
    last = line;
    return bookmarks.take(token, line);
  }));
  KL_TRY(bookmarks.finish(last));
  note_replaced(source, sink);
  return {};
}

}  // namespace keepleaf::page
