// The index as derived data: it follows the caller's transaction, can be emptied and rebuilt, and forgets.
#include <fstream>
#include <iterator>

#include "library_fixture.h"

using namespace keepleaf;
using namespace keepleaf::test;

namespace {

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("a transaction that is rolled back leaves the index as it was") {
  LibraryFixture library;
  const auto a = library.link({.title = "alpha"});
  const auto text = library.snapshot(a, "beta");
  {
    store::Transaction transaction(*library.database);
    REQUIRE(library.index.put_link(a, {.title = "changed", .url = {}, .note = {}, .tags = {}}));
    REQUIRE(library.index.put_text(text, "other"));
    REQUIRE(library.index.remove_link(a));
    CHECK(library.find("alpha ").empty());
    CHECK(library.find("beta ").empty());
    CHECK(library.find("other ") == Links{a});
  }
  CHECK(library.find("alpha ") == Links{a});
  CHECK(library.find("beta ") == Links{a});
  CHECK(library.find("other ").empty());
  CHECK(library.find("changed ").empty());
}

TEST_CASE("putting replaces and removing removes, as often as one likes") {
  LibraryFixture library;
  const auto a = library.link({.title = "one"});
  const auto text = library.snapshot(a, "first");
  for (int i = 0; i < 50; ++i) {
    REQUIRE(library.index.put_link(a, {.title = "two", .url = {}, .note = {}, .tags = {}}));
    REQUIRE(library.index.put_text(text, "second"));
  }
  CHECK(library.find("one ").empty());
  CHECK(library.find("first ").empty());
  CHECK(library.find("two second ") == Links{a});
  REQUIRE(library.index.remove_text(text));
  REQUIRE(library.index.remove_text(text));
  REQUIRE(library.index.remove_link(a));
  REQUIRE(library.index.remove_link(12345));
  CHECK(library.find("two OR second ").empty());
}

TEST_CASE("a removed word leaves the bytes of the database when it is to be forgotten") {
  LibraryFixture library;
  const auto a = library.link({.title = "alpha"});
  const auto text = library.snapshot(a, "zzcanaryzz");
  for (int i = 0; i < 100; ++i) library.snapshot(a, "filler " + std::to_string(i));
  const auto file = library.folder / "library.db";
  library.database->sql().exec("PRAGMA wal_checkpoint(TRUNCATE)");
  REQUIRE(bytes_of(file).find("canaryzz") != std::string::npos);
  REQUIRE(library.index.remove_text(text));
  while (library.index.forget_removed().value()) {
  }
  library.database->sql().exec("PRAGMA wal_checkpoint(TRUNCATE)");
  CHECK(bytes_of(file).find("canaryzz") == std::string::npos);
  CHECK(bytes_of(file.string() + "-wal").find("canaryzz") == std::string::npos);
  CHECK(library.find("filler ") == Links{a});
}

TEST_CASE("rebuilding empties the index and records its version only when it is complete") {
  LibraryFixture library;
  const auto a = library.link({.title = "alpha"});
  const auto text = library.snapshot(a, "beta");
  {
    store::Transaction transaction(*library.database);
    REQUIRE(library.index.begin_rebuild());
    transaction.commit();
  }
  CHECK(library.index.needs_rebuild());
  CHECK(library.find("alpha OR beta ").empty());
  CHECK(index::Index::open(*library.database)->needs_rebuild());
  {
    store::Transaction transaction(*library.database);
    REQUIRE(library.index.begin_rebuild());
    REQUIRE(library.index.put_link(a, {.title = "alpha", .url = {}, .note = {}, .tags = {}}));
    REQUIRE(library.index.put_text(text, "beta"));
    REQUIRE(library.index.complete_rebuild());
    transaction.commit();
  }
  CHECK_FALSE(library.index.needs_rebuild());
  CHECK_FALSE(index::Index::open(*library.database)->needs_rebuild());
  CHECK(library.find("alpha beta ") == Links{a});
}

TEST_CASE("a rebuild that is rolled back leaves the old index") {
  LibraryFixture library;
  const auto a = library.link({.title = "alpha"});
  {
    store::Transaction transaction(*library.database);
    REQUIRE(library.index.begin_rebuild());
  }
  CHECK(library.find("alpha ") == Links{a});
  CHECK_FALSE(index::Index::open(*library.database)->needs_rebuild());
}

TEST_CASE("a library with content but without an index, or with another version's, needs a rebuild") {
  LibraryFixture library;
  const auto a = library.link({.title = "alpha"});
  library.run("UPDATE meta SET value = 999 WHERE key = 'index_version'");
  CHECK(index::Index::open(*library.database)->needs_rebuild());
  library.run("DELETE FROM meta WHERE key = 'index_version'");
  library.database->sql().exec("DROP TABLE search_link; DROP TABLE search_text");
  auto reopened = index::Index::open(*library.database);
  REQUIRE(reopened);
  CHECK(reopened->needs_rebuild());
  REQUIRE(reopened->put_link(a, {.title = "alpha", .url = {}, .note = {}, .tags = {}}));
  CHECK(reopened->search("alpha ", 10, "")->total == 1);
}

TEST_CASE("a library that is open for reading can be searched, and says so when it has no index") {
  LibraryFixture library;
  const auto a = library.link({.title = "alpha"});
  const auto open_to_read = [&] {
    return store::Database::open(library.folder / "library.db", store::OpenMode::read_only);
  };
  {
    auto database = open_to_read();
    REQUIRE(database);
    auto index = index::Index::open(**database);
    REQUIRE(index);
    CHECK_FALSE(index->needs_rebuild());
    CHECK(index->search("alpha ", 10, "")->hits.at(0).link == a);
    CHECK_FALSE(index->put_link(a, {}));
  }
  library.run("DELETE FROM meta WHERE key = 'index_version'");
  library.database->sql().exec("DROP TABLE search_link; DROP TABLE search_text");
  auto database = open_to_read();
  auto index = index::Index::open(**database);
  REQUIRE(index);
  CHECK(index->needs_rebuild());
  const auto page = index->search("alpha ", 10, "");
  REQUIRE_FALSE(page);
  CHECK(page.error().code == ErrorCode::read_only);
}

TEST_CASE("two connections see what the other committed") {
  LibraryFixture library;
  auto database = store::Database::open(library.folder / "library.db", store::OpenMode::read_write);
  REQUIRE(database);
  auto second = index::Index::open(**database);
  REQUIRE(second);
  CHECK_FALSE(second->needs_rebuild());
  const auto a = library.link({.title = "alpha"});
  CHECK(second->search("alpha ", 10, "")->total == 1);
  REQUIRE(second->remove_link(a));
  CHECK(library.find("alpha ").empty());
}

TEST_CASE("hostile texts are indexed without harm") {
  LibraryFixture library;
  const auto a = library.link({.title = std::string("nul\0inside", 10)});
  std::string bytes;
  for (int i = 0; i < 4096; ++i) bytes += static_cast<char>(i * 37);
  std::string marks = "a";
  for (int i = 0; i < 20'000; ++i) marks += "\u0301\u0323";
  for (const std::string& body : {bytes, marks, std::string(1'000'000, 'x'), std::string(100'000, '\0'),
                                  std::string(100'000, '\xff'), std::string()})
    library.snapshot(a, body);
  library.snapshot(a, std::string("before\0after", 12));
  CHECK(library.find("inside ") == Links{a});
  CHECK(library.find("after ") == Links{a});
  CHECK(library.find(std::string(100, 'x')) == Links{a});
}
