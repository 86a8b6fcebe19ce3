// Base64 (RFC 4648 section 4), strict: padding is required, no white space, unused bits are zero.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace keepleaf {

std::string base64_encode(BytesView bytes);

// Replaces `out` with the decoded bytes; false (out unspecified) for anything that base64_encode would not
// write. `out` keeps its capacity, so that a caller that decodes many chunks allocates once.
bool base64_decode(std::string_view text, Bytes& out);

}  // namespace keepleaf
