// Unicode text: UTF-8 checked and mended, normal forms, and the two foldings that the rest of the house
// agrees on. Written on libutf8proc (Unicode Standard Annex 15 and section 3.13; its own Unicode version).
// Pure, safe from any thread. Every function accepts any bytes; what is no UTF-8 is read as U+FFFD, one for
// each maximal invalid part (Unicode 15, section 3.9, "U+FFFD substitution of maximal subparts").
//
// nfc and fold are meant for names and titles (kilobytes): canonical ordering is quadratic in the longest run
// of combining marks. search_fold bounds such runs and may be given a whole book.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace keepleaf {

bool is_valid_utf8(std::string_view text);
std::string to_valid_utf8(std::string_view text);

struct CodePoint {
  char32_t value = 0;      // U+FFFD when invalid
  std::uint32_t size = 0;  // bytes that it takes in the text; 0 only at the end
  bool valid = true;
};
// The code point that begins at byte `at`. At the end (or beyond): {0, 0, true}.
CodePoint decode_utf8(std::string_view text, std::size_t at);
// Appends 1 to 4 bytes; a surrogate or a value above U+10FFFF becomes U+FFFD.
void append_utf8(std::string& out, char32_t value);
// The greatest code point boundary at or before byte `at` (text.size() when `at` is beyond it).
std::size_t utf8_floor(std::string_view text, std::size_t at);
// At most `limit` bytes from the front of the text, never half a code point.
std::string_view utf8_prefix(std::string_view text, std::size_t limit);
std::size_t count_code_points(std::string_view text);

// for (CodePoint c : CodePoints(text))
class CodePoints {
 public:
  explicit CodePoints(std::string_view text) : text_(text) {}

  struct End {};
  class Iterator {
   public:
    explicit Iterator(std::string_view text) : text_(text), point_(decode_utf8(text, 0)) {}
    const CodePoint& operator*() const { return point_; }
    Iterator& operator++() {
      at_ += point_.size;
      point_ = decode_utf8(text_, at_);
      return *this;
    }
    std::size_t offset() const { return at_; }
    bool operator==(End) const { return point_.size == 0; }

   private:
    std::string_view text_;
    std::size_t at_ = 0;
    CodePoint point_;
  };
  Iterator begin() const { return Iterator(text_); }
  End end() const { return {}; }

 private:
  std::string_view text_;
};

// Normalization Form C.
std::string nfc(std::string_view text);

// NFC of the full case folding: what makes two tags the same tag. fold(fold(x)) == fold(x).
std::string fold(std::string_view text);

// What makes two spellings equal for somebody who searches: compatibility forms (full and half width,
// ligatures, circled numbers) made plain, case folded, accents of Latin, Greek and Cyrillic, Hebrew points
// and Arabic vowel signs removed, invisible characters dropped. Marks that make another letter stay: か is
// not が, и is not й, and the vowel signs of Indic scripts are kept. search_fold(search_fold(x)) ==
// search_fold(x).
std::string search_fold(std::string_view text);

// search_fold piece by piece, for whoever must know where a folded character came from: the result for a text
// is the results for its pieces, one after another.
//
// The length in bytes of the piece at `at`: one character and what combines with it; 0 only at the end.
std::size_t search_piece(std::string_view text, std::size_t at);
// Appends the folded code points of one piece to `out` (room for kSearchPieceMax) and returns how many; may
// be 0.
inline constexpr std::size_t kSearchPieceMax = 192;
std::size_t fold_search_piece(std::string_view piece, std::span<char32_t> out);

// Classes of code points, for text that went through search_fold or not.
bool is_white_space(char32_t c);     // White_Space of the Unicode Character Database
bool is_control(char32_t c);         // general category Cc
bool is_word_character(char32_t c);  // letters, marks and numbers of any script
bool is_cjk(char32_t c);  // letters of Han, Hiragana, Katakana, Bopomofo and Hangul, and their signs (ー々)
// Scripts that put no spaces between words: is_cjk, and Thai, Lao, Khmer and Myanmar.
bool is_unspaced(char32_t c);
bool is_emoji(char32_t c);  // pictographs that stand as a word of their own

}  // namespace keepleaf
