// Text into the tokens that are indexed and searched. One rule for texts and queries, so that they can't
// disagree.
//
// Words of spaced scripts are one token each (search_fold). Runs of scripts without spaces (Chinese,
// Japanese, Korean, Thai …) become their overlapping pairs of characters and then the last character alone:
// 東京都 → 東京 京都 都. So a phrase of pairs proves that its characters stand side by side, a single
// character is a prefix, and the lone last character keeps pairs of one run from adjoining those of the next.
// Where a word and such a run meet with more than white space between them (大阪。abc), a gap token stands
// between, and kTextBreak always makes one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keepleaf::index {

enum class TokenKind : std::uint8_t { word, pair, last, emoji, gap };

struct Token {
  std::string_view text;  // folded; valid until the next token
  TokenKind kind = TokenKind::word;
  std::size_t begin = 0;  // bytes of the original text
  std::size_t end = 0;
  std::size_t first_end = 0;  // where the first character of a pair ends; else `end`
};

// Between fields that no phrase may bridge (the tags of a link).
inline constexpr char kTextBreak = '\x1e';
// Never a token of a text's own: control characters divide words.
inline constexpr std::string_view kGapToken = "\x01";
// Longer words are several tokens, side by side.
inline constexpr std::size_t kMaxWordPoints = 64;

// Called for each token in order; returns false to stop.
class TokenSink {
 public:
  virtual bool token(const Token& token) = 0;

 protected:
  ~TokenSink() = default;
};
// Accepts any bytes. Memory does not grow with the text. False if the sink stopped it.
bool tokenize(std::string_view text, TokenSink& sink);

// What is looked for: tokens that must follow one another.
struct Phrase {
  std::vector<std::string> tokens;
  bool prefix = false;               // the last token may go on
  bool prefix_is_character = false;  // … because it is one character of an unspaced script
};
// `open_ended`: the last word may be the beginning of one. Empty tokens: there is nothing to search for in
// `text`.
Phrase phrase_of(std::string_view text, bool open_ended);

}  // namespace keepleaf::index
