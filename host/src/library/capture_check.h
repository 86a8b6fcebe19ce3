// What a capture must be before it is committed: limits, the shape of the part table, text in UTF-8, no
// userinfo in any URL. Pure. Internal to the library module.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/capture.h"
#include "library/tag_path.h"
#include "url/url.h"

namespace keepleaf::library {

// A page whose every field may be stored as it is.
struct CheckedPage {
  url::Identity identity;
  std::string title;
  UnixMs taken_at = 0;
  std::string engine;
  std::string redirects;  // one a line
  bool moved_for_good = false;
  std::string language;
  std::string viewport;
  std::vector<TagPath> tags;  // each folded form once
  std::string note;
};

// Errors: bad_request, too_large (naming the limit).
Result<CheckedPage> check_page(const capture::Page& page);

// Mends what may be mended (text that is not UTF-8, userinfo). Errors: bad_request, too_large.
Result<capture::Part> check_part(capture::Part part);

// The table as a whole: gapless from 0, every parent there. Errors: bad_request.
Status check_parts(const std::map<std::uint32_t, capture::Part>& parts, std::uint32_t part_count);

// Titles and notes: UTF-8, within their limits.
Result<std::string> check_title(const std::string& title);
Result<std::string> check_note(const std::string& note);
// Each once, as they identify. Errors: bad_request, too_large.
Result<std::vector<TagPath>> check_tags(const std::vector<std::string>& tags);

// The URL without user name and password, whatever its scheme.
std::string without_userinfo(std::string_view url);

}  // namespace keepleaf::library
