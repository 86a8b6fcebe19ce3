// Snippets: the right piece of the text, with what matched marked in it.
#include "base/unicode.h"
#include "library_fixture.h"

using namespace keepleaf;
using namespace keepleaf::test;

namespace {

// The snippet with its matches in [brackets].
std::string show(const index::Index& index, std::string_view query, std::string_view body,
                 std::size_t length) {
  const auto snippet = index.snippet(query, body, length);
  REQUIRE(snippet);
  CHECK(is_valid_utf8(snippet->text));
  std::string out;
  std::size_t at = 0;
  for (const index::Span& span : snippet->matches) {
    REQUIRE(at <= span.begin);
    REQUIRE(span.begin < span.end);
    REQUIRE(span.end <= snippet->text.size());
    CHECK(utf8_floor(snippet->text, span.begin) == span.begin);
    CHECK(utf8_floor(snippet->text, span.end) == span.end);
    out += snippet->text.substr(at, span.begin - at) + "[" +
           snippet->text.substr(span.begin, span.end - span.begin) + "]";
    at = span.end;
  }
  return out + snippet->text.substr(at);
}

std::string repeated(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("what matched is marked as it stands in the text") {
  LibraryFixture library;
  const auto& index = library.index;
  CHECK(show(index, "cafe ", "Le Café, LE CAFE\u0301.", 100) == "Le [Café], LE [CAFE\u0301].");
  CHECK(show(index, "caf", "Cafés and cafeteria", 100) == "[Cafés] and [cafeteria]");
  CHECK(show(index, "\"two words\"", "words two, two words", 100) == "words two, [two words]");
  CHECK(show(index, "a b ", "a b c a", 100) == "[a] [b] c [a]");
  CHECK(show(index, "strasse ", "Die Straße", 100) == "Die [Straße]");
  CHECK(show(index, "a OR tag:x b ", "a b", 100) == "[a] [b]");
  CHECK(show(index, "a -b ", "a b", 100) == "[a] b");
  CHECK(show(index, "title:b a ", "a b", 100) == "[a] b");
}

TEST_CASE("characters of unspaced scripts are marked one by one and no further") {
  LibraryFixture library;
  const auto& index = library.index;
  CHECK(show(index, "京", "東京都の京", 100) == "東[京]都の[京]");
  CHECK(show(index, "京都", "東京都と京都", 100) == "東[京都]と[京都]");
  CHECK(show(index, "ガイド", "このｶﾞｲﾄﾞを読む", 100) == "この[ｶﾞｲﾄﾞ]を読む");
  CHECK(show(index, "が", "か\u3099か", 100) == "[か\u3099]か");
  CHECK(show(index, "大大", "大大大", 100) == "[大大大]");
  CHECK(show(index, "abc大", "xabc大 abc大阪", 100) == "xabc大 [abc大]阪");
  CHECK(show(index, "한국", "대한국어", 100) == "대[한국]어");
}

TEST_CASE("the window with most of the query's terms is shown") {
  LibraryFixture library;
  const std::string filler = repeated(200, "filler text ");
  const std::string body = "alpha " + filler + "beta gamma " + filler + "alpha beta gamma " + filler;
  const std::string shown = show(library.index, "alpha beta gamma ", body, 100);
  CHECK(shown.find("[alpha] [beta] [gamma]") != std::string::npos);
  CHECK(shown.starts_with("…"));
  CHECK(shown.ends_with("…"));
  CHECK(shown.size() <= 100 + 6 + 6);
}

TEST_CASE("a text in which nothing matches is shown from its beginning") {
  LibraryFixture library;
  CHECK(show(library.index, "zebra ", "short", 100) == "short");
  CHECK(show(library.index, "", "one two three four five six", 10) == "one two…");
  CHECK(show(library.index, "zebra ", "", 10).empty());
  CHECK(show(library.index, "tag:x", "  a\n\n b\t\tc\x01  ", 100) == "a b c");
}

TEST_CASE("white space is one space and bytes that are no UTF-8 are replaced, the marks still in place") {
  LibraryFixture library;
  CHECK(show(library.index, "b ", "a \n\n\t b \xff b\xe6", 100) == "a [b] \xef\xbf\xbd [b]\xef\xbf\xbd");
  CHECK(show(library.index, "\"a b\"", "x a \n b y", 100) == "x [a b] y");
}

TEST_CASE("a snippet is cut between characters at every length") {
  LibraryFixture library;
  const std::string body =
      repeated(20, "日本語のテキスト、é😀 ") + "探す" + repeated(20, "日本語のテキスト、é😀 ");
  for (std::size_t length = 0; length < 200; ++length) {
    for (const char* query : {"探す", "nothing ", "日", "テキスト"}) {
      const auto snippet = library.index.snippet(query, body, length);
      REQUIRE(snippet);
      CHECK(is_valid_utf8(snippet->text));
      CHECK(snippet->text.find("\xef\xbf\xbd") == std::string::npos);
      CHECK(snippet->text.size() <= length + 6);
      for (const index::Span& span : snippet->matches) {
        CHECK(span.end <= snippet->text.size());
        CHECK(utf8_floor(snippet->text, span.begin) == span.begin);
        CHECK(utf8_floor(snippet->text, span.end) == span.end);
      }
    }
  }
}

TEST_CASE("every marked piece folds to what was looked for, in random texts") {
  LibraryFixture library;
  constexpr std::string_view kPieces[] = {"東", "京",       "都",   "。", " ",  "abc",    "Abc",
                                          "é",  "か\u3099", "\xff", "😀",  "\n", "ａｂｃ", "\u200b"};
  std::uint32_t state = 3;
  const auto next = [&state] { return (state = state * 1664525U + 1013904223U) >> 16; };
  int marked = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string body;
    for (std::uint32_t i = next() % 60; i > 0; --i) body += kPieces[next() % std::size(kPieces)];
    for (const std::string query : {"東京", "京", "abc ", "が"}) {
      const auto snippet = library.index.snippet(query, body, 5 + next() % 100);
      REQUIRE(snippet);
      CHECK(is_valid_utf8(snippet->text));
      for (const index::Span& span : snippet->matches) {
        ++marked;
        const std::string piece = search_fold(snippet->text.substr(span.begin, span.end - span.begin));
        const std::string wanted = search_fold(query == "abc " ? "abc" : query);
        INFO(body << " → " << snippet->text);
        if (span.end != snippet->text.size() && !snippet->text.substr(span.end).starts_with("…"))
          CHECK(piece.starts_with(wanted));
      }
    }
  }
  CHECK(marked > 1000);
}

TEST_CASE("a query that cannot be read makes no snippet") {
  LibraryFixture library;
  const auto snippet = library.index.snippet("(", "text", 100);
  REQUIRE_FALSE(snippet);
  CHECK(snippet.error().code == ErrorCode::bad_request);
}
