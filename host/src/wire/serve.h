// The native port: frames on stdin and stdout, one process per port. Threads and the order in which they end
// are told in docs/architecture.md, "Processes and threads".
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "protocol/handler.h"
#include "wire/stream.h"

namespace keepleaf::wire {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;      // stdin or stdout could not be taken over
inline constexpr int kExitStreamLost = 2;  // a frame length that no browser sends

struct ServeOptions {
  // Makes what answers; called once, on the worker thread, before the first request. The handler lives, works
  // and dies on that thread.
  std::function<std::unique_ptr<protocol::Handler>()> make_handler;

  // Bytes of frames that were read and are not yet handled.
  std::size_t queue_bytes = 8U << 20;

  // How long after the end of input the worker may go on with what it has, and how long when that is a
  // capture's bytes or its commit. Browsers kill the host two seconds after they close its stdin.
  std::chrono::milliseconds grace{150};
  std::chrono::milliseconds capture_grace{1500};

  // Called when the worker is still busy after its grace. Everything that was answered is durable and
  // everything else is as after a crash, so the process may end on the spot: that is what it does by default.
  // Does not return.
  std::function<void(int exit_code)> abandon;
};

// Serves one port until the end of input, until `source` is interrupted or until `sink` is closed by the
// other side. Returns the exit code.
int serve(ByteSource& source, ByteSink& sink, ServeOptions options);

// serve() over this process's stdin and stdout, to be called before anything else opens a file or starts a
// thread: takes both over (nothing that prints can reach the port), closes inherited files, ignores SIGPIPE,
// and takes SIGTERM as the end of input. A child process must set SIGPIPE back to its default.
int serve_host(ServeOptions options);

}  // namespace keepleaf::wire
