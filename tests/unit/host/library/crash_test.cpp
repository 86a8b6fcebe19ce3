// What survives when the process is killed, the disk is full, the folder can't be written, or others write
// too.
//
// KEEPLEAF_KILLS and KEEPLEAF_SEED set how many kills there are and where (for long runs); a failure prints
// its seed.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>

#include <SQLiteCpp/Database.h>

#include "base/os/file.h"
#include "fixture.h"

using namespace keepleaf;
using namespace keepleaf::test;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// The n-th capture of a run: small rows, a large file, and parts that it shares with others.
Taken numbered(std::uint32_t n, UnixMs at) {
  Taken taken = take("https://example.org/" + std::to_string(n % 7), "page " + std::to_string(n),
                     "words of " + std::to_string(n), at);
  Uuid id = Uuid::v8(sha256(as_bytes("capture " + std::to_string(n))));
  taken.id = id;
  taken.items.push_back(
      {"stylesheet", bytes_of(std::string(3000, static_cast<char>('a' + n % 3))), "text/css"});
  if (n % 3 == 0) taken.items.push_back({"image", noise(300'000 + n, n), "image/png"});
  if (n % 5 == 0) taken.items.push_back({"image", noise(20'000, n / 10), "image/png"});
  return taken;
}

// Runs `work` in a child that gets no further than `work` or a kill.
pid_t in_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(work());
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

// Takes captures from `first` on and tells each that was acknowledged through the pipe.
int take_until_killed(const library::OpenOptions& options, std::uint32_t first, std::uint32_t count,
                      int pipe) {
  auto library = library::Library::open(options);
  if (!library) return 10;
  for (std::uint32_t n = first; n < first + count; ++n) {
    const Taken taken = numbered(n, 1'790'000'000'000 + n);
    auto& sink = (*library)->captures();
    const auto begun = sink.begin(taken.id, taken.page.url, 0);
    if (!begun) return 11;
    // Some go through staging, as a slow sender's do.
    if (n % 2 == 0 && !begun->committed) {
      if (!sink.write(taken.id, 0, 0, BytesView(taken.items[0].bytes).first(10)) || !sink.sync(taken.id))
        return 12;
    }
    const auto committed = taken.send(sink);
    if (!committed) return 13;
    if (::write(pipe, &n, sizeof n) != static_cast<ssize_t>(sizeof n)) return 14;
  }
  return 0;
}

}  // namespace

TEST_CASE("whatever was acknowledged survives a kill at any moment, and nothing is half visible") {
  const std::uint64_t kills = from_environment("KEEPLEAF_KILLS", 60);
  const std::uint64_t seed = from_environment("KEEPLEAF_SEED", 20'261'122);
  std::mt19937_64 random(seed);
  TempDir dir;
  const library::OpenOptions options{dir / "library", dir / "state", nullptr, false};
  { must(library::Library::open(options)); }
  std::vector<std::uint32_t> acknowledged;
  std::uint32_t next = 0;
  for (std::uint64_t kill = 0; kill < kills; ++kill) {
    INFO("seed " << seed << ", kill " << kill);
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    const pid_t child = in_child([&] {
      ::close(pipe[0]);
      return take_until_killed(options, next, 40, pipe[1]);
    });
    ::close(pipe[1]);
    // After a random number of acknowledgements, and then a random moment more.
    const std::uint32_t after = static_cast<std::uint32_t>(random() % 4);
    std::uint32_t got = 0;
    for (std::uint32_t n = 0; got < after && ::read(pipe[0], &n, sizeof n) == static_cast<ssize_t>(sizeof n);
         ++got)
      acknowledged.push_back(n);
    ::usleep(static_cast<useconds_t>(random() % 6000));
    ::kill(child, SIGKILL);
    const int status = wait_for(child);
    INFO("the child ended with " << status);
    REQUIRE((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
    for (std::uint32_t n = 0; ::read(pipe[0], &n, sizeof n) == static_cast<ssize_t>(sizeof n);)
      acknowledged.push_back(n);
    ::close(pipe[0]);
    // What was cut off is begun again by the next child, as a sender does.
    next = acknowledged.empty() ? 0 : acknowledged.back() + 1;

    if (kill % 10 != 9 && kill + 1 != kills) continue;
    auto library = must(library::Library::open(options));
    const auto verified = must(library->verify(true));
    for (const auto& finding : verified.findings) {
      INFO(finding.kind << " " << finding.subject << ": " << finding.message);
      CHECK(finding.kind == "object_orphan");
    }
    CHECK(verified.ok);
    // At most the one that was under way at the last kill is there beyond what was acknowledged.
    CHECK(verified.snapshots >= acknowledged.size());
    CHECK(verified.snapshots <= acknowledged.size() + 1);
  }
  REQUIRE(acknowledged.size() > kills / 2);
  auto library = must(library::Library::open(options));
  for (const std::uint32_t n : acknowledged) {
    INFO("seed " << seed << ", capture " << n);
    const Taken taken = numbered(n, 1'790'000'000'000 + n);
    const auto snapshot = must(library->snapshot(taken.id));
    REQUIRE(snapshot);
    REQUIRE(snapshot->parts.size() == taken.items.size());
    const auto source = must(library->objects(taken.id));
    for (std::size_t part = 0; part < taken.items.size(); ++part)
      CHECK(must(source->read(*snapshot->parts[part].object)) == taken.items[part].bytes);
    CHECK(must(library->search({"\"words of " + std::to_string(n) + "\"", 50, ""})).total >= 1);
  }
}

TEST_CASE("a disk that is full refuses with no_space, keeps what is there, and goes on when there is room") {
  TempDir dir;
  const library::OpenOptions options{dir / "library", dir / "state", nullptr, false};
  const Taken before = numbered(3, 1000);
  { must(before.send(must(library::Library::open(options))->captures())); }
  // No file may grow beyond `room`: what a full disk answers to a write, without needing one.
  std::size_t refused = 0;
  for (const std::uint64_t room :
       std::vector<std::uint64_t>{0, 1'000, 33'000, 100'000, 200'000, 300'000, 500'000, 2'000'000}) {
    INFO("room " << room);
    const int status = wait_for(in_child([&] {
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{room, room};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      auto library = library::Library::open(options);
      if (!library)
        return library.error().code == ErrorCode::no_space || library.error().code == ErrorCode::io ? 1 : 2;
      Taken taken = numbered(6, 2000);
      taken.items.push_back({"video", noise(1 << 20, 77), "video/mp4"});
      const auto committed = taken.send((*library)->captures());
      if (committed) return 0;
      if (committed.error().code != ErrorCode::no_space && committed.error().code != ErrorCode::io) return 3;
      // Reading goes on, and nothing of it shows.
      if (!(*library)->snapshot(before.id).value_or(std::nullopt)) return 4;
      if ((*library)->snapshot(taken.id).value_or(std::nullopt)) return 5;
      return 1;
    }));
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) <= 1);
    refused += WEXITSTATUS(status) == 1 ? 1U : 0U;
    auto library = must(library::Library::open(options));
    const auto verified = must(library->verify(true));
    CHECK(verified.ok);
    CHECK(must(library->snapshot(before.id)));
  }
  CHECK(refused >= 4);
  auto library = must(library::Library::open(options));
  Taken taken = numbered(6, 2000);
  taken.items.push_back({"video", noise(1 << 20, 77), "video/mp4"});
  must(taken.send(library->captures()));
  CHECK(must(library->verify(true)).ok);
}

TEST_CASE("a capture that says that it is larger than the disk is refused before a byte is sent") {
  TempDir dir;
  OpenLibrary library(dir);
  const auto free = library->facts().free_bytes;
  if (free > 0 && free < (4ULL << 30)) {
    const auto begun = library->captures().begin(Uuid::v7(1), "https://example.org/", free);
    CHECK(code_of(begun) == ErrorCode::no_space);
  }
  must(library->captures().begin(Uuid::v7(2), "https://example.org/", 1));
}

TEST_CASE("processes that write at once lose nothing and see each other's") {
  TempDir dir;
  const library::OpenOptions options{dir / "library", dir / "state", nullptr, false};
  constexpr std::uint32_t kWriters = 3;
  constexpr std::uint32_t kEach = 20;
  std::vector<pid_t> children;
  for (std::uint32_t writer = 0; writer < kWriters; ++writer) {
    children.push_back(in_child([&, writer] {
      auto library = library::Library::open(options);
      if (!library) return 1;
      for (std::uint32_t n = 0; n < kEach; ++n) {
        // Every second capture is taken by two writers at once.
        const std::uint32_t number = n % 2 == 0 ? n : writer * 1000 + n;
        const auto committed = numbered(number, 5000 + number).send((*library)->captures());
        if (!committed && committed.error().code != ErrorCode::busy) return 2;
        if (!(*library)->retag({committed ? committed->link_id : Uuid{}}, {"w" + std::to_string(writer)},
                               {}) &&
            committed)
          return 3;
      }
      return 0;
    }));
  }
  for (const pid_t child : children) CHECK(wait_for(child) == 0);
  auto library = must(library::Library::open(options));
  const auto verified = must(library->verify(true));
  CHECK(verified.ok);
  CHECK(verified.findings.empty());
  CHECK(verified.snapshots == kEach / 2 + kWriters * kEach / 2);
  CHECK(must(library->tags({"w", 50, ""})).items.size() == kWriters);
}

TEST_CASE("a capture that another process has is busy, and free when that one dies") {
  TempDir dir;
  const library::OpenOptions options{dir / "library", dir / "state", nullptr, false};
  const Taken taken = numbered(3, 1000);
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = in_child([&] {
    auto library = library::Library::open(options);
    if (!library) return 1;
    auto& sink = (*library)->captures();
    if (!sink.begin(taken.id, taken.page.url, 0) || !sink.write(taken.id, 0, 0, taken.items[0].bytes) ||
        !sink.sync(taken.id))
      return 2;
    const char byte = 1;
    if (::write(ready[1], &byte, 1) != 1) return 3;
    ::pause();
    return 0;
  });
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  auto library = must(library::Library::open(options));
  CHECK(code_of(library->captures().begin(taken.id, taken.page.url, 0)) == ErrorCode::busy);
  ::kill(child, SIGKILL);
  wait_for(child);
  const auto begun = must(library->captures().begin(taken.id, taken.page.url, 0));
  CHECK(begun.state == capture::BeginState::resumed);
  CHECK(begun.uploads.at(0).durable == taken.items[0].bytes.size());
  must(taken.send(library->captures()));
}

TEST_CASE("a library in a folder that can't be written is read, says why, and refuses every change") {
  TempDir dir;
  const Taken taken = numbered(3, 1000);
  {
    OpenLibrary library(dir);
    library.keep(taken);
  }
  const auto folder = dir / "library";
  if (::geteuid() == 0) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir.path()))
      REQUIRE(::chown(entry.path().c_str(), 65534, 65534) == 0);
    REQUIRE(::chown(dir.path().c_str(), 65534, 65534) == 0);
  }
  std::filesystem::permissions(folder / "library.db", std::filesystem::perms::owner_read);
  std::filesystem::permissions(folder,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  const int status = wait_for(in_child([&] {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 1;
    library::OpenOptions options{folder, dir / "state", nullptr, false};
    const auto strict = library::Library::open(options);
    if (strict || strict.error().code != ErrorCode::read_only) return 2;
    options.allow_read_only = true;
    auto library = library::Library::open(options);
    if (!library) return 3;
    const auto facts = (*library)->facts();
    if (!facts.read_only || !facts.read_only_reason || facts.links != 1) return 4;
    if ((*library)->list({}).value_or(library::Page<library::Link>{}).items.size() != 1) return 5;
    if ((*library)->search({"words", 10, ""}).value_or(library::Page<library::Hit>{}).total != 1) return 6;
    const auto verified = (*library)->verify(true);
    if (!verified || !verified->ok) return 7;
    if ((*library)->captures().begin(Uuid::v7(1), "https://example.org/", 0).error().code !=
        ErrorCode::read_only)
      return 8;
    if ((*library)->add({"https://example.org/", {}, {}, {}, "auto", {}}).error().code !=
        ErrorCode::read_only)
      return 9;
    if ((*library)->remove({taken.id}).error().code != ErrorCode::read_only) return 10;
    return 0;
  }));
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a library that is not there is not made for reading only, and a foreign one is not touched") {
  TempDir dir;
  std::ofstream(dir / "library") << "a file where a folder should be";
  library::OpenOptions options{dir / "library", dir / "state", nullptr, true};
  CHECK_FALSE(library::Library::open(options).has_value());
  options.folder = dir / "other";
  std::filesystem::create_directories(dir / "other");
  std::ofstream(dir / "other" / "library.db") << std::string(5000, 'x');
  CHECK(code_of(library::Library::open(options)) == ErrorCode::corrupt);
}

TEST_CASE("an index that is missing or old is built again when the library is opened") {
  TempDir dir;
  OpenLibrary library(dir);
  library.keep(numbered(1, 1000));
  const Taken removed = numbered(2, 1001);
  library.keep(removed);
  must(library->remove({removed.id}));
  library.library.reset();
  {
    SQLite::Database sql((library.folder / "library.db").string(), SQLite::OPEN_READWRITE);
    sql.exec("DELETE FROM meta WHERE key = 'index_version'");
  }
  library.reopen();
  CHECK(library.found("words").size() == 1);
  CHECK(must(library->verify(false)).findings.empty());
}
