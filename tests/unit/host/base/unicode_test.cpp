// UTF-8, normal forms and foldings.
#include "base/unicode.h"

#include <array>
#include <vector>

#include "support/catch.h"

using namespace keepleaf;

namespace {

std::string utf8(char32_t c) {
  std::string out;
  append_utf8(out, c);
  return out;
}

bool is_scalar(char32_t c) { return c < 0xD800 || (c > 0xDFFF && c <= 0x10FFFF); }

std::vector<char32_t> points(std::string_view text) {
  std::vector<char32_t> out;
  for (const CodePoint& point : CodePoints(text)) out.push_back(point.value);
  return out;
}

}  // namespace

TEST_CASE("every scalar value is written and read back, and is valid") {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (!is_scalar(c)) continue;
    const std::string text = utf8(c);
    const CodePoint read = decode_utf8(text, 0);
    if (!(read.value == c && read.valid && read.size == text.size() && is_valid_utf8(text))) {
      INFO(static_cast<std::uint32_t>(c));
      FAIL("not read back");
    }
  }
  SUCCEED();
}

TEST_CASE("surrogates and values beyond Unicode are written as the replacement character") {
  for (const char32_t c : {char32_t{0xD800}, char32_t{0xDFFF}, char32_t{0x110000}, char32_t{0xFFFFFFFF}})
    CHECK(utf8(c) == "\xef\xbf\xbd");
}

TEST_CASE("what is no UTF-8 is recognised and mended, one replacement for each maximal part") {
  const std::string r = "\xef\xbf\xbd";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"\x80", r},                                   // a lone continuation
      {"\xc0\x80", r + r},                           // overlong NUL
      {"\xc1\xbf", r + r},                           // overlong DEL
      {"\xe0\x80\xaf", r + r + r},                   // overlong slash
      {"\xe0\x9f\xbf", r + r + r},                   // overlong U+07FF
      {"\xed\xa0\x80", r + r + r},                   // a surrogate
      {"\xf0\x8f\xbf\xbf", r + r + r + r},           // overlong U+FFFF
      {"\xf4\x90\x80\x80", r + r + r + r},           // U+110000
      {"\xf5\x80\x80\x80", r + r + r + r},           // beyond
      {"\xff\xfe", r + r},                           // never a lead
      {"\xe6\x97", r},                               // cut off after two of three
      {"\xf0\x9f\x98", r},                           // cut off after three of four
      {"a\xe6\x97z", "a" + r + "z"},                 // cut off in the middle
      {"\xf1\x80\x80\xe1\x80\xc2", r + r + r},       // table 3-8 of the standard
      {"\xe6\x97\xa5\xe6\x97", "\xe6\x97\xa5" + r},  // whole, then cut off
  };
  for (const auto& [bytes, mended] : cases) {
    INFO(mended);
    CHECK_FALSE(is_valid_utf8(bytes));
    CHECK(to_valid_utf8(bytes) == mended);
    CHECK(is_valid_utf8(to_valid_utf8(bytes)));
  }
}

TEST_CASE("valid text, NUL and noncharacters included, is left as it is") {
  const std::string text("a\0é日😀\xef\xbf\xbf\xef\xbb\xbf", 17);
  CHECK(is_valid_utf8(text));
  CHECK(to_valid_utf8(text) == text);
  CHECK(is_valid_utf8(""));
}

TEST_CASE("code points are walked with their sizes") {
  CHECK(points("aé日😀") == std::vector<char32_t>{'a', 0xE9, 0x65E5, 0x1F600});
  CHECK(points("a\xff\xe6z") == std::vector<char32_t>{'a', 0xFFFD, 0xFFFD, 'z'});
  CHECK(points("").empty());
  CHECK(count_code_points("aé日😀") == 4);
  CHECK(decode_utf8("a", 1).size == 0);
  CHECK(decode_utf8("a", 99).size == 0);
}

TEST_CASE("a text is cut only between code points") {
  const std::string text = "aé日😀";  // begins at 0, 1, 3, 6; ends at 10
  const std::array<std::size_t, 12> expected = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  for (std::size_t at = 0; at < expected.size(); ++at) {
    INFO(at);
    CHECK(utf8_floor(text, at) == expected[at]);
    CHECK(is_valid_utf8(utf8_prefix(text, at)));
    CHECK(utf8_prefix(text, at).size() <= at);
  }
  CHECK(utf8_floor("\x80\x80\x80\x80\x80\x80", 5) == 5);
}

TEST_CASE("NFC composes, and reorders marks") {
  CHECK(nfc("e\u0301") == "é");
  CHECK(nfc("\u212B") == "Å");
  CHECK(nfc("\u1112\u1161\u11ab") == "한");
  CHECK(nfc("a\u0323\u0307") == nfc("a\u0307\u0323"));
  CHECK(nfc("Ａ") == "Ａ");  // compatibility forms stay
  CHECK(nfc("a\xff") == "a\xef\xbf\xbd");
  CHECK(nfc("") == "");
  CHECK(nfc(std::string("a\0b", 3)) == std::string("a\0b", 3));
}

TEST_CASE("fold makes spellings of one tag equal and leaves others apart") {
  CHECK(fold("Work/DB") == "work/db");
  CHECK(fold("STRASSE") == fold("Straße"));
  CHECK(fold("ΣΊΣΥΦΟΣ") == fold("σίσυφος"));
  CHECK(fold("E\u0301") == fold("é"));
  CHECK(fold("ЁЛКА") == "ёлка");
  CHECK(fold("é") != fold("e"));
  CHECK(fold("Ａ") != fold("a"));
  CHECK(fold("が") != fold("か"));
}

TEST_CASE("search_fold makes equal what looks equal to somebody who searches") {
  const std::vector<std::pair<std::string, std::string>> cases = {{"Café", "cafe"},
                                                                  {"CAFE\u0301", "cafe"},
                                                                  {"Ｋｅｅｐ１２", "keep12"},
                                                                  {"ｶﾞｷﾞ", "ガギ"},
                                                                  {"か\u3099", "が"},
                                                                  {"ﬁle", "file"},
                                                                  {"①", "1"},
                                                                  {"㎏", "kg"},
                                                                  {"Straße", "strasse"},
                                                                  {"Łódź", "lodz"},
                                                                  {"Ærø", "aero"},
                                                                  {"œuvre", "oeuvre"},
                                                                  {"İstanbul", "istanbul"},
                                                                  {"ılık", "ilik"},
                                                                  {"ΆΡΗΣ", "αρησ"},
                                                                  {"ЁЛКА", "елка"},
                                                                  {"soft\u00adhyphen", "softhyphen"},
                                                                  {"zero\u200bwidth", "zerowidth"},
                                                                  {"שָׁלוֹם", "שלום"},
                                                                  {"مُحَمَّد", "محمد"},
                                                                  {"ﻻ", "لا"},
                                                                  {"한", "한"},
                                                                  {"\u1112\u1161\u11ab", "한"},
                                                                  {"ﾊﾝｸﾞﾙ", "ハングル"},
                                                                  {"か゛", "か \u3099"},
                                                                  {"¼", "1⁄4"},
                                                                  {"ﷺ", search_fold("صلى الله عليه وسلم")}};
  for (const auto& [given, folded] : cases) {
    INFO(given);
    CHECK(search_fold(given) == folded);
  }
}

TEST_CASE("search_fold keeps marks that make another letter") {
  CHECK(search_fold("が") != search_fold("か"));
  CHECK(search_fold("ぱ") != search_fold("は"));
  CHECK(search_fold("й") != search_fold("и"));
  CHECK(search_fold("कि") != search_fold("क"));
  CHECK(search_fold("กำ") != search_fold("ก"));
}

TEST_CASE("every folding is idempotent for every code point, alone and between letters") {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (!is_scalar(c) || (c > 0x32000 && c < 0xE0000) || c > 0xE0FFF)
      continue;                              // planes without assigned characters
    if (c > 0x4E10 && c < 0x9FF0) continue;  // unified ideographs, all alike
    const std::string one = utf8(c);
    const std::string between = "a" + one + "b";
    const std::string folded = search_fold(between);
    if (fold(fold(one)) != fold(one) || nfc(nfc(one)) != nfc(one) || search_fold(folded) != folded) {
      INFO(static_cast<std::uint32_t>(c) << " " << one);
      FAIL("not idempotent");
    }
  }
  SUCCEED();
}

TEST_CASE("search_fold does not care in which normal form a text is") {
  for (const std::string text :
       {"Crème brûlée", "Ελληνικά", "ガギグゲゴ", "한국어 검색", "Việt Nam", "Й ё ї", "ṩ"}) {
    INFO(text);
    CHECK(search_fold(nfc(text)) == search_fold(text));
    std::string decomposed;  // by hand: NFC of each code point's decomposition must fold alike
    for (const CodePoint& point : CodePoints(text)) decomposed += utf8(point.value);
    CHECK(search_fold(decomposed) == search_fold(text));
  }
  CHECK(search_fold("Vie\u0323\u0302t") == search_fold("Việt"));
  CHECK(search_fold("Vie\u0302\u0323t") == search_fold("Việt"));
}

TEST_CASE("the pieces of a text cover it and fold to what the whole folds to") {
  const std::string text = "Ａe\u0301\u0301日か\u3099ｶﾞ\u1112\u1161\u11ab\xff😀\u200d👩 ﷺ";
  std::string joined;
  std::array<char32_t, kSearchPieceMax> out{};
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t size = search_piece(text, at);
    REQUIRE(size > 0);
    const std::size_t count = fold_search_piece(std::string_view(text).substr(at, size), out);
    for (std::size_t i = 0; i < count; ++i) append_utf8(joined, out[i]);
    at += size;
  }
  CHECK(at == text.size());
  CHECK(joined == search_fold(text));
  CHECK(search_piece(text, text.size()) == 0);
}

TEST_CASE("a megabyte of combining marks folds in linear time and loses no bytes") {
  std::string marks = "a";
  for (int i = 0; i < 250'000; ++i) marks += i % 2 == 0 ? "\u0301" : "\u0323";
  CHECK((search_fold(marks + "b") == "ab"));  // in parentheses: a report of a megabyte would take minutes
  std::string vowels = "क";
  for (int i = 0; i < 100'000; ++i) vowels += "ि";
  CHECK((search_fold(vowels) == vowels));
}

TEST_CASE("characters are told apart by what a tokenizer needs") {
  for (const char32_t c :
       {U'日', U'あ', U'ア', U'ー', U'々', U'〇', U'한', U'ㄅ', U'\U00020000', U'\U00031350', U'ｱ'}) {
    INFO(utf8(c));
    CHECK(is_cjk(c));
    CHECK(is_unspaced(c));
    CHECK(is_word_character(c));
  }
  for (const char32_t c : {U'。', U'、', U'・', U'「', U'\u3000', U'～', U'a', U'1', U'！', U'ａ'}) {
    INFO(utf8(c));
    CHECK_FALSE(is_cjk(c));
  }
  for (const char32_t c : {U'ก', U'ັ', U'ក', U'က'}) CHECK((is_unspaced(c) && !is_cjk(c)));
  for (const char32_t c : {U'a', U'Z', U'9', U'é', U'ß', U'я', U'ع', U'क', U'ि', U'½', U'𝔸'})
    CHECK(is_word_character(c));
  for (const char32_t c : {U' ', U'.', U'_', U'-', U'€', U'+', U'\0', U'\uFFFD', U'\n', U'😀'})
    CHECK_FALSE(is_word_character(c));
  CHECK(is_emoji(U'😀'));
  CHECK(is_emoji(U'☃'));
  CHECK_FALSE(is_emoji(U'©'));
  CHECK(is_white_space(U'\u3000'));
  CHECK(is_white_space(U'\u00a0'));
  CHECK_FALSE(is_white_space(U'\u200b'));
  CHECK((is_control(U'\0') && is_control(U'\u007f') && is_control(U'\u0085') && !is_control(U' ')));
}
