// One command's way to the library: requests in, replies out, as through any other door.
#pragma once

#include <memory>
#include <utility>
#include <variant>

#include "cli/context.h"
#include "protocol/handler.h"

namespace keepleaf::cli {

class Session {
 public:
  // Errors: those of choosing a library; opening it is tried with the first request.
  static Result<Session> open(const Context& context) {
    KL_ASSIGN(auto handler, context.make_handler(context));
    return Session(std::move(handler));
  }

  template <class Reply>
  Result<Reply> ask(protocol::RequestBody request) {
    KL_ASSIGN(auto body, handler_->handle(request));
    if (auto* reply = std::get_if<Reply>(&body)) return std::move(*reply);
    return fail(ErrorCode::internal,
                "the answer to " + std::string(protocol::type_name(request)) + " is of another type");
  }

 private:
  explicit Session(std::unique_ptr<protocol::Handler> handler) : handler_(std::move(handler)) {}
  std::unique_ptr<protocol::Handler> handler_;
};

}  // namespace keepleaf::cli
