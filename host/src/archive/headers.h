// Header fields: of MIME parts, WARC records and HTTP responses.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "archive/content.h"

namespace keepleaf::archive {

class Headers {
 public:
  // Up to the empty line; folded lines are joined. corrupt when the input ends before, too_large beyond
  // limits.head.
  static Result<Headers> read(LineInput& input);

  // The first of that name in any case; empty when there is none.
  std::string_view get(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// A parameter of a value such as: multipart/related; boundary="x". Empty when there is none.
std::string parameter(std::string_view value, std::string_view name);
// RFC 2047's words ("=?utf-8?Q?caf=C3=A9?=") as UTF-8.
std::string decoded_words(std::string_view text);
// Without <> around it.
std::string_view unbracketed(std::string_view text);

}  // namespace keepleaf::archive
