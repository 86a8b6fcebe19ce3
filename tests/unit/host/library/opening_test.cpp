// A library that several programs open at the same moment, when opening has something to do. The programs are
// forks of this one; each round is a race of its own.
#include <sys/wait.h>
#include <unistd.h>

#include <SQLiteCpp/Database.h>

#include <vector>

#include "fixture.h"

using namespace keepleaf;
using namespace keepleaf::test;

namespace {

constexpr int kOpened = 250;  // no ErrorCode

// Opens the library in `count` processes at once. Each one's ErrorCode as a number, or kOpened.
std::vector<int> open_in_processes(const library::OpenOptions& options, int count) {
  std::vector<pid_t> children;
  for (int i = 0; i < count; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const auto library = library::Library::open(options);
      ::_exit(library ? kOpened : static_cast<int>(library.error().code));
    }
    children.push_back(child);
  }
  std::vector<int> results;
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    results.push_back(WEXITSTATUS(status));
  }
  return results;
}

}  // namespace

TEST_CASE("an old index is built again once, however many open the library at that moment") {
  TempDir dir;
  library::OpenOptions options;
  {
    OpenLibrary library(dir);
    for (int n = 0; n < 40; ++n)
      library.keep(take("https://example.org/" + std::to_string(n), "page", "words of " + std::to_string(n),
                        library.later()));
    options = library.options();
  }
  options.clock = nullptr;
  SQLite::Database sql((options.folder / "library.db").string(), SQLite::OPEN_READWRITE, 10'000);
  sql.exec("CREATE TABLE built (version)");
  sql.exec(
      "CREATE TRIGGER count_builds AFTER INSERT ON meta WHEN new.key = 'index_version'"
      " BEGIN INSERT INTO built VALUES (new.value); END");
  for (int round = 0; round < 60; ++round) {
    INFO("round " << round);
    sql.exec("DELETE FROM built");
    sql.exec("DELETE FROM meta WHERE key = 'index_version'");
    CHECK(open_in_processes(options, 8) == std::vector<int>(8, kOpened));
    CHECK(sql.execAndGet("SELECT count(*) FROM built").getInt() == 1);
  }
  sql.exec("DROP TRIGGER count_builds");
  sql.exec("DROP TABLE built");
  OpenLibrary library(dir);
  CHECK(library.found("words").size() == 40);
  CHECK(must(library->verify(true)).ok);
}

TEST_CASE("a new library has one identity, whoever of several made it") {
  for (int round = 0; round < 20; ++round) {
    INFO("round " << round);
    TempDir dir;
    const library::OpenOptions options{dir / "library", dir / "state", nullptr, false};
    CHECK(open_in_processes(options, 5) == std::vector<int>(5, kOpened));
    SQLite::Database sql((options.folder / "library.db").string(), SQLite::OPEN_READONLY, 10'000);
    CHECK(sql.execAndGet("SELECT count(*) FROM meta WHERE key = 'library_id'").getInt() == 1);
    CHECK(must(must(library::Library::open(options))->verify(false)).ok);
  }
}

TEST_CASE("a library opens while another process builds a large index, is searched and written meanwhile") {
  TempDir dir;
  library::OpenOptions options;
  constexpr int kLinks = 1'000;
  {
    OpenLibrary library(dir);
    std::string filler;
    for (int n = 0; n < 2'000; ++n) filler += " filler" + std::to_string(n);
    for (int n = 0; n < kLinks; ++n)
      library.keep(take("https://example.org/" + std::to_string(n), "page",
                        "words of " + std::to_string(n) + filler, library.later()));
    options = library.options();
  }
  options.clock = nullptr;
  SQLite::Database sql((options.folder / "library.db").string(), SQLite::OPEN_READWRITE, 10'000);
  sql.exec("DELETE FROM meta WHERE key = 'index_version'");

  const pid_t builder = ::fork();
  REQUIRE(builder >= 0);
  if (builder == 0) {
    const auto library = library::Library::open(options);
    ::_exit(library && (*library)->tend().value_or(false) ? kOpened : 1);
  }
  const auto building = [&] {
    return sql.execAndGet("SELECT count(*) FROM meta WHERE key = 'index_building'").getInt() == 1;
  };
  while (!building()) REQUIRE(::waitpid(builder, nullptr, WNOHANG) == 0);
  int opened = 0;
  int part = 0;
  while (building()) {
    const auto library = must(library::Library::open(options));
    ++opened;
    // What is there is found, and that it is not all is said.
    const auto found = must(library->search({"words", 1, ""}));
    if (library->indexing()) {
      CHECK(found.total <= kLinks);
      if (found.total < kLinks) ++part;
      CHECK(must(library->verify(false)).ok);
    }
    must(library->edit(Uuid(must(library->list({1, "", false})).items[0].id), {"a new title", std::nullopt}));
  }
  CHECK(opened > 0);
  CHECK(part > 0);
  int status = 0;
  REQUIRE(::waitpid(builder, &status, 0) == builder);
  CHECK(WEXITSTATUS(status) == kOpened);
  const auto library = must(library::Library::open(options));
  CHECK_FALSE(library->indexing());
  CHECK(must(library->search({"words", 1, ""})).total == kLinks);
  CHECK(must(library->search({"title:new", 1, ""})).total == 1);
  CHECK(must(library->verify(true)).findings.empty());
}

TEST_CASE("a library with an old index opens while another process keeps the write lock") {
  TempDir dir;
  library::OpenOptions options;
  {
    OpenLibrary library(dir);
    library.keep(take("https://example.org/", "page", "words", library.later()));
    options = library.options();
  }
  options.clock = nullptr;
  SQLite::Database other((options.folder / "library.db").string(), SQLite::OPEN_READWRITE, 10'000);
  other.exec("DELETE FROM meta WHERE key = 'index_version'");
  other.exec("BEGIN IMMEDIATE");
  auto library = must(library::Library::open(options));
  CHECK(library->indexing());
  CHECK(must(library->list({})).total == 1);
  CHECK(must(library->search({"words", 1, ""})).total <= 1);
  CHECK(must(library->next_tending()) == 0);
  other.exec("COMMIT");
  CHECK(must(library->tend()));
  CHECK(must(library->search({"words", 1, ""})).total == 1);
  CHECK_FALSE(library->indexing());
}
