// A library that several programs open at the same moment, when opening has something to do. The programs are
// forks of this one; each round is a race of its own.
#include <sys/wait.h>
#include <unistd.h>

#include <SQLiteCpp/Database.h>

#include <csignal>
#include <cstdint>
#include <string>
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

// A process that builds the index anew, and stops itself between two transactions when a part is done.
class Builder {
 public:
  Builder() = default;
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;
  ~Builder() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  // False: it was done before it could stop. Every link has a text that "words" finds.
  bool start_and_stop_midway(const library::OpenOptions& options, int links) {
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) ::_exit(build(options, static_cast<std::uint32_t>(links)));
    int status = 0;
    REQUIRE(::waitpid(child_, &status, WUNTRACED) == child_);
    if (WIFSTOPPED(status)) return true;
    child_ = -1;
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) == kOpened);
    return false;
  }
  void go_on() const { REQUIRE(::kill(child_, SIGCONT) == 0); }
  int result() {
    int status = 0;
    REQUIRE(::waitpid(child_, &status, 0) == child_);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  static int build(const library::OpenOptions& options, std::uint32_t links) {
    // Opened while the index is whole: opening an old one would build for a second without a stop.
    const auto library = library::Library::open(options);
    if (!library) return static_cast<int>(library.error().code);
    SQLite::Database((options.folder / "library.db").string(), SQLite::OPEN_READWRITE, 10'000)
        .exec("DELETE FROM meta WHERE key = 'index_version'");
    bool stopped = false;
    const auto done = (*library)->tend([&] {
      if (stopped) return true;
      const auto found = (*library)->search({"words", 1, ""});
      if (found && found->total > 0 && found->total < links) {
        stopped = true;
        ::raise(SIGSTOP);
      }
      return true;
    });
    return done.value_or(false) ? kOpened : 1;
  }

  pid_t child_ = -1;
};

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
  for (int round = 0; round < 20; ++round) {
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
  for (int round = 0; round < 10; ++round) {
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
  OpenLibrary filled(dir);
  std::string filler;
  for (int n = 0; n < 2'000; ++n) filler += " filler" + std::to_string(n);
  int links = 0;
  const auto fill = [&](int until) {
    for (; links < until; ++links)
      filled.keep(take("https://example.org/" + std::to_string(links), "page",
                       "words of " + std::to_string(links) + filler, filled.later()));
  };
  library::OpenOptions options = filled.options();
  options.clock = nullptr;
  // However quick the machine is: more pages, until the builder stands in the middle.
  Builder builder;
  for (fill(100); !builder.start_and_stop_midway(options, links);) fill(2 * links);
  filled.library.reset();

  SQLite::Database sql((options.folder / "library.db").string(), SQLite::OPEN_READWRITE, 10'000);
  const auto building = [&] {
    return sql.execAndGet("SELECT count(*) FROM meta WHERE key = 'index_building'").getInt() == 1;
  };
  REQUIRE(building());
  const auto edit_first = [](library::Library& library) {
    must(library.edit(Uuid(must(library.list({1, "", false})).items[0].id), {"a new title", std::nullopt}));
  };
  {
    // Who opens helps to build, and might be done with it: the write lock keeps it from that.
    sql.exec("BEGIN IMMEDIATE");
    const auto library = must(library::Library::open(options));
    sql.exec("COMMIT");
    // What is there is found, and that it is not all is said.
    CHECK(library->indexing());
    const auto found = must(library->search({"words", 1, ""}));
    CHECK(found.total > 0);
    CHECK(found.total < static_cast<std::uint32_t>(links));
    CHECK(must(library->verify(false)).ok);
    edit_first(*library);
    CHECK(must(library->search({"title:new", 1, ""})).total == 1);
    CHECK(library->indexing());
  }
  builder.go_on();
  do {
    const auto library = must(library::Library::open(options));
    CHECK(must(library->search({"words", 1, ""})).total <= static_cast<std::uint32_t>(links));
    CHECK(must(library->verify(false)).ok);
    edit_first(*library);
  } while (building());
  CHECK(builder.result() == kOpened);
  const auto library = must(library::Library::open(options));
  CHECK_FALSE(library->indexing());
  CHECK(must(library->search({"words", 1, ""})).total == static_cast<std::uint32_t>(links));
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
