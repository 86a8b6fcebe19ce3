// Recall and precision: every query's answer against a scan of the texts that knows nothing of tokens.
#include <algorithm>
#include <array>
#include <random>

#include "base/unicode.h"
#include "library_fixture.h"

using namespace keepleaf;
using namespace keepleaf::test;

namespace {

using Points = std::u32string;

std::string utf8(const Points& points) {
  std::string out;
  for (char32_t c : points) append_utf8(out, c);
  return out;
}
Points points_of(std::string_view text) {
  Points out;
  for (const CodePoint& point : CodePoints(text)) out += point.value;
  return out;
}

// Few characters, so that texts share substrings and near misses abound.
constexpr std::array<std::u32string_view, 4> kScripts = {U"東京都大阪府の人口は国立中央圖書館",
                                                         U"カタカナひらがなとがでーをんシステム漢字",
                                                         U"한국어 검색 도서관 자료 한글 국", U"กขคงจมาะิี"};
constexpr std::array<const char32_t*, 6> kWords = {U"data", U"Base", U"db", U"café", U"x", U"2026"};
constexpr std::u32string_view kMarks = U"。、，！「」・ .-\n";

class Writer {
 public:
  explicit Writer(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }

  Points text() {
    Points out;
    const std::u32string_view script = kScripts[below(kScripts.size())];
    const std::size_t size = 5 + below(60);
    while (out.size() < size) {
      const std::size_t what = below(20);
      if (what < 15) {
        out += script[below(script.size())];
      } else if (what < 17) {
        out += kWords[below(kWords.size())];
      } else {
        out += kMarks[below(kMarks.size())];
      }
    }
    return out;
  }

 private:
  std::mt19937 random_;
};

// What a person would call the same characters: folded, and nothing else.
Points plain(const Points& text) { return points_of(search_fold(utf8(text))); }

bool all_unspaced(const Points& text) {
  return std::all_of(text.begin(), text.end(), [](char32_t c) { return is_unspaced(c); });
}

}  // namespace

TEST_CASE("any substring of unspaced script finds exactly the texts that hold it") {
  LibraryFixture library;
  Writer writer(20261122);
  std::vector<Points> texts;
  library.database->sql().exec("BEGIN");
  for (int i = 0; i < 400; ++i) {
    texts.push_back(writer.text());
    const auto link = library.link({});
    library.snapshot(link, utf8(texts.back()));
  }
  library.database->sql().exec("COMMIT");
  std::vector<Points> folded;
  for (const Points& text : texts) folded.push_back(plain(text));

  int asked = 0;
  int found_some = 0;
  for (int round = 0; round < 6000; ++round) {
    // Three in four are taken from a text; the rest are made up, and mostly found nowhere.
    const Points& source = texts[writer.below(texts.size())];
    const std::size_t size = 1 + writer.below(6);
    Points wanted;
    if (round % 4 != 0) {
      if (source.size() < size) continue;
      wanted = source.substr(writer.below(source.size() - size + 1), size);
    } else {
      const std::u32string_view script = kScripts[writer.below(kScripts.size())];
      for (std::size_t i = 0; i < size; ++i) wanted += script[writer.below(script.size())];
    }
    const Points needle = plain(wanted);
    if (needle.empty() || !all_unspaced(needle)) continue;
    Links expected;
    for (std::size_t i = 0; i < folded.size(); ++i)
      if (folded[i].find(needle) != Points::npos) expected.insert(static_cast<std::int64_t>(i) + 1);
    ++asked;
    found_some += expected.empty() ? 0 : 1;
    const std::string query = utf8(wanted);
    if (library.find(query) != expected || library.find("\"" + query + "\"") != expected) {
      INFO(query);
      CHECK(library.find(query) == expected);
      FAIL("not the texts that hold it");
    }
  }
  CHECK(asked > 2500);
  CHECK(found_some > 1500);
  CHECK(found_some < asked);
}

TEST_CASE("a substring of words and unspaced script together finds exactly the texts that hold it") {
  LibraryFixture library;
  Writer writer(7);
  constexpr std::u32string_view kHan = U"東京大";
  constexpr std::array<const char32_t*, 3> kLatin = {U"ab", U"b", U"abc"};
  // A text is atoms: a character of Han, a word, a space or a mark; words are never side by side.
  const auto atoms = [&](std::size_t count, bool marks) {
    std::vector<Points> out;
    bool word = false;
    while (out.size() < count) {
      const std::size_t what = writer.below(marks ? 10 : 8);
      if (what < 4) {
        out.push_back(Points(1, kHan[writer.below(kHan.size())]));
        word = false;
      } else if (what < 8 && !word) {
        out.push_back(kLatin[writer.below(kLatin.size())]);
        word = true;
      } else if (what >= 8) {
        out.push_back(U"。");
        word = false;
      }
    }
    return out;
  };
  // The scan: atoms compared whole, but the last word of a query may be the beginning of one.
  const auto holds = [](const std::vector<Points>& text, const std::vector<Points>& wanted) {
    for (std::size_t at = 0; at + wanted.size() <= text.size(); ++at) {
      bool same = true;
      for (std::size_t i = 0; same && i < wanted.size(); ++i)
        same = i + 1 == wanted.size() ? text[at + i].starts_with(wanted[i]) : text[at + i] == wanted[i];
      if (same) return true;
    }
    return false;
  };
  const auto joined = [](const std::vector<Points>& parts) {
    Points out;
    for (const Points& part : parts) out += part;
    return utf8(out);
  };

  std::vector<std::vector<Points>> texts;
  library.database->sql().exec("BEGIN");
  for (int i = 0; i < 300; ++i) {
    texts.push_back(atoms(4 + writer.below(12), true));
    library.snapshot(library.link({}), joined(texts.back()));
  }
  library.database->sql().exec("COMMIT");
  int found_some = 0;
  for (int round = 0; round < 2000; ++round) {
    const auto wanted = atoms(1 + writer.below(5), false);
    Links expected;
    for (std::size_t i = 0; i < texts.size(); ++i)
      if (holds(texts[i], wanted)) expected.insert(static_cast<std::int64_t>(i) + 1);
    found_some += expected.empty() ? 0 : 1;
    const std::string query = joined(wanted);
    if (library.find(query) != expected) {
      INFO(query);
      CHECK(library.find(query) == expected);
      FAIL("not the texts that hold it");
    }
  }
  CHECK(found_some > 300);
}

TEST_CASE("Latin words are found by word, by prefix and by phrase, exactly") {
  LibraryFixture library;
  Writer writer(99);
  constexpr std::array<std::string_view, 12> kVocabulary = {"post", "postgres", "postgresql", "Poste",
                                                            "db",   "dB2",      "index",      "indices",
                                                            "in",   "naïve",    "naive",      "straße"};
  const auto random_word = [&] { return std::string(kVocabulary[writer.below(kVocabulary.size())]); };
  std::vector<std::vector<std::string>> texts;
  library.database->sql().exec("BEGIN");
  for (int i = 0; i < 300; ++i) {
    std::vector<std::string> words;
    std::string text;
    for (std::size_t k = 1 + writer.below(6); k > 0; --k) {
      const std::string word = random_word();
      words.push_back(search_fold(word));
      text += word + (writer.below(2) == 0 ? " " : ", ");
    }
    texts.push_back(words);
    library.snapshot(library.link({}), text);
  }
  library.database->sql().exec("COMMIT");
  for (int round = 0; round < 1500; ++round) {
    std::vector<std::string> wanted;
    std::string phrase;
    for (std::size_t k = 1 + writer.below(3); k > 0; --k) {
      const std::string word = random_word();
      wanted.push_back(search_fold(word));
      phrase += (phrase.empty() ? "" : " ") + word;
    }
    const bool prefix = round % 2 == 0;
    if (prefix) {
      wanted.back().resize(1 + writer.below(wanted.back().size()));
      phrase = "";
      for (const std::string& word : wanted) phrase += (phrase.empty() ? "" : " ") + word;
    }
    Links expected;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      for (std::size_t at = 0; at + wanted.size() <= texts[i].size(); ++at) {
        bool same = true;
        for (std::size_t k = 0; same && k < wanted.size(); ++k)
          same = prefix && k + 1 == wanted.size() ? texts[i][at + k].starts_with(wanted[k])
                                                  : texts[i][at + k] == wanted[k];
        if (same) expected.insert(static_cast<std::int64_t>(i) + 1);
      }
    }
    const std::string query = "\"" + phrase + "\"" + (prefix ? "*" : "");
    INFO(query);
    CHECK(library.find(query) == expected);
    if (wanted.size() == 1) CHECK(library.find(prefix ? phrase : phrase + " ") == expected);
  }
}

TEST_CASE("characters do not meet across punctuation, white space, words or the ends of fields") {
  LibraryFixture library;
  const auto a = library.link({.title = "東", .note = "京", .tags = {"大", "阪"}});
  library.snapshot(a, "東。京 東、京\n東 京 東abc京 東・京 東🎉京 東\x01京");
  for (const char* query : {"東京", "\"東京\"", "大阪", "京大", "京京", "東東"}) {
    INFO(query);
    CHECK(library.find(query).empty());
  }
  CHECK(library.find("東abc京") == Links{a});
  CHECK(library.find("東🎉京") == Links{a});
  CHECK(library.find("東 京") == Links{a});
}

TEST_CASE("spellings that look alike are found by each other") {
  LibraryFixture library;
  const auto a = library.link({});
  library.snapshot(a, "ｶﾞｲﾄﾞ ＫＥＥＰ か\u3099く 한국 e\u0301tude 東\u200b京 soft\u00adhyphen");
  for (const char* query :
       {"ガイド", "ガイ", "がく", "keep ", "국", "étude ", "etude ", "東京", "softhyphen ", "ｋｅｅｐ "}) {
    INFO(query);
    CHECK(library.find(query) == Links{a});
  }
  CHECK(library.find("カイト").empty());
  CHECK(library.find("か").empty());
}
