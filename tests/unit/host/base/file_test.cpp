#include "base/os/file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>

#include "support/catch.h"
#include "support/samples.h"
#include "support/temp_dir.h"

namespace keepleaf {
namespace {

using os::File;
using os::FileMode;
using test::bytes_of;

void put(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string get(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

mode_t permissions(const std::filesystem::path& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777;
}

template <class T>
ErrorCode code(const Result<T>& result) {
  REQUIRE_FALSE(result);
  return result.error().code;
}

// What `action` answers in a process of its own, which may be given limits and locks that this one must not
// have.
template <class Action>
int in_child(Action action) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(action());
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("every way to open a file has its own answer to whether it is there") {
  const test::TempDir folder;
  const auto absent = folder / "absent";
  CHECK(code(File::open(absent, FileMode::read)) == ErrorCode::not_found);
  CHECK(code(File::open(absent, FileMode::read_write)) == ErrorCode::not_found);
  CHECK_FALSE(std::filesystem::exists(absent));
  CHECK(File::open(folder / "made", FileMode::create));
  CHECK(permissions(folder / "made") == 0600);
  put(folder / "kept", "text");
  CHECK(File::open(folder / "kept", FileMode::create)->size() == std::uint64_t{4});
  CHECK(File::open(folder / "new", FileMode::create_new));
  CHECK(permissions(folder / "new") == 0600);
  CHECK(code(File::open(folder / "kept", FileMode::create_new)) == ErrorCode::conflict);
  CHECK(get(folder / "kept") == "text");
}

TEST_CASE("an error names the path and the system's reason") {
  const test::TempDir folder;
  const auto opened = File::open(folder / "absent", FileMode::read);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().message.find((folder / "absent").string()) != std::string::npos);
  CHECK(opened.error().message.find("No such file") != std::string::npos);
}

TEST_CASE("errno values become the codes that the header promises") {
  const auto of = [](int number) { return os::system_error(number, "do it").code; };
  for (const int number : {ENOSPC, EDQUOT, EFBIG}) CHECK(of(number) == ErrorCode::no_space);
  for (const int number : {EROFS, EACCES, EPERM}) CHECK(of(number) == ErrorCode::read_only);
  for (const int number : {ENOENT, ENOTDIR}) CHECK(of(number) == ErrorCode::not_found);
  CHECK(of(EEXIST) == ErrorCode::conflict);
  for (const int number : {EIO, EMFILE, ELOOP, EINVAL}) CHECK(of(number) == ErrorCode::io);
  CHECK(os::system_error(ENOSPC, "do it").message.starts_with("Could not do it: "));
  CHECK_FALSE(os::system_error(ENOSPC, "do it").next.empty());
}

TEST_CASE("a symbolic link is not followed, neither to read nor to write") {
  const test::TempDir folder;
  put(folder / "target", "kept");
  std::filesystem::create_symlink(folder / "target", folder / "link");
  for (const FileMode mode : {FileMode::read, FileMode::read_write, FileMode::create})
    CHECK(code(File::open(folder / "link", mode)) == ErrorCode::io);
  CHECK(code(File::open(folder / "link", FileMode::create_new)) == ErrorCode::conflict);
  REQUIRE(os::write_file(folder / "link", as_bytes("new")));  // takes the link's place
  CHECK(get(folder / "target") == "kept");
  CHECK_FALSE(std::filesystem::is_symlink(folder / "link"));
}

TEST_CASE("bytes are written and read at offsets; the end of the file ends a read early") {
  const test::TempDir folder;
  auto file = File::open(folder / "a", FileMode::create_new);
  REQUIRE(file);
  REQUIRE(file->write_at(3, as_bytes("defg")));
  REQUIRE(file->write_at(0, as_bytes("abc")));
  REQUIRE(file->write_at(7, {}));
  CHECK(file->size() == std::uint64_t{7});
  Bytes out(4);
  CHECK(file->read_at(2, out) == std::size_t{4});
  CHECK(out == bytes_of("cdef"));
  CHECK(file->read_at(5, out) == std::size_t{2});
  CHECK(file->read_at(7, out) == std::size_t{0});
  CHECK(file->read_at(1000, out) == std::size_t{0});
  REQUIRE(file->truncate(2));
  CHECK(get(folder / "a") == "ab");
  REQUIRE(file->truncate(4));
  CHECK(get(folder / "a") == std::string("ab\0\0", 4));
  CHECK(file->sync_data());
  CHECK(file->sync());
}

TEST_CASE("a file that was opened to be read is not written") {
  const test::TempDir folder;
  put(folder / "a", "text");
  auto file = File::open(folder / "a", FileMode::read);
  REQUIRE(file);
  CHECK(code(file->write_at(0, as_bytes("x"))) == ErrorCode::io);
  CHECK_FALSE(file->truncate(0));
  CHECK(get(folder / "a") == "text");
}

TEST_CASE("a file that may not grow says that there is no space") {
  const test::TempDir folder;
  const int answer = in_child([&] {
    const rlimit limit{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::signal(SIGXFSZ, SIG_IGN);
    auto file = File::open(folder / "a", FileMode::create_new);
    if (!file) return 1;
    const Status written = file->write_at(0, Bytes(2000));
    if (written) return 2;
    if (written.error().code != ErrorCode::no_space) return 3;
    const Status replaced = os::write_file(folder / "b", Bytes(2000));
    return !replaced && replaced.error().code == ErrorCode::no_space ? 0 : 4;
  });
  CHECK(answer == 0);
  CHECK_FALSE(std::filesystem::exists(folder / "b"));
  // What was written on the way to it is gone too: only the first file is left.
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a moved file closes once, and the one that it is moved onto is closed") {
  const test::TempDir folder;
  auto a = File::open(folder / "a", FileMode::create_new);
  auto b = File::open(folder / "b", FileMode::create_new);
  REQUIRE((a && b));
  REQUIRE(b->try_lock() == true);
  *b = std::move(*a);
  CHECK(b->path() == folder / "a");
  REQUIRE(b->write_at(0, as_bytes("x")));
  CHECK(get(folder / "a") == "x");
  // Closing has given up the lock.
  CHECK(File::open(folder / "b", FileMode::read)->try_lock() == true);
}

TEST_CASE("one holder at a time has a lock, in one process and between two") {
  const test::TempDir folder;
  auto first = File::open(folder / "lock", FileMode::create);
  auto second = File::open(folder / "lock", FileMode::create);
  REQUIRE((first && second));
  CHECK(first->try_lock() == true);
  CHECK(second->try_lock() == false);
  const auto elsewhere = [&] {
    return in_child([&] {
      auto third = File::open(folder / "lock", FileMode::create);
      const auto got = third ? third->try_lock() : Result<bool>(false);
      return got && *got ? 0 : 1;
    });
  };
  CHECK(elsewhere() == 1);
  REQUIRE(first->unlock());
  CHECK(elsewhere() == 0);
  CHECK(second->lock());
  CHECK(first->try_lock() == false);
}

TEST_CASE("a folder is opened to be synced and locked, a file is not opened as one") {
  const test::TempDir folder;
  put(folder / "file", "");
  auto opened = File::open_folder(folder.path());
  REQUIRE(opened);
  CHECK(opened->sync());
  CHECK(opened->try_lock() == true);
  CHECK(code(File::open_folder(folder / "file")) == ErrorCode::not_found);
  CHECK(code(File::open_folder(folder / "absent")) == ErrorCode::not_found);
  CHECK(os::sync_folder(folder.path()));
  CHECK(code(os::sync_folder(folder / "absent")) == ErrorCode::not_found);
}

TEST_CASE("a file knows whether its path still names it") {
  const test::TempDir folder;
  auto file = File::open(folder / "a", FileMode::create_new);
  REQUIRE(file);
  CHECK(file->still_at_path());
  REQUIRE(os::rename(folder / "a", folder / "b"));
  CHECK_FALSE(file->still_at_path());
  put(folder / "a", "another");
  CHECK_FALSE(file->still_at_path());
  REQUIRE(os::rename(folder / "b", folder / "a"));
  CHECK(file->still_at_path());
  REQUIRE(os::remove_file(folder / "a"));
  std::filesystem::create_symlink("elsewhere", folder / "a");
  CHECK_FALSE(file->still_at_path());
}

TEST_CASE("folders are made with their parents, for their owner alone") {
  const test::TempDir folder;
  const auto deep = folder.path() / "a" / "b" / "c";
  REQUIRE(os::make_folder(deep));
  CHECK(permissions(deep) == 0700);
  CHECK(permissions(folder / "a") == 0700);
  CHECK(os::make_folder(deep));
  put(folder / "file", "text");
  CHECK(code(os::make_folder(folder / "file")) == ErrorCode::conflict);
  CHECK(code(os::make_folder(folder.path() / "file" / "below")) == ErrorCode::not_found);
  CHECK(get(folder / "file") == "text");
  std::filesystem::create_directory_symlink(deep, folder / "link");
  CHECK(os::make_folder(folder / "link"));
}

TEST_CASE("renaming replaces what is there, and says which of the two names failed") {
  const test::TempDir folder;
  put(folder / "from", "new");
  put(folder / "to", "old");
  REQUIRE(os::rename(folder / "from", folder / "to"));
  CHECK(get(folder / "to") == "new");
  CHECK_FALSE(std::filesystem::exists(folder / "from"));
  const Status again = os::rename(folder / "from", folder / "to");
  CHECK(code(again) == ErrorCode::not_found);
  CHECK(again.error().message.find((folder / "from").string()) != std::string::npos);
  CHECK(again.error().message.find((folder / "to").string()) != std::string::npos);
  CHECK(get(folder / "to") == "new");
}

TEST_CASE("a second name is the same file, and never replaces another") {
  const test::TempDir folder;
  put(folder / "a", "text");
  REQUIRE(os::hard_link(folder / "a", folder / "b"));
  CHECK(std::filesystem::equivalent(folder / "a", folder / "b"));
  put(folder / "c", "other");
  CHECK(code(os::hard_link(folder / "a", folder / "c")) == ErrorCode::conflict);
  CHECK(get(folder / "c") == "other");
  CHECK(code(os::hard_link(folder / "absent", folder / "d")) == ErrorCode::not_found);
  // A folder has one name: the system says EPERM, and that is not a matter of rights.
  std::filesystem::create_directory(folder / "folder");
  CHECK(code(os::hard_link(folder / "folder", folder / "e")) == ErrorCode::unsupported);
}

TEST_CASE("what is absent is removed already; a folder is not removed as a file") {
  const test::TempDir folder;
  CHECK(os::remove_file(folder / "absent"));
  CHECK(os::remove_tree(folder / "absent"));
  std::filesystem::create_directories(folder.path() / "tree" / "branch");
  put(folder.path() / "tree" / "branch" / "leaf", "text");
  put(folder / "outside", "kept");
  std::filesystem::create_symlink(folder / "outside", folder.path() / "tree" / "link");
  CHECK_FALSE(os::remove_file(folder / "tree"));
  REQUIRE(os::remove_tree(folder / "tree"));
  CHECK_FALSE(std::filesystem::exists(folder / "tree"));
  CHECK(get(folder / "outside") == "kept");
}

TEST_CASE("a whole file is read up to the limit and not one byte more") {
  const test::TempDir folder;
  put(folder / "a", "12345");
  CHECK(os::read_file(folder / "a", 5) == bytes_of("12345"));
  const auto larger = os::read_file(folder / "a", 4);
  CHECK(code(larger) == ErrorCode::too_large);
  CHECK(larger.error().message.find((folder / "a").string()) != std::string::npos);
  put(folder / "empty", "");
  CHECK(os::read_file(folder / "empty", 0) == Bytes());
  CHECK(code(os::read_file(folder / "absent", 4)) == ErrorCode::not_found);
  CHECK_FALSE(os::read_file(folder.path(), 1 << 20));  // a folder
}

TEST_CASE("a file is replaced as a whole, and nothing else is left in its folder") {
  const test::TempDir folder;
  const auto entries = [&] { return std::distance(std::filesystem::directory_iterator(folder.path()), {}); };
  put(folder / "a", "a much longer text than the new one");
  std::filesystem::permissions(folder / "a", std::filesystem::perms::all);
  REQUIRE(os::write_file(folder / "a", as_bytes("new")));
  CHECK(get(folder / "a") == "new");
  CHECK(permissions(folder / "a") == 0600);
  CHECK(entries() == 1);
  // What a killed process of the same number left behind is no obstacle.
  put(folder / ("a." + std::to_string(::getpid()) + ".new"), "half");
  REQUIRE(os::write_file(folder / "a", as_bytes("newer")));
  CHECK(get(folder / "a") == "newer");
  CHECK(entries() == 1);
  std::filesystem::create_directory(folder / "folder");
  CHECK_FALSE(os::write_file(folder / "folder", as_bytes("x")));
  CHECK(entries() == 2);
  CHECK(code(os::write_file(folder.path() / "absent" / "a", as_bytes("x"))) == ErrorCode::not_found);
}

TEST_CASE("a file without a folder in its path is one of the current folder") {
  const test::TempDir folder;
  CHECK(in_child([&] {
          if (::chdir(folder.path().c_str()) != 0) return 1;
          return os::write_file("plain", as_bytes("text")) ? 0 : 2;
        }) == 0);
  CHECK(get(folder / "plain") == "text");
}

TEST_CASE("free space and times of change are told where there are any") {
  const test::TempDir folder;
  CHECK(os::free_bytes(folder.path()) > 0);
  CHECK(os::free_bytes(folder / "absent") == 0);
  put(folder / "a", "text");
  const timespec at[2] = {{1'700'000'000, 0}, {1'700'000'000, 123'000'000}};
  REQUIRE(::utimensat(AT_FDCWD, (folder / "a").c_str(), at, 0) == 0);
  CHECK(os::modified_at(folder / "a") == 1'700'000'000'123);
  CHECK(os::modified_at(folder / "absent") == 0);
}

}  // namespace keepleaf
