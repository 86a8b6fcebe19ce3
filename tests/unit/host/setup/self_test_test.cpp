#include "setup/self_test.h"

#include <cstring>
#include <thread>

#include "base/os/process.h"
#include "machine.h"
#include "support/catch.h"

using namespace keepleaf;
using namespace keepleaf::setup;
namespace fs = std::filesystem;

namespace {

std::string frame(const std::string& text) {
  const auto length = static_cast<std::uint32_t>(text.size());
  std::string bytes(4, '\0');
  std::memcpy(bytes.data(), &length, 4);
  return bytes + text;
}

const char* const kAnswer =
    R"({"v":1,"re":1,"type":"hello","body":{"protocol":1,"host":{"version":"9.9","os":"linux"},"library":{"path":"/lib","read_only":false},"free_bytes":5}})";

// A host that answers `bytes` and then does `after`.
HostCall host_that(test::Machine& machine, const std::string& bytes,
                   const std::string& after = "cat >/dev/null") {
  const auto answer = machine.home / "answer";
  test::Machine::write(answer, bytes);
  test::Machine::write(machine.host, "#!/bin/sh\ncat '" + answer.string() + "'\n" + after + "\n");
  HostCall call;
  call.host = machine.host;
  call.id = std::string(32, 'a');
  call.environment = {"PATH=/usr/bin:/bin"};
  return call;
}

}  // namespace

TEST_CASE("a host that answers hello is told by its version and library") {
  test::Machine machine("dir with space/ünï");
  const auto answer = ask_host(host_that(machine, frame(kAnswer)));
  REQUIRE(answer);
  CHECK(answer->version == "9.9");
  CHECK(answer->library == "/lib");
  CHECK(answer->free_bytes == 5);
  CHECK_FALSE(answer->library_error);
}

TEST_CASE("a host is given what its browser gives: arguments, folder, and nothing of our environment") {
  test::Machine machine;
  auto call =
      host_that(machine, frame(kAnswer), "echo \"$# $1 $2\" >args; pwd >>args; env >>args; cat >/dev/null");
  REQUIRE(ask_host(call));
  const auto seen = test::Machine::read(machine.host.parent_path() / "args");
  CHECK(seen.starts_with("1 chrome-extension://" + call.id + "/ \n" + machine.host.parent_path().string() +
                         "\n"));
  CHECK(seen.find("HOME=") == std::string::npos);
  call.family = Family::firefox;
  call.manifest = "/m.json";
  call.id = "a@b";
  REQUIRE(ask_host(call));
  CHECK(test::Machine::read(machine.host.parent_path() / "args").starts_with("2 /m.json a@b\n"));
}

TEST_CASE("the library's own error comes through with its code") {
  test::Machine machine;
  const auto answer = ask_host(host_that(
      machine,
      frame(
          R"({"v":1,"re":1,"type":"hello","body":{"host":{"version":"1"},"library":{"path":"/l","error":{"code":"newer_format","message":"too new","next":"update"}}}})")));
  REQUIRE(answer);
  REQUIRE(answer->library_error);
  CHECK(answer->library_error->code == ErrorCode::newer_format);
  CHECK(answer->library_error->next == "update");
}

TEST_CASE("every way not to answer has words of its own") {
  test::Machine machine;
  struct Case {
    std::string bytes, after, words;
    ErrorCode code;
  };
  const auto tried = GENERATE(values<Case>({
      {"", "echo 'no such library' >&2; exit 7", "exit code 7 without an answer; it said: no such library",
       ErrorCode::internal},
      {"", "kill -9 $$", "signal 9", ErrorCode::internal},
      {"", "exit 0", "it said nothing", ErrorCode::internal},
      {"Loading…\n", "cat >/dev/null", "something else than frames", ErrorCode::bad_frame},
      {frame("{"), "cat >/dev/null", "no JSON", ErrorCode::bad_frame},
      {frame("{}"), "cat >/dev/null", "not what the protocol says", ErrorCode::bad_frame},
      {frame(R"({"v":1,"error":{"code":"internal","message":"oh"}})"), "cat >/dev/null", "oh",
       ErrorCode::internal},
      {frame(kAnswer).substr(0, 20), "exit 0", "without an answer", ErrorCode::internal},
  }));
  INFO(tried.words);
  const auto answer = ask_host(host_that(machine, tried.bytes, tried.after));
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == tried.code);
  CHECK(answer.error().message.find(tried.words) != std::string::npos);
}

TEST_CASE("a host that stays silent, or stays on after its input ended, is given up and killed") {
  test::Machine machine;
  auto silent = host_that(machine, "", "exec sleep 1000");
  silent.deadline = std::chrono::milliseconds(150);
  CHECK(ask_host(silent).error().code == ErrorCode::timeout);
  auto stays = host_that(machine, frame(kAnswer), "exec sleep 1000");
  stays.deadline = std::chrono::milliseconds(400);
  const auto answer = ask_host(stays);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().message.find("did not end") != std::string::npos);
}

TEST_CASE("what can't be started is told before it is tried") {
  test::Machine machine;
  auto call = host_that(machine, "");
  fs::permissions(call.host, fs::perms::owner_read | fs::perms::owner_write);
  CHECK(ask_host(call).error().message.find("not executable") != std::string::npos);
  call.host = machine.home;
  CHECK(ask_host(call).error().message.find("not a file") != std::string::npos);
  call.host = machine.home / "gone";
  CHECK(ask_host(call).error().code == ErrorCode::not_found);
}

TEST_CASE("a script without an interpreter line is no program for a browser, nor for us") {
  test::Machine machine;
  auto call = host_that(machine, "");
  test::Machine::write(call.host, "exit 0\n");
  CHECK_FALSE(ask_host(call));
}

TEST_CASE("a process that is let go runs in a session of its own, without our input and output") {
  const test::Machine machine;
  const auto done = machine.home / "done";
  test::Machine::write(machine.host, "#!/bin/sh\nreadlink /proc/self/fd/0 /proc/self/fd/1 >'" +
                                         done.string() + ".part'\nmv '" + done.string() + ".part' '" +
                                         done.string() + "'\n");
  REQUIRE(os::start_detached(machine.host, {}));
  for (int i = 0; i < 500 && !fs::exists(done); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(test::Machine::read(done).starts_with("/dev/null\n"));
  CHECK(os::start_detached(machine.home / "gone", {}).error().code == ErrorCode::not_found);
}
