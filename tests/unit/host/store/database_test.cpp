#include "store/database.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <functional>
#include <sstream>

#include "base/os/file.h"
#include "fixture.h"
#include "store/conditions.h"
#include "store/fidelities.h"
#include "store/jobs.h"
#include "store/migrations.h"
#include "store/pictures.h"
#include "store/query.h"
#include "store/schedules.h"
#include "store/verify.h"

using namespace keepleaf;
using namespace keepleaf::store;
using namespace keepleaf::test;

namespace {

void run_sql(const std::filesystem::path& file, const std::string& sql) {
  SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec(sql);
}

// Permissions mean nothing to root: the question is asked by a child who is nobody.
ErrorCode as_nobody(const std::filesystem::path& folder, const std::function<ErrorCode()>& question) {
  if (::geteuid() != 0) return question();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    REQUIRE(::chown(entry.path().c_str(), 65534, 65534) == 0);
  REQUIRE(::chown(folder.c_str(), 65534, 65534) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(255);
    ::_exit(static_cast<int>(question()));
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) != 255);
  return static_cast<ErrorCode>(WEXITSTATUS(status));
}

// `unsupported` stands for "it worked": no open answers that.
constexpr ErrorCode kWorked = ErrorCode::unsupported;
ErrorCode opened(const std::filesystem::path& file, OpenMode mode) {
  const auto database = Database::open(file, mode);
  if (!database) return database.error().code;
  const auto read = guard("read", [&] {
    Query query(**database, "SELECT count(*) FROM link");
    query.step();
  });
  return read ? kWorked : read.error().code;
}

std::string schema_of(Database& database) {
  std::ostringstream text;
  Query query(database,
              "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY "
              "type DESC, name");
  while (query.step()) text << query.text(0) << ";\n\n";
  Query version(database, "PRAGMA user_version");
  version.step();
  text << "PRAGMA user_version = " << version.integer(0) << ";\n";
  return text.str();
}

}  // namespace

TEST_CASE("a fresh library has exactly the schema that the contract pins") {
  TempDir dir;
  auto database = must(Database::open(dir / "library.db", OpenMode::read_write));
  const std::string path = std::string(KEEPLEAF_TESTS_DIR) + "/contract/store-schema.sql";
  std::ifstream file(path);
  std::stringstream pinned;
  pinned << file.rdbuf();
  // Lines that begin with "--" are the file's own words.
  std::string expected;
  for (std::string line; std::getline(pinned, line);)
    if (!line.starts_with("-- |")) expected += line + "\n";
  CHECK(schema_of(*database) == expected);
}

TEST_CASE("a library is one file with our application id, in WAL mode, readable by its owner alone") {
  TempDir dir;
  auto database = must(Database::open(dir / "library.db", OpenMode::read_write));
  const auto pragma = [&](const std::string& name) {
    return database->sql().execAndGet("PRAGMA " + name).getString();
  };
  CHECK(pragma("application_id") == std::to_string(kApplicationId));
  CHECK(pragma("user_version") == std::to_string(kFormat));
  CHECK(pragma("journal_mode") == "wal");
  CHECK(pragma("synchronous") == "2");
  CHECK(pragma("foreign_keys") == "1");
  CHECK(pragma("trusted_schema") == "0");
  struct stat info {};
  REQUIRE(::stat((dir / "library.db").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("the SQLite that is linked is the pinned one, without the WAL-reset bug") {
  CHECK(sqlite3_libversion_number() == SQLITE_VERSION_NUMBER);
  CHECK(sqlite3_libversion_number() >= 3'051'003);
  CHECK(sqlite3_compileoption_used("ENABLE_FTS5") == 1);
  CHECK(sqlite3_compileoption_used("THREADSAFE=2") == 1);
  std::ifstream maps("/proc/self/maps");
  std::stringstream loaded;
  loaded << maps.rdbuf();
  CHECK(loaded.str().find("libsqlite3") == std::string::npos);
}

TEST_CASE("what is not a library is refused and left as it was") {
  TempDir dir;
  const auto file = dir / "library.db";
  const auto refuse = [&](ErrorCode code) {
    const Bytes before = must(os::read_file(file, 1 << 20));
    CHECK(opened(file, OpenMode::read_write) == code);
    CHECK(opened(file, OpenMode::read_only) == code);
    CHECK(must(os::read_file(file, 1 << 20)) == before);
  };
  SECTION("a text") {
    must(os::write_file(file, bytes_of("dear diary, this is not a database at all, but it is quite long " +
                                       std::string(200, '.'))));
    refuse(ErrorCode::corrupt);
  }
  SECTION("another program's database") {
    run_sql(file, "CREATE TABLE theirs (x); PRAGMA application_id = 42");
    refuse(ErrorCode::corrupt);
  }
  SECTION("another program's database without an id") {
    run_sql(file, "CREATE TABLE theirs (x)");
    refuse(ErrorCode::corrupt);
  }
  SECTION("a library of a newer Keepleaf") {
    must(Database::open(file, OpenMode::read_write)).reset();
    run_sql(file, "PRAGMA user_version = " + std::to_string(kFormat + 1));
    refuse(ErrorCode::newer_format);
  }
  SECTION("a library whose pages were overwritten") {
    must(Database::open(file, OpenMode::read_write)).reset();
    Bytes bytes = must(os::read_file(file, 1 << 20));
    std::fill(bytes.begin() + 100, bytes.begin() + 4096, std::uint8_t{0xAA});
    must(os::write_file(file, bytes));
    refuse(ErrorCode::corrupt);
  }
  SECTION("a folder") {
    std::filesystem::create_directory(file);
    CHECK(opened(file, OpenMode::read_write) == ErrorCode::read_only);
  }
}

TEST_CASE("a library that lost its last pages is not opened, or found to be damaged") {
  TempDir dir;
  const auto file = dir / "library.db";
  must(Database::open(file, OpenMode::read_write)).reset();
  const Bytes whole = must(os::read_file(file, 1 << 20));
  for (std::size_t size = 4096; size < whole.size(); size += 4096) {
    std::ofstream(file, std::ios::binary | std::ios::trunc)
        .write(as_text(whole).data(), static_cast<std::streamsize>(size));
    const auto database = Database::open(file, OpenMode::read_only);
    if (!database) continue;
    ObjectStore objects(**database, dir.path());
    const auto inspection = must(Verifier(**database, objects, 100).run(false));
    INFO(size << " of " << whole.size());
    REQUIRE_FALSE(inspection.damages.empty());
    CHECK(inspection.damages[0].kind == "database");
  }
}

TEST_CASE("reading a library that is not there says so") {
  TempDir dir;
  CHECK(opened(dir / "library.db", OpenMode::read_only) == ErrorCode::not_found);
  CHECK_FALSE(std::filesystem::exists(dir / "library.db"));
  SECTION("nor is a file a library that another is only about to make") {
    must(os::write_file(dir / "library.db", Bytes()));
    CHECK(opened(dir / "library.db", OpenMode::read_only) == ErrorCode::not_found);
  }
}

TEST_CASE(
    "a folder that can't be written: writing is refused, reading works when everything is in the file") {
  TempDir dir;
  const auto file = dir / "library.db";
  must(Database::open(file, OpenMode::read_write)).reset();
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  std::filesystem::permissions(dir.path(),
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  CHECK(as_nobody(dir.path(), [&] { return opened(file, OpenMode::read_write); }) == ErrorCode::read_only);
  CHECK(as_nobody(dir.path(), [&] { return opened(file, OpenMode::read_only); }) == kWorked);
  std::filesystem::permissions(dir.path(), std::filesystem::perms::owner_all);

  SECTION("changes that wait in the -wal are not passed over") {
    must(os::write_file(dir / "library.db-wal", noise(5000, 1)));
    std::filesystem::permissions(dir.path(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    CHECK(as_nobody(dir.path(), [&] { return opened(file, OpenMode::read_only); }) == ErrorCode::read_only);
    std::filesystem::permissions(dir.path(), std::filesystem::perms::owner_all);
  }
}

namespace {

// A library as Keepleaf made it before the second migration, with a link and a snapshot in it.
void make_first_format(const std::filesystem::path& file) {
  run_sql(file, migration_sql(1));
  run_sql(file,
          "INSERT INTO link (id, canonical_url, url, host, title, created_at, updated_at)"
          " VALUES (zeroblob(16), 'https://a.example/', 'https://a.example/', 'a.example', 'A', 1, 1);"
          "INSERT INTO snapshot (id, link, url, title, taken_at, engine, part_count, size_raw, size_stored,"
          " digest, stored_at) VALUES (zeroblob(16), 1, 'https://a.example/', 'A', 1, 'tab', 1, 0, 0,"
          " zeroblob(32), 1);"
          "PRAGMA application_id = " +
              std::to_string(kApplicationId) + "; PRAGMA user_version = 1");
}

std::int64_t count(Database& database, const std::string& from) {
  return database.sql().execAndGet("SELECT count(*) FROM " + from).getInt64();
}

}  // namespace

TEST_CASE("a library of the first format is brought to the newest, with what is in it") {
  TempDir dir;
  const auto file = dir / "library.db";
  make_first_format(file);
  auto database = must(Database::open(file, OpenMode::read_write));
  CHECK(database->format() == kFormat);
  auto fresh = must(Database::open(dir / "fresh.db", OpenMode::read_write));
  CHECK(schema_of(*database) == schema_of(*fresh));
  CHECK(count(*database, "link") == 1);
  CHECK(count(*database, "snapshot") == 1);
  CHECK(count(*database, "fidelity") == 0);
  CHECK(count(*database, "picture") == 0);
}

TEST_CASE("a migration that is killed leaves the library as it was") {
  TempDir dir;
  const auto file = dir / "library.db";
  make_first_format(file);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    SQLite::Database sql(file.string(), SQLite::OPEN_READWRITE);
    sql.exec("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE");
    sql.exec(migration_sql(2));
    ::raise(SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  CHECK(must(Database::open(file, OpenMode::read_only))->format() == 1);
  auto database = must(Database::open(file, OpenMode::read_write));
  CHECK(database->format() == kFormat);
  CHECK(count(*database, "snapshot") == 1);
}

TEST_CASE("a library of an older format that can only be read is read as it is") {
  TempDir dir;
  const auto file = dir / "library.db";
  make_first_format(file);
  auto database = must(Database::open(file, OpenMode::read_only));
  CHECK(database->format() == 1);
  Fidelities fidelities(*database, nullptr);
  CHECK_FALSE(fidelities.find(1));
  Pictures pictures(*database, nullptr);
  CHECK(pictures.of_snapshot(1).empty());
  CHECK(pictures.kinds_of_link(1).empty());
  Jobs jobs(*database);
  CHECK(jobs.list("", 10, std::nullopt).empty());
  CHECK(jobs.list("failed", 10, std::nullopt).empty());
  CHECK_FALSE(jobs.newest_of_link(1));
  CHECK_FALSE(Conditions(*database).find(1));
  Schedules schedules(*database, nullptr);
  CHECK(schedules.list(10, 0).empty());
  CHECK(schedules.count() == 0);
  CHECK_FALSE(schedules.of_link(1));
  CHECK(schedules.checks_of_link(1, 10).empty());
  CHECK(count(*database, "snapshot") == 1);
}

TEST_CASE("a transaction that is not committed leaves nothing") {
  TempDir dir;
  auto database = must(Database::open(dir / "library.db", OpenMode::read_write));
  {
    Transaction transaction(*database);
    Query insert(*database, "INSERT INTO setting (key, value) VALUES ('a', 'b')");
    insert.run();
  }
  Query query(*database, "SELECT count(*) FROM setting");
  query.step();
  CHECK(query.integer(0) == 0);
}

TEST_CASE("one statement can be used twice at once") {
  TempDir dir;
  auto database = must(Database::open(dir / "library.db", OpenMode::read_write));
  int pairs = 0;
  const std::function<void(int)> count = [&](int depth) {
    Query query(*database, "SELECT 1 UNION SELECT 2");
    while (query.step()) depth > 0 ? count(depth - 1) : static_cast<void>(++pairs);
  };
  count(1);
  CHECK(pairs == 4);
}

TEST_CASE("a library that many open for the first time at once is made once, and opened by all") {
  // Each round is a race of its own: whoever comes second may meet the first anywhere between two statements.
  for (int round = 0; round < 40; ++round) {
    TempDir dir;
    const bool old = round % 2 == 1;
    if (old) make_first_format(dir / "library.db");
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i) {
      const pid_t child = ::fork();
      REQUIRE(child >= 0);
      if (child == 0) ::_exit(static_cast<int>(opened(dir / "library.db", OpenMode::read_write)));
      children.push_back(child);
    }
    for (const pid_t child : children) {
      int status = 0;
      REQUIRE(::waitpid(child, &status, 0) == child);
      INFO("round " << round << (old ? ", a library of the first format" : ", no library"));
      REQUIRE(WIFEXITED(status));
      CHECK(static_cast<ErrorCode>(WEXITSTATUS(status)) == kWorked);
    }
  }
}
