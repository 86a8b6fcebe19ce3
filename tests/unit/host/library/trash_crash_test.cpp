// Emptying the trash when the process is killed, and while others capture and verify.
#include "trash_fixture.h"

using namespace keepleaf;
using namespace keepleaf::test;

TEST_CASE("a kill at any moment leaves all or nothing to be seen, and the next one wipes the rest") {
  TempDir dir;
  const library::OpenOptions options{dir / "library", dir / "state", nullptr, false};
  std::mt19937_64 random(20'261'122);
  std::uint32_t n = 0;
  int unseen = 0;
  int seen = 0;
  // Until kills came before and after the moment at which it vanishes, whatever the machine does meanwhile.
  for (int kill = 0; kill < 10 || ((seen == 0 || unseen == 0) && kill < 100); ++kill) {
    INFO("kill " << kill);
    std::vector<Uuid> links;
    std::vector<std::string> traces;
    {
      auto library = must(library::Library::open(options));
      for (int i = 0; i < 6; ++i, ++n) {
        Taken taken = sample(n, 1'790'000'000'000 + n);
        taken.page.title = "canaryqx" + std::to_string(n);
        links.push_back(must(taken.send(library->captures())).link_id);
      }
      traces = traces_of(dir / "library", "SELECT object FROM part");
      must(library->remove(links));
    }
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    const pid_t child = in_child([&] {
      auto library = library::Library::open(options);
      if (!library) return 1;
      const char ready = 1;
      if (::write(pipe[1], &ready, 1) != 1) return 2;
      if (!(*library)->empty_trash(std::nullopt)) return 3;
      return (*library)->tend() ? 0 : 4;
    });
    char ready = 0;
    REQUIRE(::read(pipe[0], &ready, 1) == 1);
    ::usleep(static_cast<useconds_t>(random() % 40'000));
    ::kill(child, SIGKILL);
    const int status = wait_for(child);
    ::close(pipe[0]);
    ::close(pipe[1]);
    REQUIRE((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));

    auto library = must(library::Library::open(options));
    must_be_whole(*library);
    const auto left = must(library->trash({}));
    CHECK((left.total == 0 || left.total == links.size()));
    left.total == 0 ? ++unseen : ++seen;
    if (left.total > 0) must(library->empty_trash(std::nullopt));
    CHECK(must(library->tend()));
    must_be_whole(*library);
    CHECK(must(library->stats()).objects == 0);
    const std::string all = all_bytes(dir / "library");
    CHECK(all.find("anaryqx") == std::string::npos);
    CHECK(found_of(traces, all) == 0);
  }
  CHECK(seen > 0);
  CHECK(unseen > 0);
}

TEST_CASE("destroying, capturing and verifying at once report no damage and make none") {
  TempDir dir;
  const library::OpenOptions options{dir / "library", dir / "state", nullptr, false};
  { must(library::Library::open(options)); }
  // Both take pages with the same large object again and again; one of them destroys its own each time.
  const auto taking = [&](std::uint32_t first, bool destroys) {
    return in_child([&options, first, destroys] {
      auto library = library::Library::open(options);
      if (!library) return 1;
      for (std::uint32_t n = first; n < first + 30; ++n) {
        Taken taken = sample(n, 1'790'000'000'000 + n);
        taken.items[2].bytes = noise(300'000, 4711);
        auto sent = taken.send((*library)->captures());
        for (int tries = 0; !sent && sent.error().code == ErrorCode::incomplete && tries < 50; ++tries)
          sent = taken.send((*library)->captures());
        if (!sent) return 2;
        if (!destroys && n % 3 != 0) continue;
        if (!(*library)->destroy({taken.id}) || !(*library)->tend()) return 3;
      }
      return 0;
    });
  };
  const pid_t destroyer = taking(1'000, true);
  const pid_t keeper = taking(2'000, false);
  auto library = must(library::Library::open(options));
  int status = 0;
  int rounds = 0;
  bool alive = true;
  while (alive) {
    alive = ::waitpid(keeper, &status, WNOHANG) == 0;
    must_be_whole(*library, Orphans::of_captures_under_way);
    ++rounds;
  }
  CHECK(rounds > 1);
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(WEXITSTATUS(wait_for(destroyer)) == 0);
  must_be_whole(*library);
  CHECK(must(library->stats()).snapshots == 20);
}

TEST_CASE("a file that is destroyed between its publication and its row is published again") {
  TempDir dir;
  OpenLibrary library(dir);
  const Taken taken = sample(1, library.later());
  const std::string name = sha256(taken.items[2].bytes).hex();
  const auto file = library.folder / "objects" / name.substr(0, 2) / name;
  auto other = must(library::Library::open(library.options()));

  // Whoever wipes holds the write lock; the capture publishes before it asks for that.
  SQLite::Database wiper((library.folder / "library.db").string(), SQLite::OPEN_READWRITE);
  wiper.exec("BEGIN IMMEDIATE");
  std::optional<Result<capture::Committed>> sent;
  std::jthread capturing([&] { sent = taken.send(other->captures()); });
  while (!std::filesystem::exists(file)) std::this_thread::yield();
  REQUIRE(std::filesystem::remove(file));
  wiper.exec("COMMIT");
  capturing.join();

  must(std::move(*sent));
  must_be_whole(*library.library);
  CHECK(must(must(library->objects(taken.id))->read(sha256(taken.items[2].bytes))) == taken.items[2].bytes);
}
