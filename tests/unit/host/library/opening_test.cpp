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
