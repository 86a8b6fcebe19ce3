#include "base/os/port.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <thread>

#include "support/catch.h"

namespace keepleaf {
namespace {

struct Pipes {
  int to_port = -1;
  int from_port = -1;
  os::Port port;

  static Pipes make(int out_flags = O_CLOEXEC) {
    int in[2];
    int out[2];
    REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
    REQUIRE(::pipe2(out, out_flags) == 0);
    REQUIRE(::fcntl(out[0], F_SETFL, 0) == 0);  // the test's end waits
    auto port = os::Port::over(in[0], out[1]);
    REQUIRE(port);
    return {in[1], out[0], std::move(*port)};
  }
};

}  // namespace

TEST_CASE("a port reads what is there, and nothing at the end") {
  Pipes pipes = Pipes::make();
  REQUIRE(::write(pipes.to_port, "abc", 3) == 3);
  std::string buffer(10, '\0');
  const auto count = pipes.port.read(buffer);
  REQUIRE(count);
  CHECK(buffer.substr(0, *count) == "abc");
  ::close(pipes.to_port);
  CHECK(pipes.port.read(buffer) == std::size_t{0});
  ::close(pipes.from_port);
}

TEST_CASE("an interrupt ends a read that waits, and all after it, whatever is there to read") {
  Pipes pipes = Pipes::make();
  std::string buffer(10, '\0');
  std::jthread other([&] { pipes.port.interrupt(); });
  CHECK(pipes.port.read(buffer) == std::size_t{0});
  REQUIRE(::write(pipes.to_port, "abc", 3) == 3);
  pipes.port.interrupt();
  CHECK(pipes.port.read(buffer) == std::size_t{0});
  ::close(pipes.to_port);
  ::close(pipes.from_port);
}

TEST_CASE("more than a pipe holds is written wholly, also to a descriptor that does not block") {
  for (const int flags : {O_CLOEXEC, O_CLOEXEC | O_NONBLOCK}) {
    Pipes pipes = Pipes::make(flags);
    const Bytes body(1 << 20, 'b');
    std::string read;
    std::jthread reader([&] {
      std::string piece(4096, '\0');
      while (read.size() < body.size() + 4) {
        const ssize_t count = ::read(pipes.from_port, piece.data(), piece.size());
        if (count <= 0) break;
        read.append(piece, 0, static_cast<std::size_t>(count));
      }
    });
    CHECK(pipes.port.write(as_bytes("head"), body));
    reader.join();
    CHECK(read == "head" + std::string(body.size(), 'b'));
    ::close(pipes.to_port);
    ::close(pipes.from_port);
  }
}

TEST_CASE("writing to a port that nobody reads is cancelled, not a signal") {
  ::signal(SIGPIPE, SIG_IGN);
  Pipes pipes = Pipes::make();
  ::close(pipes.from_port);
  const Status written = pipes.port.write(as_bytes("head"), as_bytes("body"));
  REQUIRE_FALSE(written);
  CHECK(written.error().code == ErrorCode::cancelled);
  ::close(pipes.to_port);
}

}  // namespace keepleaf
