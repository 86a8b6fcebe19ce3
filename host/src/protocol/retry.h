// What a program may do about an error: the column "retry" of docs/protocol.md, "Errors".
#pragma once

#include <string_view>

#include "base/error.h"

namespace keepleaf::protocol {

enum class Retry : unsigned char {
  never,   // the same request will fail again
  later,   // the same request may succeed
  resume,  // send capture.begin again and go on from its answer
};

Retry retry_of(ErrorCode code);
std::string_view retry_name(Retry retry);

}  // namespace keepleaf::protocol
