#include "base/os/piped_child.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace keepleaf;

namespace {

os::PipedChildOptions shell(const test::TempDir& folder, const std::string& script) {
  os::PipedChildOptions options;
  options.program = "/bin/sh";
  options.arguments = {"-c", script};
  options.environment = {"PATH=/usr/bin:/bin", "SEEN=yes"};
  options.log = folder.path() / "log";
  return options;
}

std::string everything(os::PipedChild& child) {
  std::string all;
  std::array<char, 256> piece{};
  for (;;) {
    const auto got = child.receive(piece.data(), piece.size());
    REQUIRE(got);
    if (*got == 0) return all;
    all.append(piece.data(), *got);
  }
}

}  // namespace

TEST_CASE("a program reads descriptor 3 and writes descriptor 4") {
  const test::TempDir folder;
  auto child = os::PipedChild::start(
      shell(folder, "read line <&3; echo \"got $line\" >&4; echo words; echo worse >&2"));
  REQUIRE(child);
  REQUIRE(child->send("something\n"));
  CHECK(everything(*child) == "got something\n");
  std::ifstream log(folder.path() / "log");
  CHECK(std::string(std::istreambuf_iterator<char>(log), {}) == "words\nworse\n");
}

TEST_CASE("a program inherits nothing but what is given") {
  const test::TempDir folder;
  auto child = os::PipedChild::start(shell(folder, "env | sort >&4; ls /proc/self/fd >&4; pwd >&4"));
  REQUIRE(child);
  const std::string said = everything(*child);
  CHECK(said.find("SEEN=yes\n") != std::string::npos);
  CHECK(said.find("HOME=") == std::string::npos);
  CHECK(said.find("\n/\n") != std::string::npos);
  // 0 to 4, and the one by which ls reads the list.
  CHECK(said.find("4\n5\n/") != std::string::npos);
}

TEST_CASE("a program has no network where the kernel allows to take it away") {
  const test::TempDir folder;
  auto child = os::PipedChild::start(shell(folder, "cat /proc/net/route /proc/net/dev >&4"));
  REQUIRE(child);
  const std::string said = everything(*child);
  if (!child->without_network()) return;  // a kernel or a container without namespaces
  CHECK(said.find("lo:") != std::string::npos);
  CHECK(said.find("eth") == std::string::npos);
  CHECK(std::count(said.begin(), said.end(), ':') == 1);
}

TEST_CASE("root runs a program as somebody else, who has no rights left") {
  if (!os::is_root()) return;
  const test::TempDir folder;
  auto options = shell(folder, "id -u >&4; grep -E 'Cap(Prm|Eff)' /proc/self/status >&4");
  options.account = os::find_account("nobody");
  REQUIRE(options.account);
  auto child = os::PipedChild::start(options);
  REQUIRE(child);
  const std::string said = everything(*child);
  CHECK(said.rfind(std::to_string(options.account->user) + '\n', 0) == 0);
  CHECK(said.find("CapPrm:\t0000000000000000") != std::string::npos);
  CHECK(said.find("CapEff:\t0000000000000000") != std::string::npos);
}

TEST_CASE("a program that can't be started is an error that names it") {
  const test::TempDir folder;
  auto options = shell(folder, "");
  options.program = folder.path() / "absent";
  auto child = os::PipedChild::start(options);
  REQUIRE(!child);
  CHECK(child.error().code == ErrorCode::not_found);
  CHECK(child.error().message.find("absent") != std::string::npos);
}

TEST_CASE("hanging up ends reading and writing") {
  const test::TempDir folder;
  auto child = os::PipedChild::start(shell(folder, "exec sleep 1000"));
  REQUIRE(child);
  child->hang_up();
  CHECK(everything(*child).empty());
  CHECK(child->send("x").error().code == ErrorCode::cancelled);
}

TEST_CASE("a program that does not leave is killed, with its children") {
  const test::TempDir folder;
  const auto file = folder.path() / "alive";
  {
    auto child = os::PipedChild::start(shell(folder, "trap '' TERM; (while :; do echo x >> " + file.string() +
                                                         "; sleep 0.05; done) & echo on >&4; sleep 1000"));
    REQUIRE(child);
    std::array<char, 8> piece{};
    REQUIRE(child->receive(piece.data(), piece.size()));
  }
  const auto before = std::filesystem::file_size(file);
  ::usleep(300'000);
  CHECK(std::filesystem::file_size(file) == before);
}
