// Bytes as they travelled, turned back: MIME's transfer encodings (RFC 2045) and HTTP's (RFC 9112, 9110).
#pragma once

#include <memory>
#include <string_view>

#include "archive/content.h"

namespace keepleaf::archive {

// What is neither white space nor of the alphabet is left out, as mail readers do.
std::unique_ptr<Input> base64_input(std::unique_ptr<Input> from);
std::unique_ptr<Input> quoted_printable_input(std::unique_ptr<Input> from);
// HTTP's chunks. An archive whose writer took them off and left the header is read as it is.
Result<std::unique_ptr<Input>> chunked_input(std::unique_ptr<Input> from);
// "gzip", "deflate", "identity" or several, the last applied last. Errors: unsupported (another one),
// too_large (more than limits.encodings).
Result<std::unique_ptr<Input>> decoded_input(std::unique_ptr<Input> from, std::string_view encodings);

}  // namespace keepleaf::archive
