// This process's stdin and stdout as a port that belongs to somebody else's program: read until interrupted,
// written wholly, and out of reach of anything that prints.
#pragma once

#include <cstddef>
#include <span>

#include "base/bytes.h"
#include "base/result.h"

namespace keepleaf::os {

class Port {
 public:
  // Over two open descriptors, which it owns and closes. Errors: io.
  static Result<Port> over(int in, int out);

  // Over stdin and stdout. To be called before anything else opens a file or starts a thread:
  // - closes every inherited descriptor but 0, 1 and 2 (Firefox leaks one) and opens those of the three that
  // are shut,
  // - moves the port to private descriptors that no child inherits; reads of stdin find nothing, and what is
  // printed
  //   goes to stderr,
  // - ignores SIGPIPE, takes SIGTERM, SIGINT and SIGHUP as interrupt(), and makes new files private (umask
  // 077). At most once in a process. Errors: io.
  static Result<Port> take_over_stdio();

  ~Port();
  Port(Port&& other) noexcept;
  Port& operator=(Port&&) = delete;

  // Waits for and reads at least one byte; 0 at the end of input or after interrupt(). Errors: io.
  Result<std::size_t> read(std::span<char> into);
  // From any thread and any signal handler: every read from now on answers 0.
  void interrupt() noexcept;

  // Writes both, one behind the other, wholly. Errors: cancelled (nobody reads any more), no_space, io.
  Status write(BytesView head, BytesView body);

 private:
  Port(int in, int out, int wake) : in_(in), out_(out), wake_(wake) {}
  int in_ = -1;
  int out_ = -1;
  int wake_ = -1;  // an eventfd: readable once interrupted
};

}  // namespace keepleaf::os
