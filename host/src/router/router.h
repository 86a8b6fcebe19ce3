// Router: one handler per message, over a Library. Turns requests into calls, results into replies, and keeps
// every reply within limits.reply: lists become shorter (with a `next` that fits), single items are shortened
// and say so.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "library/library.h"
#include "protocol/handler.h"

namespace keepleaf::router {

// Through which door the requests come. Only the person at the command line may widen what the worker
// fetches.
enum class Door : unsigned char { native_port, page, command_line };

struct RouterOptions {
  library::OpenOptions library;
  Door door = Door::native_port;
  std::string host_version;
  std::string host_os = "linux";
  // Called when a job was queued, so that the worker gets started. Must not wait for it. May be empty.
  std::function<void()> on_work_due;
};

class Router final : public protocol::Handler {
 public:
  // The library is opened when the first request needs it. When that fails, `hello` still answers and every
  // other request gets the error; errors that may pass (retry "later") are tried again.
  explicit Router(RouterOptions options);
  // Over an open library, which it takes.
  Router(RouterOptions options, std::unique_ptr<library::Library> library);
  ~Router() override;

  Result<protocol::ResponseBody> handle(const protocol::RequestBody& body) override;
  Result<capture::CaptureSink*> captures() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace keepleaf::router
