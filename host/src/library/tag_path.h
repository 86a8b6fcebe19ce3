// A tag's path in its stored form (docs/store-format.md, "Tags"): levels split by '/', each trimmed, NFC.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace keepleaf::library {

struct TagPath {
  std::string path;    // as shown
  std::string folded;  // identifies
};

// Errors: bad_request (an empty level, a control character, not UTF-8), too_large (bytes or levels).
Result<TagPath> parse_tag_path(std::string_view text);

// Whether `folded` is `ancestor` or lies below it.
bool is_within(std::string_view folded, std::string_view ancestor);

// `path` with its first levels, as many as `old_head` has, replaced by `new_head`.
std::string with_head_replaced(std::string_view path, std::string_view old_head, std::string_view new_head);

// The last level.
std::string_view last_level(std::string_view path);

}  // namespace keepleaf::library
