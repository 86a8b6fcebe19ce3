#include "index/tokenizer.h"

#include <array>
#include <span>

#include "base/unicode.h"

namespace keepleaf::index {
namespace {

enum class Class : std::uint8_t { word, unspaced, emoji, space, other };

Class classify(char32_t c) {
  if (c < 0x80) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) return Class::word;
    return is_white_space(c) ? Class::space : Class::other;
  }
  if (is_unspaced(c)) return Class::unspaced;
  if (is_word_character(c)) return Class::word;
  if (is_emoji(c)) return Class::emoji;
  return is_white_space(c) ? Class::space : Class::other;
}

class Walk {
 public:
  explicit Walk(TokenSink& sink) : sink_(sink) {}

  void character(char32_t c, std::size_t begin, std::size_t end) {
    switch (classify(c)) {
      case Class::word:
        return word(c, begin, end);
      case Class::unspaced:
        return unspaced(c, begin, end);
      case Class::emoji:
        finish_run();
        text_.clear();
        append_utf8(text_, c);
        before(Class::emoji);
        emit(text_, TokenKind::emoji, begin, end, end);
        return;
      case Class::space:
        return finish_run();
      case Class::other:
        finish_run();
        separated_ = true;
        if (c == static_cast<char32_t>(kTextBreak)) emit(kGapToken, TokenKind::gap, begin, end, end);
        return;
    }
  }

  void finish_run() {
    if (open_ == Class::word && points_ > 0) emit(text_, TokenKind::word, begin_, end_, end_);
    if (open_ == Class::unspaced) emit(text_, TokenKind::last, begin_, end_, end_);
    open_ = Class::space;
    points_ = 0;
    text_.clear();
  }

  bool stopped() const { return stopped_; }

 private:
  void word(char32_t c, std::size_t begin, std::size_t end) {
    if (open_ == Class::word && points_ == kMaxWordPoints) {
      emit(text_, TokenKind::word, begin_, end_, end_);
      text_.clear();
      points_ = 0;
      begin_ = begin;
    }
    if (open_ != Class::word) {
      finish_run();
      before(Class::word);
      open_ = Class::word;
      begin_ = begin;
    }
    append_utf8(text_, c);
    ++points_;
    end_ = end;
  }

  void unspaced(char32_t c, std::size_t begin, std::size_t end) {
    if (open_ != Class::unspaced) {
      finish_run();
      before(Class::unspaced);
      open_ = Class::unspaced;
      append_utf8(text_, c);
    } else {
      const std::size_t first_size = text_.size();
      append_utf8(text_, c);
      emit(text_, TokenKind::pair, begin_, end, end_);
      text_.erase(0, first_size);
    }
    begin_ = begin;
    end_ = end;
  }

  // A token of class `next` begins: is it a neighbour of the token before?
  void before(Class next) {
    const bool mixed = (next == Class::unspaced) != (last_ == Class::unspaced);
    if (separated_ && mixed && last_ != Class::other) emit(kGapToken, TokenKind::gap, end_, end_, end_);
    separated_ = false;
    last_ = next;
  }

  void emit(std::string_view text, TokenKind kind, std::size_t begin, std::size_t end,
            std::size_t first_end) {
    if (!stopped_) stopped_ = !sink_.token(Token{text, kind, begin, end, first_end});
  }

  TokenSink& sink_;
  std::string text_;           // the word so far, or the last character of the run
  Class open_ = Class::space;  // the run that is under way; space: none
  Class last_ = Class::other;  // of the token before; other: none yet
  std::size_t points_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool separated_ = false;
  bool stopped_ = false;
};

class PhraseSink final : public TokenSink {
 public:
  bool token(const Token& token) override {
    tokens.emplace_back(token.text);
    kinds.push_back(token.kind);
    return true;
  }
  std::vector<std::string> tokens;
  std::vector<TokenKind> kinds;
};

}  // namespace

bool tokenize(std::string_view text, TokenSink& sink) {
  Walk walk(sink);
  std::array<char32_t, kSearchPieceMax> folded{};
  for (std::size_t at = 0; at < text.size() && !walk.stopped();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    // ASCII before ASCII is a piece of its own; most text is that.
    if (byte < 0x80 && (at + 1 == text.size() || static_cast<unsigned char>(text[at + 1]) < 0x80)) {
      const char32_t c = byte >= 'A' && byte <= 'Z' ? char32_t{byte} + ('a' - 'A') : char32_t{byte};
      walk.character(c, at, at + 1);
      ++at;
      continue;
    }
    const std::size_t size = search_piece(text, at);
    const std::size_t count = fold_search_piece(text.substr(at, size), folded);
    for (std::size_t i = 0; i < count; ++i) walk.character(folded[i], at, at + size);
    at += size;
  }
  walk.finish_run();
  return !walk.stopped();
}

Phrase phrase_of(std::string_view text, bool open_ended) {
  PhraseSink sink;
  tokenize(text, sink);
  auto& tokens = sink.tokens;
  auto& kinds = sink.kinds;
  const auto drop_gaps_at_the_end = [&] {
    while (!kinds.empty() && kinds.back() == TokenKind::gap) {
      kinds.pop_back();
      tokens.pop_back();
    }
  };
  drop_gaps_at_the_end();
  Phrase phrase;
  if (kinds.empty()) return phrase;
  std::size_t first = 0;
  while (kinds[first] == TokenKind::gap) ++first;
  if (kinds.back() == TokenKind::last) {
    // The query's run may go on in the text: its last character stands alone only when it is all there is.
    if (kinds.size() > first + 1 && kinds[kinds.size() - 2] == TokenKind::pair) {
      tokens.pop_back();
    } else {
      phrase.prefix = true;
      phrase.prefix_is_character = true;
    }
  } else if (kinds.back() == TokenKind::word && open_ended) {
    phrase.prefix = true;
  }
  phrase.tokens.assign(tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.end());
  return phrase;
}

}  // namespace keepleaf::index
