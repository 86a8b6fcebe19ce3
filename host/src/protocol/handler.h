// Handler: who answers. A door (the native port, the library page over HTTP) decodes a request and gives its
// body to a Handler; `router` implements it over a Library. Not to be shared between threads.
#pragma once

#include "base/result.h"
#include "capture/sink.h"
#include "protocol/messages.h"

namespace keepleaf::protocol {

class Handler {
 public:
  virtual ~Handler() = default;

  // Answers any request but capture.*. The reply fits in limits.reply.
  virtual Result<ResponseBody> handle(const RequestBody& body) = 0;

  // Where captures go; lives as long as the handler. Errors: those of opening the library.
  virtual Result<capture::CaptureSink*> captures() = 0;
};

}  // namespace keepleaf::protocol
