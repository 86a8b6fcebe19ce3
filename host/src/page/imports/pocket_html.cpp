#include "page/imports/pocket_html.h"

#include <optional>

#include "page/chars.h"
#include "page/html_text.h"
#include "page/imports/clean.h"
#include "page/imports/markup_reader.h"

namespace keepleaf::page {
namespace {

class PocketList {
 public:
  explicit PocketList(ImportSink& sink) : sink_(sink) {}

  Status take(const Token& token, std::uint64_t line) {
    if (token.kind == TokenKind::text) {
      text_ += decode_references(token.content, ReferenceContext::text);
    } else if (token.kind == TokenKind::start_tag && token.name == "a") {
      KL_TRY(finish());
      ImportedLink link;
      link.line = line;
      link.url = trimmed(attribute_text(token, "href"));
      link.created_at = any_time(attribute_text(token, "time_added"));
      link.tags = split_tags(attribute_text(token, "tags"), ',');
      if (state_) link.states.push_back(*state_);
      link_ = std::move(link);
      text_.clear();
    } else if (token.kind == TokenKind::start_tag && token.name == "h1") {
      KL_TRY(finish());
      text_.clear();
    } else if (token.kind == TokenKind::end_tag && token.name == "h1") {
      const std::string heading = lower(trimmed(text_));
      state_ = heading == "unread"         ? std::optional(LinkState::unread)
               : heading == "read archive" ? std::optional(LinkState::archived)
                                           : std::nullopt;
    } else if (token.name == "a" || token.name == "li") {
      return finish();
    }
    return {};
  }

  Status finish() {
    if (!link_) return {};
    ImportedLink link = *std::move(link_);
    link_.reset();
    link.title = trimmed(text_);
    if (link.title == link.url) link.title.clear();  // what Pocket writes for pages that it could not read
    return sink_.link_or_skip(std::move(link));
  }

 private:
  ImportSink& sink_;
  std::optional<LinkState> state_;
  std::optional<ImportedLink> link_;
  std::string text_;
};

}  // namespace

bool recognises_pocket_html(const ImportProbe& probe) {
  const std::string text = lower(probe.text);
  return trimmed(text).starts_with('<') && (text.find("<title>pocket export</title>") != std::string::npos ||
                                            text.find(" time_added=\"") != std::string::npos);
}

Status read_pocket_html(const ImportFile& file, ImportSink& sink) {
  KL_ASSIGN(auto source, TextSource::open(file));
  MarkupReader reader(source);
  PocketList list(sink);
  KL_TRY(reader.each([&](const Token& token, std::uint64_t line) { return list.take(token, line); }));
  KL_TRY(list.finish());
  note_replaced(source, sink);
  return {};
}

}  // namespace keepleaf::page
