// Why a part has no bytes, in the words of docs/protocol.md, "Part status".
#pragma once

#include <string>

#include "base/error.h"

namespace keepleaf::acquire {

// `http_status`: what the server answered; 0 when it did not.
std::string part_status(const Error& error, int http_status);

}  // namespace keepleaf::acquire
