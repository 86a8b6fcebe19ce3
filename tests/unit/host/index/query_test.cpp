// The query language: what is understood, and what is refused where.
#include "index/query.h"

#include "support/catch.h"

using namespace keepleaf;
using namespace keepleaf::index;

namespace {

std::string show(const Node& node) {
  const auto joined = [&](const char* name) {
    std::string text = std::string("(") + name;
    for (const Node& child : node.children) text += " " + show(child);
    return text + ")";
  };
  switch (node.kind) {
    case Node::Kind::all_of:
      return node.children.size() == 1 ? show(node.children[0]) : joined("all");
    case Node::Kind::any_of:
      return joined("any");
    case Node::Kind::none_of:
      return joined("not");
    case Node::Kind::words: {
      static const char* const kNames[] = {"", "title:", "url:", "note:"};
      std::string text = kNames[static_cast<std::size_t>(node.field)];
      for (std::size_t i = 0; i < node.phrase.tokens.size(); ++i) {
        if (i > 0) text += '+';
        text += node.phrase.tokens[i] == kGapToken ? "|" : node.phrase.tokens[i];
      }
      return text + (node.phrase.prefix ? "*" : "");
    }
    case Node::Kind::tag:
      return "tag:" + node.text;
    case Node::Kind::site:
      return "site:" + node.text;
    case Node::Kind::before:
      return "before:" + format_time(node.time).substr(0, 10);
    case Node::Kind::after:
      return "after:" + format_time(node.time).substr(0, 10);
    case Node::Kind::is:
      return "is:" + std::to_string(static_cast<int>(node.is));
    case Node::Kind::nothing:
      return "_";
  }
  return "?";
}

}  // namespace

TEST_CASE("queries are understood") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "(all)"},
      {"  \t\n ", "(all)"},
      {"\u3000", "(all)"},
      {"word", "word*"},
      {"word ", "word"},
      {"two words", "(all two words*)"},
      {"two\u3000words ", "(all two words)"},
      {"Café ÉCOLE ", "(all cafe ecole)"},
      {"pre* fix ", "(all pre* fix)"},
      {"\"a phrase\"", "a+phrase"},
      {"\"a phra\"*", "a+phra*"},
      {"“a phrase”", "a+phrase"},
      {"\"a phrase\"word", "(all a+phrase word*)"},
      {"word\"a phrase\"", "(all word a+phrase)"},
      {"don't ", "don+t"},
      {"node.js", "node+js*"},
      {"https://example.com/a?b=c", "https+example+com+a+b+c*"},
      {"std::vector ", "std+vector"},
      {"a b OR c d ", "(any (all a b) (all c d))"},
      {"a OR b OR c ", "(any a b c)"},
      {"a AND b ", "(all a b)"},
      {"a and b or c ", "(all a and b or c)"},
      {"ORDER ANDROID ", "(all order android)"},
      {"\"OR\" ", "or"},
      {"(a OR b) c ", "(all (any a b) c)"},
      {"(((a)))", "a"},
      {"a(b)c ", "(all a b c)"},
      {"-a ", "(not a)"},
      {"--a ", "(not (not a))"},
      {"-(a OR b) c ", "(all (not (any a b)) c)"},
      {"-\"a b\"", "(not a+b)"},
      {"a - b ", "(all a _ b)"},
      {"a-b ", "a+b"},
      {"-", "_"},
      {"-tag:x", "(not tag:x)"},
      {"tag:Work/DB", "tag:work/db"},
      {"tag:/work//db/ ", "tag:work/db"},
      {"tag:\"to read / later\"", "tag:to read/later"},
      {"TAG:x", "tag:x"},
      {"tag：工作", "tag:工作"},
      {"site:Example.COM", "site:example.com"},
      {"site:https://example.com:8443/path", "site:example.com"},
      {"site:bücher.example", "site:xn--bcher-kva.example"},
      {"site:[::1]:80", "site:[::1]"},
      {"url:github.com/a", "url:github+com+a*"},
      {"title:word ", "title:word"},
      {"title:\"two words\"", "title:two+words"},
      {"note:日本", "note:日本"},
      {"before:2026", "before:2026-01-01"},
      {"after:2026-11", "after:2026-11-01"},
      {"after:2026-11-22", "after:2026-11-22"},
      {"after:2026-11-22T23:00:00-02:00", "after:2026-11-23"},
      {"is:Untagged", "is:6"},
      {"unknown:field ", "unknown+field"},
      {"tags:x ", "tags+x"},
      {"!!!", "_"},
      {"a ??? b ", "(all a _ b)"},
      {"日", "日*"},
      {"日本", "日本"},
      {"日本語", "日本+本語"},
      {"日本 語", "(all 日本 語*)"},
      {"\"日本 語\"", "日本+本+語*"},
      {"日本。語", "日本+本+語*"},
      {"iPhone手机", "iphone+手机"},
      {"手机iPhone", "手机+机+iphone*"},
      {"手iPhone", "手+iphone*"},
      {"iPhone，手机", "iphone+|+手机"},
      {"，手机，", "手机"},
      {"東京abc大", "東京+京+abc+大*"},
      {"ﾃｽﾄ", "テス+スト"},
      {"ทดสอบ", "ทด+ดส+สอ+อบ"},
      {"🎉", "🎉"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    const auto query = parse_query(text);
    REQUIRE(query);
    CHECK(show(query->root) == expected);
  }
}

TEST_CASE("what cannot be understood is refused, and the error says where") {
  const std::vector<std::pair<std::string, int>> cases = {
      {"(", 1},
      {"a (b", 3},
      {"a)", 2},
      {")", 1},
      {"()", 1},
      {"a ( )", 3},
      {"\"a", 1},
      {"日本 \"a", 4},
      {"a \"", 3},
      {"OR", 1},
      {"OR a", 1},
      {"a OR", 3},
      {"a OR OR b", 6},
      {"(a OR) b", 4},
      {"AND", 1},
      {"a AND", 3},
      {"AND a", 1},
      {"a AND OR b", 3},
      {"a AND AND b", 3},
      {"tag:", 1},
      {"a tag:", 3},
      {"tag: x", 1},
      {"tag:/", 1},
      {"tag:\"\"", 1},
      {"title:", 1},
      {"title:(a)", 1},
      {"site:", 1},
      {"site:a..b", 1},
      {"site:a*b", 1},
      {"before:", 1},
      {"before:soon", 1},
      {"after:2026-13", 1},
      {"after:26", 1},
      {"before:2026-02-30", 1},
      {"is:", 1},
      {"is:unread", 1},
      {"a is:nothing", 3},
      {"-(a", 2},
      {"a -\"b", 4},
  };
  for (const auto& [text, at] : cases) {
    INFO(text);
    const auto query = parse_query(text);
    REQUIRE_FALSE(query);
    CHECK(query.error().code == ErrorCode::bad_request);
    INFO(query.error().message);
    CHECK(query.error().message.find("at character " + std::to_string(at) + ":") != std::string::npos);
  }
}

TEST_CASE("an unknown is: names those that are known") {
  const auto query = parse_query("is:nonsense");
  REQUIRE_FALSE(query);
  for (const char* known : {"broken", "empty", "incomplete", "multiple", "noted", "trashed", "untagged"})
    CHECK(query.error().message.find(known) != std::string::npos);
}

TEST_CASE("the trash is searched only when it is asked for") {
  CHECK(parse_query("a is:trashed")->wants_trash);
  CHECK(parse_query("-(-is:trashed)")->wants_trash);
  CHECK_FALSE(parse_query("a -is:trashed")->wants_trash);
  CHECK_FALSE(parse_query("\"is:trashed\"")->wants_trash);
}

TEST_CASE("a query has at most 4 KiB, 64 terms and 64 levels") {
  CHECK(parse_query(std::string(kMaxQueryBytes, 'a')));
  CHECK_FALSE(parse_query(std::string(kMaxQueryBytes + 1, 'a')));
  const auto repeated = [](std::size_t count, const std::string& text) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += text;
    return all;
  };
  CHECK(parse_query(repeated(kMaxQueryTerms, "a ")));
  CHECK_FALSE(parse_query(repeated(kMaxQueryTerms + 1, "a ")));
  CHECK(parse_query(repeated(kMaxQueryDepth, "(") + "a" + repeated(kMaxQueryDepth, ")")));
  CHECK_FALSE(parse_query(repeated(kMaxQueryDepth + 1, "(") + "a" + repeated(kMaxQueryDepth + 1, ")")));
  CHECK_FALSE(parse_query(repeated(2000, "(")));
  CHECK_FALSE(parse_query(repeated(2000, "-") + "a"));
  CHECK_FALSE(parse_query(repeated(1000, "-(") + "a"));
}

TEST_CASE("no bytes make the parser do more than refuse") {
  constexpr std::string_view kPieces[] = {
      "(", ")", "\"", "-",    "OR",       "AND", " ",  "tag:", "is:", "site:", "before:", "title:",
      "*", "a", "日", "\xff", "\xe6\x97", "“",   "：", "\x01", ":",   "'",     ";",       "\u3000"};
  std::uint32_t state = 7;
  const auto next = [&state] { return (state = state * 1664525U + 1013904223U) >> 16; };
  int understood = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (std::uint32_t i = next() % 10; i > 0; --i) text += kPieces[next() % std::size(kPieces)];
    text += std::string(next() % 2, '\0');
    const auto query = parse_query(text);
    understood += query ? 1 : 0;
    if (!query) CHECK(query.error().code == ErrorCode::bad_request);
  }
  CHECK(understood > 1000);
}

TEST_CASE("a long word is cut into neighbours, so that its beginning still finds it") {
  const std::string word(100, 'x');
  const auto query = parse_query(word);
  REQUIRE(query);
  const Phrase& phrase = query->root.children[0].phrase;
  CHECK(phrase.tokens == std::vector<std::string>{std::string(64, 'x'), std::string(36, 'x')});
  CHECK(phrase.prefix);
}
