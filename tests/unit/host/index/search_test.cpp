// Search over links: fields, texts of all versions, filters, trash, rank and pages.
#include "index/index.h"

#include "library_fixture.h"

using namespace keepleaf;
using namespace keepleaf::test;

TEST_CASE("a link is found by its title, URL, note, tags and the text of any snapshot") {
  LibraryFixture library;
  const auto a = library.link({.title = "Éclair recipes",
                               .url = "https://cakes.example/choux",
                               .note = "for Sunday",
                               .tags = {"kitchen/sweet"}});
  library.link({.title = "Other"});
  library.snapshot(a, "whisk the eggs");
  library.snapshot(a, "fold the batter");
  for (const char* query :
       {"eclair ", "ÉCLAIR ", "ecl", "choux ", "sunday ", "kitchen ", "sweet ", "whisk ", "batter ",
        "\"fold the batter\"", "title:eclair", "url:cakes.example", "note:sunday", "kitch*"}) {
    INFO(query);
    CHECK(library.find(query) == Links{a});
  }
  for (const char* query : {"ecl ", "batter* whiskey ", "\"batter fold\"", "title:sunday", "note:eclair",
                            "url:sunday", "title:batter"}) {
    INFO(query);
    CHECK(library.find(query).empty());
  }
}

TEST_CASE("all terms must match, but each may match in another field or version") {
  LibraryFixture library;
  const auto a = library.link({.title = "alpha"});
  const auto b = library.link({.title = "alpha"});
  library.snapshot(a, "beta");
  library.snapshot(a, "gamma");
  library.snapshot(b, "beta");
  CHECK(library.find("alpha beta gamma ") == Links{a});
  CHECK(library.find("alpha beta ") == Links{a, b});
  CHECK(library.find("\"beta gamma\"").empty());
  CHECK(library.find("alpha -gamma ") == Links{b});
  CHECK(library.find("gamma OR beta ") == Links{a, b});
  CHECK(library.find("-alpha ").empty());
  CHECK(library.find("-gamma ") == Links{b});
  CHECK(library.find("-(gamma OR delta) ") == Links{b});
  CHECK(library.find("gamma OR -beta ") == Links{a});
  CHECK(library.find("--gamma ") == Links{a});
}

TEST_CASE("words without a letter or digit say nothing, and alone find nothing") {
  LibraryFixture library;
  const auto a = library.link({.title = "alpha"});
  CHECK(library.find("alpha & ") == Links{a});
  CHECK(library.find("& OR alpha ") == Links{a});
  CHECK(library.find("alpha -& ") == Links{a});
  CHECK(library.find("&").empty());
  CHECK(library.find("-&").empty());
  CHECK(library.find("") == Links{a});
}

TEST_CASE("filters") {
  LibraryFixture library;
  constexpr UnixMs kDay = 86'400'000;
  const UnixMs start = *parse_time("2026-03-01T00:00:00Z");
  const auto a = library.link(
      {.title = "a", .host = "example.com", .note = "n", .tags = {"work/db/postgres"}, .created_at = start});
  const auto b =
      library.link({.title = "b", .host = "docs.example.com", .tags = {"Work"}, .created_at = start - 1});
  const auto c = library.link(
      {.title = "c", .host = "notexample.com", .tags = {"work/db2", "work.x"}, .created_at = start + kDay});
  const auto d = library.link({.title = "d", .host = "192.0.2.1", .created_at = start + 400 * kDay});
  CHECK(library.find("tag:work") == Links{a, b, c});
  CHECK(library.find("tag:WORK/db") == Links{a});
  CHECK(library.find("tag:work/db/postgres") == Links{a});
  CHECK(library.find("tag:work/d").empty());
  CHECK(library.find("tag:work.x") == Links{c});
  CHECK(library.find("site:example.com") == Links{a, b});
  CHECK(library.find("site:docs.example.com") == Links{b});
  CHECK(library.find("site:com") == Links{a, b, c});
  CHECK(library.find("site:192.0.2.1") == Links{d});
  CHECK(library.find("before:2026-03-01") == Links{b});
  CHECK(library.find("after:2026-03") == Links{a, c, d});
  CHECK(library.find("after:2026 before:2027") == Links{a, b, c});
  CHECK(library.find("is:untagged") == Links{d});
  CHECK(library.find("is:noted") == Links{a});
  CHECK(library.find("-is:untagged -site:com").empty());
  CHECK(library.find("tag:work -is:noted c ") == Links{c});
}

TEST_CASE("is: tells what the library knows about snapshots and jobs") {
  LibraryFixture library;
  const auto none = library.link({});
  const auto two = library.link({});
  const auto partial = library.link({});
  const auto mended = library.link({});
  library.snapshot(two, "x");
  library.snapshot(two, "y");
  library.snapshot(partial, "x", "missing");
  library.snapshot(mended, "x", "missing");
  library.snapshot(mended, "y");
  const auto job = [&](std::int64_t link, const std::string& state) {
    library.run(
        "INSERT INTO job (id, kind, state, link, created_at, updated_at) VALUES (randomblob(16), 'snapshot', "
        "?1, " +
            std::to_string(link) + ", 0, 0)",
        {state});
  };
  job(none, "failed");
  job(two, "failed");
  job(two, "done");
  CHECK(library.find("is:empty") == Links{none});
  CHECK(library.find("is:multiple") == Links{two, mended});
  CHECK(library.find("is:incomplete") == Links{partial});
  CHECK(library.find("is:broken") == Links{none});
}

TEST_CASE("what is in the trash is found only with is:trashed") {
  LibraryFixture library;
  const auto live = library.link({.title = "alpha"});
  const auto dead = library.link({.title = "alpha"});
  library.snapshot(live, "kept beta");
  const auto gone = library.snapshot(live, "thrown gamma");
  library.snapshot(dead, "dead delta");
  library.run("UPDATE link SET trashed_at = 5 WHERE n = " + std::to_string(dead));
  library.run("UPDATE snapshot SET trashed_at = 5 WHERE text = " + std::to_string(gone));
  CHECK(library.find("alpha ") == Links{live});
  CHECK(library.find("") == Links{live});
  CHECK(library.find("-nothing ") == Links{live});
  CHECK(library.find("delta ").empty());
  CHECK(library.find("gamma ").empty());
  CHECK(library.find("is:trashed") == Links{live, dead});
  CHECK(library.find("is:trashed delta ") == Links{dead});
  CHECK(library.find("is:trashed gamma ") == Links{live});
  CHECK(library.find("-is:trashed alpha ").empty());
  library.run("UPDATE snapshot SET trashed_at = NULL");
  CHECK(library.find("-is:trashed alpha ") == Links{live});
}

TEST_CASE("a phrase does not bridge two tags, two fields or two versions") {
  LibraryFixture library;
  const auto a = library.link({.title = "one two", .note = "three", .tags = {"five", "six"}});
  library.snapshot(a, "seven");
  library.snapshot(a, "eight");
  for (const char* query : {"\"two three\"", "\"five six\"", "\"seven eight\"", "\"two https\""})
    CHECK(library.find(query).empty());
  CHECK(library.find("\"one two\"") == Links{a});
}

TEST_CASE("title counts more than tag, tag more than note, note more than text") {
  LibraryFixture library;
  const auto text = library.link({});
  library.snapshot(text,
                   "sturgeon and much else besides, in a text of some length that says many other things");
  const auto note = library.link({.note = "sturgeon"});
  const auto tag = library.link({.tags = {"sturgeon"}});
  const auto title = library.link({.title = "sturgeon"});
  for (int i = 0; i < 50; ++i) library.link({.title = "other", .note = "things", .tags = {"more"}});
  CHECK(library.ranked("sturgeon ") == std::vector<std::int64_t>{title, tag, note, text});
  const auto page = library.index.search("sturgeon ", 10, "");
  CHECK(page->hits[0].field == "title");
  CHECK(page->hits[1].field == "tag");
  CHECK(page->hits[2].field == "note");
  CHECK(page->hits[3].field == "text");
  CHECK(page->hits[3].text == 1);
  CHECK_FALSE(page->hits[0].text);
  CHECK(page->hits[0].score > page->hits[3].score);
}

TEST_CASE("of equal matches the younger stands first, and rare words weigh more") {
  LibraryFixture library;
  const auto old = library.link({.title = "walrus", .created_at = 1'400'000'000'000});
  const auto young = library.link({.title = "walrus", .created_at = 1'700'000'000'000});
  CHECK(library.ranked("walrus ") == std::vector<std::int64_t>{young, old});
  for (int i = 0; i < 30; ++i) library.link({.title = "common"});
  const auto rare = library.link({.title = "rare", .created_at = 1'700'000'000'000});
  CHECK(library.ranked("common OR rare ").front() == rare);
}

TEST_CASE("the text that matches best is named, and the newest of equals") {
  LibraryFixture library;
  const auto a = library.link({});
  library.snapshot(a, "lynx");
  const auto best = library.snapshot(a, "lynx lynx lynx");
  library.snapshot(a, "lynx and other animals");
  CHECK(library.index.search("lynx ", 10, "")->hits.at(0).text == best);
  const auto b = library.link({});
  library.snapshot(b, "ibex");
  const auto newest = library.snapshot(b, "ibex");
  CHECK(library.index.search("ibex ", 10, "")->hits.at(0).text == newest);
}

TEST_CASE("a text that many snapshots share counts once and finds all their links") {
  LibraryFixture library;
  const auto a = library.link({});
  const auto b = library.link({});
  const auto text = library.snapshot(a, "okapi");
  for (int i = 0; i < 5; ++i) library.snapshot_of_text(a, text);
  library.snapshot_of_text(b, text);
  const auto page = library.index.search("okapi ", 10, "");
  REQUIRE(page->hits.size() == 2);
  CHECK(page->hits[0].score == page->hits[1].score);
}

TEST_CASE("a query without words lists the newest first, with score 0") {
  LibraryFixture library;
  const auto a = library.link({.created_at = 2000});
  const auto b = library.link({.created_at = 3000});
  const auto c = library.link({.created_at = 2000});
  CHECK(library.ranked("") == std::vector<std::int64_t>{b, c, a});
  CHECK(library.ranked("is:untagged") == std::vector<std::int64_t>{b, c, a});
  CHECK(library.index.search("", 1, "")->hits[0].score == 0);
  CHECK(library.index.search("", 1, "")->hits[0].field.empty());
}

TEST_CASE("pages show every link once, in one order, and say how many there are") {
  LibraryFixture library;
  for (int i = 0; i < 700; ++i)
    library.link({.title = i % 3 == 0 ? "gull gull" : "gull", .created_at = 1'600'000'000'000 + i % 5});
  for (const char* query : {"gull ", "", "gull OR tern "}) {
    const std::vector<std::int64_t> whole = library.ranked(query);
    REQUIRE(whole.size() == 700);
    for (const std::uint32_t limit : {1U, 7U, 200U, 700U}) {
      std::vector<std::int64_t> collected;
      std::string after;
      for (int pages = 0; pages < 701; ++pages) {
        const auto page = library.index.search(query, limit, after);
        REQUIRE(page);
        CHECK(page->total == 700);
        for (const auto& hit : page->hits) collected.push_back(hit.link);
        if (!page->next) break;
        after = *page->next;
        if (limit == 1 && pages == 20) break;
      }
      if (limit == 1) {
        CHECK(collected == std::vector<std::int64_t>(whole.begin(), whole.begin() + 21));
      } else {
        CHECK(collected == whole);
      }
    }
  }
}

TEST_CASE("links that come in between two pages shift nothing that was not seen") {
  LibraryFixture library;
  for (int i = 0; i < 40; ++i) library.link({.title = "heron", .created_at = 1'600'000'000'000 + i});
  const auto whole = library.ranked("heron ");
  const auto first = library.index.search("heron ", 10, "");
  for (int i = 0; i < 200; ++i) library.link({.title = "unrelated and long enough to change every average"});
  const auto second = library.index.search("heron ", 100, *first->next);
  REQUIRE(second);
  std::vector<std::int64_t> rest;
  for (const auto& hit : second->hits) rest.push_back(hit.link);
  CHECK(rest == std::vector<std::int64_t>(whole.begin() + 10, whole.end()));
}

TEST_CASE("a cursor that is damaged or of another search is refused") {
  LibraryFixture library;
  for (int i = 0; i < 5; ++i) library.link({.title = "crane"});
  const std::string next = *library.index.search("crane ", 2, "")->next;
  CHECK(library.index.search("crane ", 2, next));
  for (const std::string& after : {std::string("x"), next.substr(1), next + "0", std::string(48, 'g'),
                                   std::string(48, ' '), std::string(1'000'000, '0')}) {
    const auto page = library.index.search("crane ", 2, after);
    REQUIRE_FALSE(page);
    CHECK(page.error().code == ErrorCode::bad_request);
  }
  CHECK_FALSE(library.index.search("cranes ", 2, next));
}

TEST_CASE("nothing in a query is ever taken for SQL or for an FTS5 expression") {
  LibraryFixture library;
  const auto a = library.link({.title = "alpha beta", .host = "example.com", .tags = {"it's"}});
  library.snapshot(a, "NEAR alpha title beta");
  for (const char* query : {"'; DROP TABLE link; --",
                            "x') OR 1=1 --",
                            "NEAR(alpha beta)",
                            "alpha NEAR beta",
                            "{title} : alpha",
                            "title : alpha",
                            "^alpha",
                            "alpha + beta",
                            "alpha NOT beta",
                            "tag:'x'' OR 1=1",
                            "tag:\"it's\"",
                            "rowid:1",
                            "*",
                            "alpha*beta",
                            "rank",
                            "\\\"alpha",
                            "search_link",
                            "tag:%",
                            "tag:_",
                            "-search_text:alpha"}) {
    INFO(query);
    const auto page = library.index.search(query, 10, "");
    if (!page) CHECK(page.error().code == ErrorCode::bad_request);
    if (page) CHECK(page->total <= 1);
  }
  CHECK(library.find("tag:\"it's\"") == Links{a});
  CHECK(library.find("tag:%").empty());
  CHECK(library.find("tag:_").empty());
  CHECK(library.find("site:e_ample.com").empty());
  CHECK(library.find("title : alpha").size() == 1);  // three ordinary words, one of them a colon
  CHECK(library.find("^alpha ") == Links{a});
  CHECK(library.find("alpha") == Links{a});
}
