#include "page/imports/markup_reader.h"

#include <algorithm>

namespace keepleaf::page {
namespace {

constexpr std::size_t kWindow = 512 << 10;
constexpr std::size_t kMaxEntry = 16 << 20;

bool begins_entry(const Token& token) {
  return token.kind == TokenKind::start_tag &&
         (token.name == "dt" || token.name == "dl" || token.name == "li" || token.name == "ul");
}

std::uint64_t newlines(const char* begin, const char* end) {
  return static_cast<std::uint64_t>(std::count(begin, end, '\n'));
}

}  // namespace

// Reads on until something can be handled, and returns how much.
Result<std::size_t> MarkupReader::fill() {
  for (std::size_t wanted = kWindow;; wanted = text_.size() * 2) {
    while (!at_end_ && text_.size() < wanted) {
      KL_ASSIGN(const bool more, source_.next(text_));
      at_end_ = !more;
    }
    if (at_end_) return text_.size();
    std::size_t cut = 0;
    Tokenizer tokenizer(text_);
    Token token;
    while (tokenizer.next(token))
      if (begins_entry(token)) cut = static_cast<std::size_t>(token.written_name.data() - text_.data()) - 1;
    if (cut > 0) return cut;
    if (text_.size() > kMaxEntry) {
      return fail(ErrorCode::too_large,
                  "line " + std::to_string(line_) + ": more than 16 MiB without the beginning of an entry");
    }
  }
}

Status MarkupReader::each(const std::function<Status(const Token&, std::uint64_t)>& handle) {
  do {
    KL_ASSIGN(const auto size, fill());
    const char* counted = text_.data();
    Tokenizer tokenizer(std::string_view(text_).substr(0, size));
    Token token;
    while (tokenizer.next(token)) {
      const bool tag = token.kind == TokenKind::start_tag || token.kind == TokenKind::end_tag;
      if (!tag && token.content.empty()) continue;
      if (token.kind == TokenKind::comment || token.kind == TokenKind::doctype) continue;
      const char* at = tag ? token.written_name.data() : token.content.data();
      line_ += newlines(counted, at);
      counted = at;
      KL_TRY(handle(token, line_));
    }
    line_ += newlines(counted, text_.data() + size);
    text_.erase(0, size);
  } while (!at_end_ || !text_.empty());
  return {};
}

}  // namespace keepleaf::page
